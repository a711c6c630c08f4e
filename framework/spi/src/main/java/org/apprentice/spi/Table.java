package org.apprentice.spi;

import java.util.List;

/**
 * Figures of a run that are more than a metric, for people and programs.
 *
 * @param name of the file that it becomes, without an ending
 * @param rows of numbers and short texts, as many as there are columns
 */
public record Table(String name, List<String> columns, List<List<Object>> rows) {
  public Table {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    int width = columns.size();
    if (rows.stream().anyMatch(row -> row.size() != width)) {
      throw new IllegalArgumentException(
          "every row of table %s must have %d values".formatted(name, width));
    }
  }
}
