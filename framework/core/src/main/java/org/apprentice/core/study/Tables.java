package org.apprentice.core.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.apprentice.core.study.Table.Cell;
import org.apprentice.core.study.Table.Column;
import org.apprentice.core.sweep.Aggregate;

/** The tables of a report. */
final class Tables {
  private static final Column VARIANT = new Column("Variant", "");

  private final Comparison comparison;

  Tables(Comparison comparison) {
    this.comparison = comparison;
  }

  private Table perVariant(List<Column> columns, Function<Variant, List<Cell>> cells) {
    List<Column> all = new ArrayList<>(List.of(VARIANT));
    all.addAll(columns);
    List<List<Cell>> rows = new ArrayList<>();
    for (Variant variant : comparison.variants()) {
      List<Cell> row = new ArrayList<>(List.of(Cell.of(variant.name())));
      row.addAll(cells.apply(variant));
      rows.add(row);
    }
    return new Table(all, rows).withoutEmptyColumns();
  }

  Table scores() {
    return perVariant(
        List.of(
            new Column("Runs", "Finished runs"),
            new Column("IQM", "Interquartile mean of the scores"),
            new Column("Mean", "Mean of the scores"),
            new Column(
                "Median",
                comparison.tasks().size() > 1
                    ? "Median over tasks of their mean scores"
                    : "Median of the scores"),
            new Column("P(better)", "Probability that a run is better than one of the baseline"),
            new Column(
                "Difference", "Mean over seeds of the score minus the baseline's of the same seed"),
            new Column("p", "Two-sided p-value of the paired sign-flip test"),
            new Column("p (Holm)", "p corrected for the number of variants")),
        variant -> {
          Optional<Contrast> contrast = variant.contrast();
          Optional<Contrast.Paired> paired = contrast.flatMap(Contrast::difference);
          return List.of(
              Cell.of(String.valueOf(variant.runs().size()), variant.runs().size()),
              Cell.of(variant.aggregate(Aggregate.IQM)),
              Cell.of(variant.aggregate(Aggregate.MEAN)),
              Cell.of(variant.aggregate(Aggregate.MEDIAN)),
              Cell.of(contrast.map(Contrast::improvement)),
              paired.map(it -> difference(it.mean())).orElseGet(Cell::none),
              paired.map(it -> p(it.p())).orElseGet(Cell::none),
              paired.map(it -> p(it.adjusted())).orElseGet(Cell::none));
        });
  }

  private static Cell difference(Estimate estimate) {
    return Cell.of(Figures.difference(estimate), estimate.value());
  }

  private static Cell p(double value) {
    return Cell.of(Figures.p(value), value);
  }

  Table effort() {
    String progress = comparison.unit();
    return perVariant(
        List.of(
            new Column("Area", "Mean height of the learning curve over the budget"),
            new Column("Reached", "Runs that reached the threshold"),
            new Column(
                capitalised(progress) + " to threshold",
                "Median over runs; ∞ where fewer than half of them reached it"),
            new Column("Training", "Wall seconds without evaluations, median over runs"),
            new Column("CPU", "CPU seconds of all threads in that time, median over runs"),
            new Column("Steps/s", "Environment steps per second of training, median over runs"),
            new Column("Parameters", "Numbers that the policy's network holds"),
            new Column("Memory", "Most resident memory of the process, median over runs")),
        variant -> {
          Variant.Cost cost = variant.cost();
          Optional<Variant.ToThreshold> threshold = variant.efficiency().threshold();
          return List.of(
              Cell.of(variant.efficiency().area()),
              threshold
                  .map(it -> Cell.of(it.reached() + " of " + it.of(), share(it)))
                  .orElseGet(Cell::none),
              threshold.map(it -> steps(it.median())).orElseGet(Cell::none),
              Cell.of(Figures.number(cost.wallSeconds()) + " s", cost.wallSeconds()),
              cell(cost.cpuSeconds(), it -> Figures.number(it) + " s"),
              cell(cost.stepsPerSecond(), Figures::count),
              cell(cost.parameters(), Figures::count),
              cell(cost.peakMemory(), Figures::memory));
        });
  }

  private static double share(Variant.ToThreshold threshold) {
    return threshold.reached() / (double) threshold.of();
  }

  private static Cell steps(Estimate median) {
    String text =
        Figures.count(median.value())
            + median
                .interval()
                .map(it -> " [" + Figures.count(it.low()) + ", " + Figures.count(it.high()) + "]")
                .orElse("");
    return new Cell(text, OptionalDouble.of(median.value()));
  }

  private static Cell cell(Optional<Double> figure, Function<Double, String> text) {
    return figure.map(it -> Cell.of(text.apply(it), it)).orElseGet(Cell::none);
  }

  private static String capitalised(String word) {
    return word.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + word.substring(1);
  }

  /** Raw scores of each task; for comparisons of several. */
  Table tasks() {
    return perVariant(
        comparison.tasks().stream()
            .map(task -> new Column(task, "Interquartile mean of the raw scores"))
            .toList(),
        variant -> variant.ofTasks().stream().map(Cell::of).toList());
  }

  Table differences() {
    List<List<Cell>> rows = new ArrayList<>();
    for (Variant variant : comparison.variants()) {
      for (Difference difference : variant.differences()) {
        rows.add(
            List.of(
                Cell.of(variant.name()),
                Cell.of(difference.key()),
                Cell.of(difference.baseline().orElse(Figures.NONE)),
                Cell.of(difference.variant().orElse(Figures.NONE))));
      }
    }
    return new Table(
        List.of(
            VARIANT,
            new Column("Key", ""),
            new Column("Baseline", ""),
            new Column("This variant", "")),
        rows);
  }

  Table runs() {
    List<List<Cell>> rows = new ArrayList<>();
    for (Variant variant : comparison.variants()) {
      for (int task = 0; task < comparison.tasks().size(); task++) {
        for (int i = 0; i < variant.byTask().get(task).size(); i++) {
          RecordedRun run = variant.byTask().get(task).get(i);
          double score = variant.scores()[task][i];
          rows.add(
              List.of(
                  Cell.of(variant.name()),
                  Cell.of(comparison.tasks().get(task)),
                  Cell.of(String.valueOf(run.seed()), (double) run.seed()),
                  Cell.of(Figures.number(score), score),
                  Cell.of(run.id())));
        }
      }
    }
    return new Table(
        List.of(
            VARIANT,
            new Column("Task", ""),
            new Column("Seed", ""),
            new Column("Score", comparison.options().metric()),
            new Column("Run", "Its folder below results/runs")),
        rows);
  }

  Table leftOut() {
    return new Table(
        List.of(new Column("Run", ""), new Column("Name", ""), new Column("Why", "")),
        comparison.leftOut().stream()
            .map(it -> List.of(Cell.of(it.id()), Cell.of(it.name()), Cell.of(it.reason())))
            .toList());
  }
}
