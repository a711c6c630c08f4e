package org.apprentice.core.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a reader should know before trusting a comparison. */
final class Caveats {
  /** With fewer runs, percentile intervals are known to be too narrow. */
  private static final int FEW = 5;

  private static final double LEVEL = 0.05;

  private static final int MOST_NAMED = 5;

  private final Grouping grouping;
  private final List<Variant> variants;
  private final List<String> tasks;

  Caveats(Grouping grouping, List<Variant> variants, List<String> tasks) {
    this.grouping = grouping;
    this.variants = variants;
    this.tasks = tasks;
  }

  /** A sentence each. */
  List<String> all() {
    List<String> notes = new ArrayList<>();
    if (grouping.environmentsMixed()) {
      notes.add(
          "Variants differ in the environment, and not every variant was run in each of them:"
              + " compare returns of different tasks with care.");
    }
    seeds(notes);
    smallestP(notes);
    evaluations(notes);
    source(notes);
    warnings(notes);
    return notes;
  }

  private static Set<Long> seedsOf(List<RecordedRun> runs) {
    return runs.stream().map(RecordedRun::seed).collect(Collectors.toCollection(TreeSet::new));
  }

  private void seeds(List<String> notes) {
    List<String> few =
        variants.stream()
            .filter(it -> it.byTask().stream().anyMatch(runs -> runs.size() < FEW))
            .map(Variant::name)
            .toList();
    if (!few.isEmpty()) {
      notes.add(
          "Fewer than %d seeds (%s): bootstrap intervals of so few runs are too narrow."
              .formatted(FEW, listed(few)));
    }
    for (int task = 0; task < tasks.size(); task++) {
      Set<Long> expected = seedsOf(variants.get(0).byTask().get(task));
      for (Variant variant : variants) {
        Set<Long> found = seedsOf(variant.byTask().get(task));
        if (!found.equals(expected)) {
          notes.add(
              "%s was run with the seeds %s%s, the baseline with %s: differences are of the seeds"
                      .formatted(
                          variant.name(),
                          found,
                          tasks.size() > 1 ? " on " + tasks.get(task) : "",
                          expected)
                  + " that both have.");
        }
      }
    }
  }

  private void smallestP(List<String> notes) {
    List<Contrast.Paired> tests =
        variants.stream()
            .flatMap(it -> it.contrast().stream())
            .flatMap(it -> it.difference().stream())
            .toList();
    int fewest = tests.stream().mapToInt(Contrast.Paired::pairs).min().orElse(Integer.MAX_VALUE);
    double smallest = SignFlipTest.smallest(Math.min(fewest, SignFlipTest.EXACT_PAIRS + 1));
    if (!tests.isEmpty() && smallest * tests.size() > LEVEL) {
      String corrected =
          tests.size() == 1
              ? ""
              : " (%s after Holm's correction for %d variants)"
                  .formatted(Figures.number(Math.min(1, smallest * tests.size())), tests.size());
      notes.add(
          "With %d pairs of seeds p cannot fall below %s%s: no difference can be called significant at %s."
              .formatted(fewest, Figures.number(smallest), corrected, LEVEL));
    }
  }

  private void evaluations(List<String> notes) {
    boolean differ =
        variants.stream()
            .flatMap(it -> it.differences().stream())
            .anyMatch(it -> it.key().startsWith("evaluation."));
    if (differ) {
      notes.add("Variants differ in how they were evaluated, so scores may differ for that alone.");
    }
  }

  private void source(List<String> notes) {
    Set<String> commits = new LinkedHashSet<>();
    boolean dirty = false;
    for (RecordedRun run : variants.stream().flatMap(it -> it.runs().stream()).toList()) {
      commits.add(run.tags().getOrDefault("mlflow.source.git.commit", "none"));
      dirty |= Boolean.parseBoolean(run.tags().get("git.dirty"));
    }
    if (commits.size() > 1) {
      notes.add(
          "Runs were made with %d commits: %s."
              .formatted(
                  commits.size(),
                  commits.stream()
                      .map(it -> it.substring(0, Math.min(8, it.length())))
                      .collect(Collectors.joining(", "))));
    }
    if (dirty) {
      notes.add("Some runs were made with changes that were not committed.");
    }
  }

  /** Each warning once, however many variants share it. */
  private void warnings(List<String> notes) {
    Map<String, Set<String>> names = new LinkedHashMap<>();
    for (Variant variant : variants) {
      variant.runs().stream()
          .flatMap(run -> run.status().result().warnings().stream())
          .forEach(
              it -> names.computeIfAbsent(it, key -> new LinkedHashSet<>()).add(variant.name()));
    }
    names.forEach((warning, those) -> notes.add(listed(List.copyOf(those)) + ": " + warning));
  }

  /** Names of variants, the first few of many. */
  private String listed(List<String> names) {
    if (names.size() <= MOST_NAMED) {
      return String.join(", ", names);
    }
    return names.size() == variants.size()
        ? "all %d variants".formatted(names.size())
        : "%s and %d more variants"
            .formatted(String.join(", ", names.subList(0, MOST_NAMED)), names.size() - MOST_NAMED);
  }
}
