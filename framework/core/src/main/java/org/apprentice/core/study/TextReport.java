package org.apprentice.core.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apprentice.core.study.Table.Cell;

/** For a terminal. */
final class TextReport {
  /** What a compact table has no room for. */
  private static final Set<String> ELSEWHERE = Set.of("Median", "p", "Training", "CPU", "Memory");

  private final Comparison comparison;

  TextReport(Comparison comparison) {
    this.comparison = comparison;
  }

  String text() {
    Tables tables = new Tables(comparison);
    StringBuilder text = new StringBuilder();
    text.append(comparison.name()).append(": ").append(new Words(comparison).subject());
    text.append("\n\n");
    append(text, joined(tables.scores(), tables.effort()));
    if (comparison.tasks().size() > 1) {
      text.append('\n');
      append(text, tables.tasks());
    }
    if (comparison.variants().size() > 1) {
      text.append("\nWhat differs from ").append(comparison.baseline().name()).append('\n');
      for (Variant variant : comparison.variants().subList(1, comparison.variants().size())) {
        text.append("  ")
            .append(variant.name())
            .append(": ")
            .append(
                variant.differences().stream()
                    .map(TextReport::shown)
                    .collect(Collectors.joining(", ")))
            .append('\n');
      }
    }
    comparison.notes().forEach(it -> text.append("\nNote: ").append(it));
    if (!comparison.notes().isEmpty()) {
      text.append('\n');
    }
    if (!comparison.leftOut().isEmpty()) {
      text.append("\nLeft out\n");
      comparison
          .leftOut()
          .forEach(
              it -> text.append("  ").append((it.name() + " " + it.reason()).strip()).append('\n'));
    }
    return text.toString();
  }

  private static String shown(Difference difference) {
    return "%s = %s (baseline %s)"
        .formatted(
            difference.key(),
            difference.variant().orElse("none"),
            difference.baseline().orElse("none"));
  }

  private static Table joined(Table left, Table right) {
    List<Table.Column> columns = new ArrayList<>();
    List<List<Cell>> rows = new ArrayList<>();
    left.rows().forEach(row -> rows.add(new ArrayList<>()));
    add(columns, rows, left, 0);
    add(columns, rows, right, 1);
    return new Table(columns, rows);
  }

  private static void add(
      List<Table.Column> columns, List<List<Cell>> rows, Table table, int first) {
    for (int column = first; column < table.columns().size(); column++) {
      if (!ELSEWHERE.contains(table.columns().get(column).title())) {
        columns.add(table.columns().get(column));
        for (int row = 0; row < rows.size(); row++) {
          rows.get(row).add(table.rows().get(row).get(column));
        }
      }
    }
  }

  private static void append(StringBuilder text, Table table) {
    int count = table.columns().size();
    int[] widths = new int[count];
    for (int column = 0; column < count; column++) {
      int index = column;
      widths[column] =
          Math.max(
              table.columns().get(column).title().length(),
              table.rows().stream()
                  .mapToInt(row -> row.get(index).text().length())
                  .max()
                  .orElse(0));
    }
    List<List<String>> lines = new ArrayList<>();
    lines.add(table.columns().stream().map(Table.Column::title).toList());
    table.rows().forEach(row -> lines.add(row.stream().map(Cell::text).toList()));
    for (List<String> line : lines) {
      StringBuilder shown = new StringBuilder();
      for (int column = 0; column < count; column++) {
        shown
            .append(column == 0 ? "" : "  ")
            .append(line.get(column))
            .append(" ".repeat(widths[column] - line.get(column).length()));
      }
      text.append(shown.toString().stripTrailing()).append('\n');
    }
  }
}
