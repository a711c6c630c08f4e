package org.apprentice.core.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What all reports say, in sentences. */
final class Words {
  private final Comparison comparison;

  Words(Comparison comparison) {
    this.comparison = comparison;
  }

  /** For example {@code 4 variants, 20 runs on cartpole, by evaluation/return-mean}. */
  String subject() {
    int variants = comparison.variants().size();
    return "%d %s, %d runs on %s, by %s%s"
        .formatted(
            variants,
            variants == 1 ? "variant" : "variants",
            comparison.runs(),
            String.join(", ", comparison.tasks()),
            comparison.options().metric(),
            comparison.options().lowerIsBetter() ? " (lower is better)" : "");
  }

  /** How the figures were computed. */
  List<String> method() {
    List<String> method = new ArrayList<>();
    method.add(
        "A run's score is the last value of %s."
            .formatted(
                comparison.options().metric().equals(Comparison.EVALUATION)
                    ? "evaluation/return-mean, the mean undiscounted return of its final evaluation"
                    : comparison.options().metric()));
    if (comparison.isScaled()) {
      StringBuilder scales = new StringBuilder();
      for (int task = 0; task < comparison.tasks().size(); task++) {
        Interval scale = comparison.scales().get(task);
        scales
            .append(task == 0 ? "" : ", ")
            .append(comparison.tasks().get(task))
            .append(" from ")
            .append(Figures.number(scale.low()))
            .append(" to ")
            .append(Figures.number(scale.high()));
      }
      method.add(
          "To combine tasks, scores are scaled so that the lowest run of a task counts as 0 and the"
              + " highest as 1 (%s).".formatted(scales));
    }
    method.add(
        "IQM is the interquartile mean: the mean of the scores without the lowest and the highest"
            + " quarter of runs, rounded down (Agarwal et al. 2021). Intervals in brackets are 95 %"
            + " percentile intervals of %,d bootstrap draws, stratified by task, from a fixed seed."
                .formatted(Bootstrap.REPETITIONS));
    if (comparison.variants().size() > 1) {
      method.add(
          "P(better) is the probability that a run of the variant is better than one of the"
              + " baseline, ties counting half (the Mann-Whitney statistic). Difference is the mean"
              + " over seeds of the variant's score minus that of the baseline with the same seed;"
              + " p is of the two-sided paired sign-flip permutation test, %s; Holm's correction is"
                  .formatted(signs())
              + " for all variants of this report.");
    }
    comparison.curve().ifPresent(it -> method.add(efficiency(it)));
    method.add(
        "Training, CPU, steps per second and memory are medians over runs; CPU is that of all"
            + " threads of the process, memory the most that the process had resident, and both"
            + " depend on the machine.");
    return method;
  }

  private String signs() {
    List<Boolean> exact =
        comparison.variants().stream()
            .flatMap(it -> it.contrast().stream())
            .flatMap(it -> it.difference().stream())
            .map(Contrast.Paired::exact)
            .distinct()
            .toList();
    return exact.equals(List.of(false))
        ? String.format(Locale.ROOT, "with %,d random draws of the signs", SignFlipTest.DRAWS)
        : exact.size() > 1
            ? "over all signs up to %d pairs and %,d random ones beyond"
                .formatted(SignFlipTest.EXACT_PAIRS, SignFlipTest.DRAWS)
            : "exact over all signs";
  }

  private String efficiency(String curve) {
    return "Area is the mean height of %s over the whole budget of training.".formatted(curve)
        + comparison
            .threshold()
            .map(
                it ->
                    " The threshold is %s; its %s are the median over runs, those that never reached it counting as infinite."
                        .formatted(Figures.number(it), comparison.unit()))
            .orElse("");
  }

  /** The settings that all runs share. */
  java.util.Map<String, String> sharedSettings() {
    java.util.Map<String, String> shared =
        new java.util.LinkedHashMap<>(comparison.baseline().settings());
    comparison.variants().stream()
        .flatMap(it -> it.differences().stream())
        .forEach(it -> shared.remove(it.key()));
    return shared;
  }
}
