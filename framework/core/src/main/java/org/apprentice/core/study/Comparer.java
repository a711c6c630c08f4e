package org.apprentice.core.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.statistics.descriptive.Median;
import org.apache.commons.statistics.descriptive.Quantile;
import org.apprentice.core.config.Trial;
import org.apprentice.core.sweep.Aggregate;
import org.apprentice.core.trial.TrialResult;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.spi.ProgressUnit;

/** Makes one comparison. */
final class Comparer {
  private static final Quantile OF_CENSORED =
      Quantile.withDefaults().with(Quantile.EstimationMethod.HF1);

  private final String name;
  private final RunSource.Found found;
  private final Comparison.Options options;
  private final Bootstrap bootstrap = new Bootstrap(Bootstrap.REPETITIONS);
  private final List<Comparison.LeftOut> leftOut = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private List<String> tasks;
  private List<Interval> scales = List.of();
  private Optional<String> curve;
  private Optional<Double> threshold;

  Comparer(String name, RunSource.Found found, Comparison.Options options) {
    this.name = name;
    this.found = found;
    this.options = options;
  }

  /** Finished runs of a variant. */
  private record Finished(Grouping.Group group, List<List<RecordedRun>> byTask) {
    List<RecordedRun> runs() {
      return byTask.stream().flatMap(List::stream).toList();
    }
  }

  Comparison compare() {
    if (found.runs().isEmpty()) {
      throw new ComparisonException(
          "%s: there are no runs to compare%s"
              .formatted(name, found.damaged().isEmpty() ? "" : ": " + found.damaged().get(0)));
    }
    Grouping grouping = new Grouping(found.runs(), options.study());
    tasks = grouping.tasks();
    leftOut.addAll(grouping.repetitions());
    found.damaged().forEach(it -> leftOut.add(new Comparison.LeftOut("", "", it)));
    List<Finished> finished = baselineFirst(grouping, finished(grouping));
    List<RecordedRun> runs = finished.stream().flatMap(it -> it.runs().stream()).toList();
    if (tasks.size() > 1) {
      scales = IntStream.range(0, tasks.size()).mapToObj(task -> scale(finished, task)).toList();
    }
    List<ProgressUnit> units =
        runs.stream().map(run -> run.status().result().unit()).distinct().toList();
    curve = units.size() > 1 ? Optional.empty() : sharedCurve(runs);
    threshold = units.size() > 1 || tasks.size() > 1 ? Optional.empty() : threshold(runs);
    if (units.size() > 1) {
      notes.add(
          "Progress is counted in %s: learning curves and times to the threshold are not compared."
              .formatted(units));
    }
    List<Variant> variants = withHolm(variants(finished));
    notes.addAll(new Controls(variants, tasks, options.lowerIsBetter()).verdicts());
    notes.addAll(new Caveats(grouping, variants, tasks).all());
    return new Comparison(
        name,
        options,
        tasks,
        scales,
        units.get(0).toString(),
        curve,
        threshold,
        variants,
        List.copyOf(leftOut),
        List.copyOf(notes));
  }

  /** Variants with scores in all tasks. */
  private List<Finished> finished(Grouping grouping) {
    List<Finished> all = new ArrayList<>();
    for (Grouping.Group group : grouping.groups()) {
      List<List<RecordedRun>> byTask = new ArrayList<>();
      for (List<RecordedRun> runs : group.byTask()) {
        byTask.add(runs.stream().filter(this::counts).toList());
      }
      boolean complete = byTask.stream().noneMatch(List::isEmpty);
      if (complete) {
        all.add(new Finished(group, byTask));
      } else if (byTask.stream().anyMatch(runs -> !runs.isEmpty())) {
        for (RecordedRun run : byTask.stream().flatMap(List::stream).toList()) {
          leaveOut(run, "%s has no finished run on another task".formatted(group.name()));
        }
      }
      if (!complete) {
        notes.add(
            "Variant %s is left out: it has no finished run%s."
                .formatted(group.name(), tasks.size() > 1 ? " on at least one of the tasks" : ""));
      }
    }
    if (all.isEmpty()) {
      throw new ComparisonException(
          "%s: none of %d runs can be compared: %s"
              .formatted(name, found.runs().size(), summary(leftOut)));
    }
    return all;
  }

