package org.apprentice.core.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.statistics.descriptive.Mean;
import org.apache.commons.statistics.descriptive.StandardDeviation;
import org.apprentice.core.config.Trial;
import org.apprentice.core.trial.Membership;
import org.apprentice.core.trial.TrialResult;

/**
 * Whether controls fail as they must. A control does as well as the claim, which is the baseline at
 * the same sweep point, if most of its runs solve the task, or if its mean score reaches the
 * claim's less the claim's standard deviation over runs (over the episodes of the final evaluation
 * where there is one run). Without such a claim among the variants, the first of them takes its
 * place.
 */
final class Controls {
  private final List<Variant> variants;
  private final List<String> tasks;
  private final boolean lowerIsBetter;

  Controls(List<Variant> variants, List<String> tasks, boolean lowerIsBetter) {
    this.variants = variants;
    this.tasks = tasks;
    this.lowerIsBetter = lowerIsBetter;
  }

  /** What each control says on each task, a sentence each. */
  List<String> verdicts() {
    List<String> verdicts = new ArrayList<>();
    for (Variant variant : variants) {
      Optional<Membership> control = membership(variant, true);
      if (control.isPresent()) {
        Variant claim = claim(control.get());
        if (claim.name().equals(variant.name())) {
          verdicts.add(
              String.format(
                  "Control %s has no claim beside it that it could be compared with.",
                  variant.name()));
          continue;
        }
        for (int task = 0; task < tasks.size(); task++) {
          verdicts.add(verdict(variant, claim, task));
        }
      }
    }
    return verdicts;
  }

  /** The place in a study that gave the variant its name. */
  private static Optional<Membership> membership(Variant variant, boolean control) {
    return variant.runs().stream()
        .flatMap(run -> run.memberships().stream())
        .filter(it -> it.control() == control && variant.name().endsWith(it.label()))
        .findFirst();
  }

  private Variant claim(Membership control) {
    return variants.stream()
        .filter(
            it ->
                membership(it, false)
                    .filter(place -> place.study().equals(control.study()))
                    .filter(place -> place.variant().equals(Trial.BASELINE))
                    .filter(place -> place.point().equals(control.point()))
                    .isPresent())
        .findFirst()
        .orElse(variants.get(0));
  }

  private String verdict(Variant control, Variant claim, int task) {
    double[] scores = control.scores()[task];
    double[] claimed = claim.scores()[task];
    double spread =
        claimed.length > 1
            ? StandardDeviation.of(claimed).getAsDouble()
            : claim.byTask().get(task).get(0).status().result().standardDeviation();
    double lead = Mean.of(scores).getAsDouble() - Mean.of(claimed).getAsDouble();
    boolean asWell =
        solved(control.byTask().get(task)) || (lowerIsBetter ? -lead : lead) >= -spread;
    return String.format(
        Locale.ROOT,
        asWell
            ? "Control %s does as well as the claim%s: %s against %s +- %s. What the claim learned"
                + " need not come from what the control is denied."
            : "Control %s fails as it must%s: %s against %s +- %s.",
        control.name(),
        tasks.size() > 1 ? " on " + tasks.get(task) : "",
        Figures.number(Mean.of(scores).getAsDouble()),
        Figures.number(Mean.of(claimed).getAsDouble()),
        Figures.number(spread));
  }

  private static boolean solved(List<RecordedRun> runs) {
    long solved =
        runs.stream()
            .map(run -> run.status().result())
            .map(TrialResult::solved)
            .filter(Boolean.TRUE::equals)
            .count();
    return 2 * solved > runs.size();
  }
}
