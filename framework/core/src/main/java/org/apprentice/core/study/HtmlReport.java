package org.apprentice.core.study;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.apache.commons.text.StringEscapeUtils;
import org.apprentice.core.study.Table.Cell;
import org.apprentice.core.study.Table.Column;

/** As one page that needs nothing else, with tables that sort at a click. */
final class HtmlReport {
  private final Comparison comparison;
  private final List<Figure> figures;
  private final StringBuilder page = new StringBuilder();

  HtmlReport(Comparison comparison, List<Figure> figures) {
    this.comparison = comparison;
    this.figures = figures;
  }

  String text() {
    Tables tables = new Tables(comparison);
    Words words = new Words(comparison);
    head();
    page.append("<h1>").append(escaped(comparison.name())).append("</h1>\n");
    paragraph("subject", words.subject() + ". Baseline: " + comparison.baseline().name() + ".");
    comparison.notes().forEach(it -> paragraph("note", it));
    section("Scores", "scores", tables.scores());
    figures("scores");
    figures("differences");
    if (comparison.tasks().size() > 1) {
      section("Raw scores by task", "tasks", tables.tasks());
    }
    if (comparison.variants().size() > 1) {
      section("What differs from the baseline", "differs", tables.differences());
    }
    if (comparison.curve().isPresent()) {
      page.append("<h2>Learning curves</h2>\n");
      figures("learning-curves");
    }
    section("Sample efficiency and cost", "effort", tables.effort());
    page.append("<h2>Method</h2>\n");
    words.method().forEach(it -> paragraph("method", it));
    details("Runs", tables.runs());
    if (!comparison.leftOut().isEmpty()) {
      details("Runs that were left out", tables.leftOut());
    }
    details(
        "Settings that all runs share",
        new Table(
            List.of(new Column("Key", ""), new Column("Value", "")),
            words.sharedSettings().entrySet().stream()
                .map(it -> List.of(Cell.of(it.getKey()), Cell.of(it.getValue())))
                .toList()));
    page.append("</main>\n<script>\n").append(resource("report.js")).append("</script>\n");
    return page.append("</body>\n</html>\n").toString();
  }

  private void head() {
    page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.append(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
            + " style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n");
    page.append(
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    page.append(escaped(comparison.name())).append("</title>\n<style>\n");
    page.append(resource("report.css")).append("</style>\n</head>\n<body>\n<main>\n");
  }

  private void paragraph(String type, String text) {
    page.append("<p class=\"").append(type).append("\">").append(escaped(text)).append("</p>\n");
  }

  private void section(String title, String id, Table table) {
    page.append("<h2>").append(escaped(title)).append("</h2>\n");
    table(id, table);
  }

  private void details(String title, Table table) {
    page.append("<details>\n<summary>").append(escaped(title)).append("</summary>\n");
    table("", table);
    page.append("</details>\n");
  }

  private void table(String id, Table table) {
    page.append("<div class=\"wide\"><table class=\"sortable\"");
    page.append(id.isEmpty() ? "" : " id=\"" + id + "\"").append(">\n<thead><tr>");
    for (Column column : table.columns()) {
      page.append("<th scope=\"col\" title=\"")
          .append(escaped(column.explanation()))
          .append("\"><button type=\"button\">")
          .append(escaped(column.title()))
          .append("</button></th>");
    }
    page.append("</tr></thead>\n<tbody>\n");
    for (List<Cell> row : table.rows()) {
      page.append("<tr>");
      row.forEach(this::cell);
      page.append("</tr>\n");
    }
    page.append("</tbody>\n</table></div>\n");
  }

  private void cell(Cell cell) {
    page.append("<td");
    if (cell.order().isPresent()) {
      page.append(" class=\"figure\" data-order=\"").append(cell.order().getAsDouble());
      page.append('"');
    }
    int interval = cell.order().isPresent() ? cell.text().indexOf(" [") : -1;
    page.append('>');
    if (interval < 0) {
      page.append(escaped(cell.text()));
    } else {
      page.append(escaped(cell.text().substring(0, interval)))
          .append(" <small>")
          .append(escaped(cell.text().substring(interval + 1)))
          .append("</small>");
    }
    page.append("</td>");
  }

  /** Pictures of a series; many stand side by side. */
  private void figures(String series) {
    List<Figure> all = figures.stream().filter(figure -> figure.name().startsWith(series)).toList();
    page.append(all.size() > 2 ? "<div class=\"grid\">\n" : "<div>\n");
    for (Figure figure : all) {
      page.append("<figure><img alt=\"")
          .append(escaped(figure.name()))
          .append("\" src=\"data:image/svg+xml;base64,")
          .append(Base64.getEncoder().encodeToString(figure.svg().getBytes(StandardCharsets.UTF_8)))
          .append("\"></figure>\n");
    }
    page.append("</div>\n");
    all.stream()
        .map(Figure::caption)
        .filter(it -> !it.isEmpty())
        .forEach(it -> paragraph("caption", it));
  }

  private static String escaped(String text) {
    return StringEscapeUtils.escapeHtml4(text);
  }

  private static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }
}
