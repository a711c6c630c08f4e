package org.apprentice.core.study;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apprentice.core.trial.Membership;
import org.apprentice.core.trial.TrialResult;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.spi.ProgressUnit;

/** Runs as a store would tell of them, for comparisons whose outcome is known. */
final class Runs {
  private final Set<String> controls = new HashSet<>();
  private final List<RecordedRun> runs = new ArrayList<>();
  private final Map<String, String> common = new LinkedHashMap<>();
  private String study = "toy";

  Runs() {
    common.put("environment.plugin", "cartpole");
    common.put("environment.copies", "4");
    common.put("algorithm.plugin", "ppo");
    common.put("algorithm.clip", "0.2");
  }

  RunSource.Found found() {
    return new RunSource.Found(List.copyOf(runs), List.of());
  }

  Comparison compare() {
    return Comparison.of("toy", found(), Comparison.Options.ofStudy("toy"));
  }

  List<RecordedRun> all() {
    return runs;
  }

  Runs ofStudy(String name) {
    study = name;
    return this;
  }

  /** A setting of the runs that follow. */
  Runs with(String key, String value) {
    common.put(key, value);
    return this;
  }

  /** From now on, this variant is a control. */
  Runs control(String name) {
    controls.add(name);
    return this;
  }

  /**
   * A finished run for each score, with seeds from 1, of a curve that rises evenly to it at 100
   * steps.
   */
  Runs variant(String name, Map<String, String> changes, double... scores) {
    for (int i = 0; i < scores.length; i++) {
      run(name, changes, i + 1, scores[i]);
    }
    return this;
  }

  Runs run(String name, Map<String, String> changes, long seed, double score) {
    List<Curve.Point> points = new ArrayList<>();
    for (int part = 1; part <= 4; part++) {
      points.add(new Curve.Point(25L * part, score * part / 4));
    }
    add(name, changes, seed, TrialStatus.State.FINISHED, result(score), points);
    return this;
  }

  /** A finished run whose curve rises ever more slowly, with wiggles of its own. */
  Runs wiggly(String name, Map<String, String> changes, long seed, double score) {
    List<Curve.Point> points = new ArrayList<>();
    for (int part = 1; part <= 40; part++) {
      double wiggle = 0.03 * score * Math.sin(part * (seed + 1.7));
      points.add(new Curve.Point(5L * part, score * (1 - Math.exp(-part / 8.0)) + wiggle));
    }
    add(name, changes, seed, TrialStatus.State.FINISHED, result(score), points);
    return this;
  }

  Runs unfinished(
      String name, Map<String, String> changes, long seed, TrialStatus.State state, String why) {
    add(name, changes, seed, state, null, List.of());
    TrialStatus status = runs.get(runs.size() - 1).status();
    replaceLast(
        new TrialStatus(
            status.key(),
            status.uid(),
            status.name(),
            state,
            status.startMillis(),
            why,
            null,
            null));
    return this;
  }

  /** The last run ended with a warning. */
  Runs warned(String warning) {
    TrialStatus status = runs.get(runs.size() - 1).status();
    TrialResult result = status.result();
    replaceLast(
        new TrialStatus(
            status.key(),
            status.uid(),
            status.name(),
            status.state(),
            status.startMillis(),
            null,
            new TrialResult(
                result.progress(),
                result.unit(),
                result.environmentSteps(),
                result.trainingSeconds(),
                result.episodes(),
                result.meanReturn(),
                result.standardDeviation(),
                result.minimumReturn(),
                result.maximumReturn(),
                result.threshold(),
                result.solved(),
                result.solvedAt(),
                result.expertReturn(),
                result.budget(),
                result.cost(),
                List.of(warning)),
            null));
    return this;
  }

  private void replaceLast(TrialStatus status) {
    RecordedRun last = runs.remove(runs.size() - 1);
    runs.add(
        new RecordedRun(
            last.id(),
            status,
            last.memberships(),
            last.parameters(),
            last.tags(),
            last.metrics(),
            last.curves()));
  }

  private void add(
      String name,
      Map<String, String> changes,
      long seed,
      TrialStatus.State state,
      TrialResult result,
      List<Curve.Point> points) {
    Map<String, String> parameters = new LinkedHashMap<>(common);
    parameters.putAll(changes);
    parameters.values().removeIf(String::isEmpty);
    parameters.put("training.seed", String.valueOf(seed));
    String key = String.format("%016x", parameters.hashCode() & 0xffffffffL);
    String id = key + (runs.stream().anyMatch(it -> it.id().equals(key)) ? "-2" : "");
    boolean evaluated = !points.isEmpty();
    runs.add(
        new RecordedRun(
            id,
            new TrialStatus(
                key,
                "uid" + runs.size(),
                study + " " + name + " seed " + seed,
                state,
                runs.size(),
                null,
                result,
                null),
            List.of(new Membership(study, name, Map.of(), controls.contains(name))),
            parameters,
            Map.of("mlflow.source.git.commit", "c0ffee"),
            evaluated ? Map.of(Comparison.EVALUATION, result.meanReturn()) : Map.of(),
            evaluated ? Map.of(Comparison.EVALUATION, Curve.of(points)) : Map.of()));
  }

  private static TrialResult result(double score) {
    return new TrialResult(
        100,
        ProgressUnit.ENVIRONMENT_STEPS,
        100,
        2,
        10,
        score,
        0,
        score,
        score,
        8.0,
        score >= 8,
        score >= 8 ? (Long) 75L : null,
        null,
        200L,
        new TrialResult.Cost(3.0, 1234L, 200L << 20),
        List.of());
  }
}
