package org.apprentice.core.study;

import java.util.List;
import java.util.stream.Collectors;
import org.apprentice.core.study.Table.Cell;

/** As Markdown, with the pictures in files beside it. */
final class MarkdownReport {
  private final Comparison comparison;
  private final List<Figure> figures;
  private final StringBuilder text = new StringBuilder();

  MarkdownReport(Comparison comparison, List<Figure> figures) {
    this.comparison = comparison;
    this.figures = figures;
  }

  String text() {
    Tables tables = new Tables(comparison);
    Words words = new Words(comparison);
    line("# " + escaped(comparison.name()));
    begin(tables, words);
    if (comparison.tasks().size() > 1) {
      section("Raw scores by task", tables.tasks());
    }
    if (comparison.variants().size() > 1) {
      section("What differs from the baseline", tables.differences());
    }
    section("Sample efficiency and cost", tables.effort());
    line("## Pictures");
    for (Figure figure : figures) {
      line("![%s](%s.svg)".formatted(figure.name(), figure.name()));
      if (!figure.caption().isEmpty()) {
        line("*" + escaped(figure.caption()) + "*");
      }
    }
    line("## Method");
    words.method().forEach(it -> line(escaped(it)));
    section("Runs", tables.runs());
    if (!comparison.leftOut().isEmpty()) {
      section("Runs that were left out", tables.leftOut());
    }
    line("## Settings that all runs share");
    line(
        words.sharedSettings().entrySet().stream()
            .map(it -> "    " + it.getKey() + " = " + it.getValue().replace("\n", " "))
            .collect(Collectors.joining("\n")));
    return text.toString();
  }

  /** Its first part, without title. */
  String summary() {
    begin(new Tables(comparison), new Words(comparison));
    return text.toString();
  }

  private void begin(Tables tables, Words words) {
    line(escaped(words.subject()) + ". Baseline: " + escaped(comparison.baseline().name()) + ".");
    comparison.notes().forEach(it -> line("> **Note.** " + escaped(it)));
    section("Scores", tables.scores());
  }

  private void line(String content) {
    text.append(content).append("\n\n");
  }

  private void section(String title, Table table) {
    line("## " + title);
    row(table.columns().stream().map(Table.Column::title).toList());
    row(table.columns().stream().map(it -> "---").toList());
    table.rows().forEach(row -> row(row.stream().map(Cell::text).toList()));
    text.append('\n');
  }

  private void row(List<String> cells) {
    text.append(
        cells.stream()
            .map(MarkdownReport::escaped)
            .collect(Collectors.joining(" | ", "| ", " |\n")));
  }

  /** Characters with a meaning, in tables and outside. */
  private static String escaped(String plain) {
    return plain
        .replaceAll("\\s+", " ")
        .replaceAll("([\\\\`*_\\[\\]<>|#])", "\\\\$1")
        .replace("\\[", "[")
        .replace("\\]", "]");
  }
}
