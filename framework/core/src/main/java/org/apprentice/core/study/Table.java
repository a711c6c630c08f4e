package org.apprentice.core.study;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Rows of cells, whatever they are written in.
 *
 * @param columns their titles; the first names the row, figures follow
 */
record Table(List<Column> columns, List<List<Cell>> rows) {
  /**
   * @param explanation a sentence; may be empty
   */
  record Column(String title, String explanation) {}

  /**
   * @param order to sort by; empty for text, and for a missing figure, which sorts last
   */
  record Cell(String text, OptionalDouble order) {
    static Cell of(String text) {
      return new Cell(text, OptionalDouble.empty());
    }

    static Cell of(String text, double order) {
      return new Cell(text, OptionalDouble.of(order));
    }

    static Cell none() {
      return of(Figures.NONE);
    }

    static Cell of(Estimate estimate) {
      return of(Figures.estimate(estimate), estimate.value());
    }

    static Cell of(Optional<Estimate> estimate) {
      return estimate.map(Cell::of).orElseGet(Cell::none);
    }
  }

  /** Without the columns in which no row has anything to say. */
  Table withoutEmptyColumns() {
    List<Integer> kept =
        java.util.stream.IntStream.range(0, columns.size())
            .filter(
                column ->
                    column == 0
                        || rows.stream()
                            .anyMatch(row -> !row.get(column).text().equals(Figures.NONE)))
            .boxed()
            .toList();
    return new Table(
        kept.stream().map(columns::get).toList(),
        rows.stream().map(row -> kept.stream().map(row::get).toList()).toList());
  }
}