  private static String summary(List<Comparison.LeftOut> leftOut) {
    int shown = Math.min(3, leftOut.size());
    List<String> reasons =
        leftOut.subList(0, shown).stream().map(it -> it.name() + " " + it.reason()).toList();
    int more = leftOut.size() - shown;
    return String.join("; ", reasons) + (more > 0 ? "; and " + more + " more" : "");
  }

  private boolean counts(RecordedRun run) {
    TrialStatus status = run.status();
    Double score = run.metrics().get(options.metric());
    if (!run.isFinished()) {
      leaveOut(
          run,
          switch (status.state()) {
            case RUNNING -> "is running, or was killed" + resume(run);
            case FAILED -> "failed: " + status.message();
            case KILLED -> "was interrupted" + resume(run);
            case FINISHED -> throw new IllegalStateException("a finished run counts");
          });
    } else if (score == null) {
      leaveOut(run, "has no metric " + options.metric() + "; it has " + known(run));
    } else if (!Double.isFinite(score)) {
      leaveOut(run, "has no finite score: " + options.metric() + " is " + score);
    }
    return run.isFinished() && score != null && Double.isFinite(score);
  }

  private static String resume(RecordedRun run) {
    return run.resumable() ? ": apprentice resume " + run.id() : "";
  }

  private static String known(RecordedRun run) {
    return String.join(", ", run.metrics().keySet().stream().sorted().toList());
  }

  private void leaveOut(RecordedRun run, String reason) {
    leftOut.add(new Comparison.LeftOut(run.id(), run.status().name(), reason));
  }

  private List<Finished> baselineFirst(Grouping grouping, List<Finished> variants) {
    List<String> names = variants.stream().map(it -> it.group().name()).toList();
    String wanted = options.baseline().orElse(Trial.BASELINE);
    int index = names.indexOf(wanted);
    if (index < 0 && options.baseline().isPresent()) {
      throw new ComparisonException(
          "no variant '%s' with finished runs to be the baseline; available: %s"
              .formatted(wanted, String.join(", ", names)));
    }
    if (index < 0 && grouping.groups().stream().anyMatch(it -> it.name().equals(wanted))) {
      notes.add("%s takes the place of the baseline.".formatted(names.get(0)));
    }
    List<Finished> ordered = new ArrayList<>(variants);
    ordered.add(0, ordered.remove(Math.max(0, index)));
    return ordered;
  }

  private double score(RecordedRun run) {
    return run.metrics().get(options.metric());
  }

  private Interval scale(List<Finished> variants, int task) {
    DoubleSummaryStatistics all =
        variants.stream()
            .flatMap(it -> it.byTask().get(task).stream())
            .mapToDouble(this::score)
            .summaryStatistics();
    return new Interval(all.getMin(), all.getMax());
  }

  private double scaled(double raw, int task) {
    if (scales.isEmpty()) {
      return raw;
    }
    Interval scale = scales.get(task);
    double range = scale.high() - scale.low();
    return range == 0 ? 0 : (raw - scale.low()) / range;
  }

  /**
   * The score's own curve, if every run has one of at least two points; for final evaluations, the
   * returns of training may serve instead.
   */
  private Optional<String> sharedCurve(List<RecordedRun> runs) {
    List<String> candidates =
        options.metric().equals(Comparison.EVALUATION)
            ? List.of(Comparison.EVALUATION, Comparison.TRAINING)
            : List.of(options.metric());
    return candidates.stream()
        .filter(
            key ->
                runs.stream()
                    .allMatch(
                        run -> run.curves().containsKey(key) && run.curves().get(key).size() > 1))
        .findFirst();
  }

