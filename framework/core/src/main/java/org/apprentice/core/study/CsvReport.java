package org.apprentice.core.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apprentice.core.sweep.Aggregate;
import org.apprentice.core.trial.TrialResult;

/** Every digit, for other programs: RFC 4180, empty where there is no figure. */
final class CsvReport {
  private final Comparison comparison;

  CsvReport(Comparison comparison) {
    this.comparison = comparison;
  }

  /** A row per variant. */
  String variants() {
    List<List<String>> lines = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("variant", "runs", "differs_in"));
    for (String estimate : List.of("iqm", "mean", "median", "probability_better", "difference")) {
      header.addAll(List.of(estimate, estimate + "_low", estimate + "_high"));
    }
    header.addAll(List.of("pairs", "p", "p_holm", "exact"));
    header.addAll(List.of("area", "area_low", "area_high", "reached_threshold"));
    header.addAll(List.of("to_threshold", "to_threshold_low", "to_threshold_high"));
    header.addAll(
        List.of("training_seconds", "cpu_seconds", "steps_per_second", "parameters", "peak_bytes"));
    lines.add(header);
    comparison.variants().forEach(it -> lines.add(row(it)));
    return text(lines);
  }

  private static List<String> row(Variant variant) {
    List<String> row = new ArrayList<>();
    row.add(variant.name());
    row.add(String.valueOf(variant.runs().size()));
    row.add(
        variant.differences().stream().map(Difference::shown).collect(Collectors.joining("; ")));
    for (Aggregate aggregate : List.of(Aggregate.IQM, Aggregate.MEAN, Aggregate.MEDIAN)) {
      add(row, Optional.of(variant.aggregate(aggregate)));
    }
    Optional<Contrast.Paired> paired = variant.contrast().flatMap(Contrast::difference);
    add(row, variant.contrast().map(Contrast::improvement));
    add(row, paired.map(Contrast.Paired::mean));
    row.add(paired.map(it -> String.valueOf(it.pairs())).orElse(""));
    row.add(paired.map(it -> String.valueOf(it.p())).orElse(""));
    row.add(paired.map(it -> String.valueOf(it.adjusted())).orElse(""));
    row.add(paired.map(it -> String.valueOf(it.exact())).orElse(""));
    add(row, variant.efficiency().area());
    Optional<Variant.ToThreshold> threshold = variant.efficiency().threshold();
    row.add(threshold.map(it -> String.valueOf(it.reached())).orElse(""));
    add(row, threshold.map(Variant.ToThreshold::median));
    Variant.Cost cost = variant.cost();
    row.add(String.valueOf(cost.wallSeconds()));
    for (Optional<Double> figure :
        List.of(cost.cpuSeconds(), cost.stepsPerSecond(), cost.parameters(), cost.peakMemory())) {
      row.add(figure.map(String::valueOf).orElse(""));
    }
    return row;
  }

  private static void add(List<String> row, Optional<Estimate> estimate) {
    Optional<Interval> interval = estimate.flatMap(Estimate::interval);
    row.add(estimate.map(it -> String.valueOf(it.value())).orElse(""));
    row.add(interval.map(it -> String.valueOf(it.low())).orElse(""));
    row.add(interval.map(it -> String.valueOf(it.high())).orElse(""));
  }

  /** A row per run. */
  String runs() {
    List<List<String>> lines = new ArrayList<>();
    lines.add(
        List.of(
            "run",
            "key",
            "name",
            "variant",
            "task",
            "seed",
            "score",
            "progress",
            "solved_at",
            "training_seconds",
            "environment_steps",
            "cpu_seconds",
            "peak_bytes"));
    for (Variant variant : comparison.variants()) {
      for (int task = 0; task < comparison.tasks().size(); task++) {
        for (int i = 0; i < variant.byTask().get(task).size(); i++) {
          RecordedRun run = variant.byTask().get(task).get(i);
          TrialResult result = run.status().result();
          lines.add(
              List.of(
                  run.id(),
                  run.status().key(),
                  run.status().name(),
                  variant.name(),
                  comparison.tasks().get(task),
                  String.valueOf(run.seed()),
                  String.valueOf(variant.scores()[task][i]),
                  String.valueOf(result.progress()),
                  shown(result, TrialResult::solvedAt),
                  String.valueOf(result.trainingSeconds()),
                  String.valueOf(result.environmentSteps()),
                  shown(result, it -> it.cost() == null ? null : it.cost().cpuSeconds()),
                  shown(result, it -> it.cost() == null ? null : it.cost().peakMemory())));
        }
      }
    }
    return text(lines);
  }

  private static String shown(TrialResult result, Function<TrialResult, Object> figure) {
    return Optional.ofNullable(figure.apply(result)).map(Object::toString).orElse("");
  }

  private static String text(List<List<String>> lines) {
    return lines.stream()
        .map(line -> line.stream().map(CsvReport::quoted).collect(Collectors.joining(",")))
        .collect(Collectors.joining("\r\n", "", "\r\n"));
  }

  private static String quoted(String value) {
    return value.matches("(?s).*[\",\r\n].*") ? '"' + value.replace("\"", "\"\"") + '"' : value;
  }
}