  private Optional<Double> threshold(List<RecordedRun> runs) {
    if (options.threshold().isPresent()) {
      return options.threshold();
    }
    List<Double> all =
        runs.stream().map(run -> run.status().result().threshold()).distinct().toList();
    boolean known = all.size() == 1 && all.get(0) != null;
    return known && options.metric().equals(Comparison.EVALUATION)
        ? Optional.of(all.get(0))
        : Optional.empty();
  }

  private List<Variant> variants(List<Finished> finished) {
    double[][] baseline = scaledScores(finished.get(0));
    List<Variant> variants = new ArrayList<>();
    for (Finished variant : finished) {
      double[][] scores = scaledScores(variant);
      Map<Aggregate, Estimate> aggregates = new EnumMap<>(Aggregate.class);
      for (Aggregate aggregate : Aggregate.values()) {
        aggregates.put(aggregate, estimate(scores, aggregate::of));
      }
      double[][] raw = figures(variant, this::score, (value, task) -> value);
      variants.add(
          new Variant(
              variant.group().name(),
              variant.group().settings(),
              Difference.between(finished.get(0).group().settings(), variant.group().settings()),
              variant.byTask(),
              raw,
              aggregates,
              Arrays.stream(raw)
                  .map(task -> estimate(new double[][] {task}, Aggregate.IQM::of))
                  .toList(),
              variants.isEmpty()
                  ? Optional.empty()
                  : Optional.of(contrast(finished.get(0), baseline, variant, scores)),
              new Variant.Efficiency(area(variant), toThreshold(variant)),
              cost(variant.runs())));
    }
    return variants;
  }

  private interface Scaling {
    double of(double raw, int task);
  }

  private double[][] scaledScores(Finished variant) {
    return figures(variant, this::score, this::scaled);
  }

  private static double[][] figures(
      Finished variant, ToDoubleFunction<RecordedRun> figure, Scaling scaling) {
    return IntStream.range(0, variant.byTask().size())
        .mapToObj(
            task ->
                variant.byTask().get(task).stream()
                    .mapToDouble(run -> scaling.of(figure.applyAsDouble(run), task))
                    .toArray())
        .toArray(double[][]::new);
  }

  private Estimate estimate(double[][] scores, ToDoubleFunction<double[][]> statistic) {
    return new Estimate(statistic.applyAsDouble(scores), bootstrap.interval(scores, statistic));
  }

  private Contrast contrast(
      Finished baselineRuns, double[][] baseline, Finished variantRuns, double[][] variant) {
    double[][] better = options.lowerIsBetter() ? baseline : variant;
    double[][] worse = options.lowerIsBetter() ? variant : baseline;
    Estimate improvement =
        new Estimate(
            Contrast.probabilityHigher(better, worse),
            bootstrap.interval(better, worse, Contrast::probabilityHigher));
    double[][] differences = new double[variant.length][];
    for (int task = 0; task < differences.length; task++) {
      differences[task] =
          differences(
              baselineRuns.byTask().get(task),
              baseline[task],
              variantRuns.byTask().get(task),
              variant[task]);
    }
    if (Arrays.stream(differences).anyMatch(task -> task.length < 2)) {
      return new Contrast(improvement, Optional.empty());
    }
    SignFlipTest test = SignFlipTest.of(differences);
    return new Contrast(
        improvement,
        Optional.of(
            new Contrast.Paired(
                estimate(differences, Aggregate.MEAN::of),
                Arrays.stream(differences).mapToInt(task -> task.length).sum(),
                test.p(),
                test.p(),
                test.exact())));
  }

  /** Of the seeds that both have. */
  private static double[] differences(
      List<RecordedRun> baselineRuns,
      double[] baseline,
      List<RecordedRun> variantRuns,
      double[] variant) {
    Map<Long, Double> bySeed = new LinkedHashMap<>();
    for (int run = 0; run < baseline.length; run++) {
      bySeed.put(baselineRuns.get(run).seed(), baseline[run]);
    }
    return IntStream.range(0, variant.length)
        .filter(run -> bySeed.containsKey(variantRuns.get(run).seed()))
        .mapToDouble(run -> variant[run] - bySeed.get(variantRuns.get(run).seed()))
        .toArray();
  }

  private static List<Variant> withHolm(List<Variant> variants) {
    List<Variant> tested =
        variants.stream()
            .filter(it -> it.contrast().flatMap(Contrast::difference).isPresent())
            .toList();
    double[] adjusted =
        Holm.adjust(
            tested.stream()
                .mapToDouble(it -> it.contrast().orElseThrow().difference().orElseThrow().p())
                .toArray());
    return variants.stream()
        .map(
            it ->
                tested.contains(it)
                    ? it.withContrast(
                        it.contrast().orElseThrow().withAdjusted(adjusted[tested.indexOf(it)]))
                    : it)
        .toList();
  }

  private Optional<Estimate> area(Finished variant) {
    return curve.map(
        key ->
            estimate(
                figures(
                    variant, run -> run.curves().get(key).meanHeight(budget(run)), this::scaled),
                Aggregate.MEAN::of));
  }

  /** Runs of older versions do not know it; they went on to its end, unless they were solved. */
  private static double budget(RecordedRun run) {
    TrialResult result = run.status().result();
    return result.budget() == null ? result.progress() : result.budget();
  }

  private Optional<Variant.ToThreshold> toThreshold(Finished variant) {
    List<RecordedRun> runs = variant.runs();
    boolean own =
        options.threshold().isEmpty()
            && curve.isPresent()
            && options.metric().equals(Comparison.EVALUATION)
            && runs.stream().allMatch(run -> run.status().result().threshold() != null);
    if (curve.isEmpty() || (!own && threshold.isEmpty())) {
      return Optional.empty();
    }
    double[][] steps =
        figures(
            variant,
            run -> own ? solvedAt(run) : steps(run, curve.get(), threshold.get()),
            (value, task) -> value);
    double[] all = Arrays.stream(steps).flatMapToDouble(Arrays::stream).toArray();
    int reached = (int) Arrays.stream(all).filter(Double::isFinite).count();
    return Optional.of(
        new Variant.ToThreshold(reached, all.length, estimate(steps, Comparer::censoredMedian)));
  }

  private static double solvedAt(RecordedRun run) {
    Long solvedAt = run.status().result().solvedAt();
    return solvedAt == null ? Double.POSITIVE_INFINITY : solvedAt;
  }

  private double steps(RecordedRun run, String key, double wanted) {
    return run.curves()
        .get(key)
        .stepsTo(wanted, options.lowerIsBetter())
        .orElse(Double.POSITIVE_INFINITY);
  }

  /** The least by which at least half of the runs were there: Kaplan and Meier's median. */
  static double censoredMedian(double[][] steps) {
    return OF_CENSORED.evaluate(
        Arrays.stream(steps).flatMapToDouble(Arrays::stream).toArray(), 0.5);
  }

  private static Variant.Cost cost(List<RecordedRun> runs) {
    List<TrialResult> results = runs.stream().map(run -> run.status().result()).toList();
    return new Variant.Cost(
        median(results, it -> Optional.of(it.trainingSeconds())).orElseThrow(),
        median(results, it -> cost(it, TrialResult.Cost::cpuSeconds)),
        median(
            results,
            it ->
                Optional.of(it.environmentSteps() / it.trainingSeconds())
                    .filter(rate -> rate > 0 && Double.isFinite(rate))),
        median(results, it -> cost(it, TrialResult.Cost::parameters).map(Number::doubleValue)),
        median(results, it -> cost(it, TrialResult.Cost::peakMemory).map(Number::doubleValue)));
  }

  private static <T> Optional<T> cost(TrialResult result, Function<TrialResult.Cost, T> part) {
    return Optional.ofNullable(result.cost()).map(part);
  }

  private static Optional<Double> median(
      List<TrialResult> results, Function<TrialResult, Optional<Double>> figure) {
    List<Optional<Double>> all = results.stream().map(figure).toList();
    return all.stream().allMatch(Optional::isPresent)
        ? Optional.of(
            Median.withDefaults()
                .evaluate(all.stream().mapToDouble(Optional::get).sorted().toArray()))
        : Optional.empty();
  }
}
