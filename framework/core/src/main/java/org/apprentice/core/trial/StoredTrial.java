package org.apprentice.core.trial;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apprentice.spi.ProgressUnit;
import org.apprentice.spi.RunEvent;
import org.apprentice.tracking.StoredRun;

/**
 * A trial as a tracking store tells of it.
 *
 * @param memberships the studies that it belongs to, the one that trained it first
 */
public record StoredTrial(TrialStatus status, List<Membership> memberships) {
  /** The tag that every trial has and no other run. */
  public static final String KEY = "trial-key";

  /** Whether this is a trial's run, not a study's own one or that of another program. */
  public static boolean isTrial(StoredRun run) {
    return run.tags().containsKey(KEY);
  }

  /** Whether this is the run of a study, which others stand below. */
  public static boolean isStudy(StoredRun run) {
    return !isTrial(run) && run.tags().containsKey("study") && run.tags().containsKey("seeds");
  }

  /**
   * What is known of a trial. Of a finished one that was written by an earlier version, the result
   * is put together from metrics and parameters: its {@link TrialResult#trainingSeconds} then
   * include evaluations, and costs are unknown.
   *
   * @throws TrialException if the run is none of a trial, or finished without a result
   */
  public static StoredTrial of(StoredRun run) {
    if (!isTrial(run)) {
      throw new TrialException(
          "run %s (%s) is no trial of Apprentice: it has no tag %s"
              .formatted(run.name(), run.id(), KEY));
    }
    TrialStatus.State state =
        run.ended()
            .map(ended -> TrialStatus.State.valueOf(ended.name()))
            .orElse(TrialStatus.State.RUNNING);
    boolean finished = state == TrialStatus.State.FINISHED;
    TrialResult result =
        finished ? RunTags.result(run.tags()).orElseGet(() -> reconstructed(run)) : null;
    return new StoredTrial(
        new TrialStatus(
            run.tags().get(KEY),
            run.uid(),
            run.name(),
            state,
            run.startMillis(),
            message(state, run.tags()),
            result,
            null),
        RunTags.memberships(run.tags()));
  }

  /** The studies that a trial belongs to, the one that trained it first. */
  public static List<Membership> membershipsOf(StoredRun run) {
    return RunTags.memberships(run.tags());
  }

  private static String message(TrialStatus.State state, Map<String, String> tags) {
    String note = tags.getOrDefault("mlflow.note.content", "");
    return switch (state) {
      case FAILED ->
          note.startsWith(RunLog.FAILED) ? note.substring(RunLog.FAILED.length()) : "unknown";
      case KILLED -> "interrupted";
      case RUNNING, FINISHED -> null;
    };
  }

  private static TrialResult reconstructed(StoredRun run) {
    RunEvent.Metric mean = run.metrics().get("evaluation/return-mean");
    if (mean == null) {
      throw new TrialException(
          "run %s (%s) tells no result: it has neither a tag %s nor a metric evaluation/return-mean"
              .formatted(run.name(), run.id(), RunTags.RESULT));
    }
    Double budget = number(run.params(), "training.steps");
    boolean steps = budget != null;
    Double threshold = number(run.params(), "evaluation.solved.mean");
    Double episodes = number(run.params(), "evaluation.episodes");
    RunEvent.Metric solvedAt = run.metrics().get("evaluation/solved-at");
    double millis =
        run.endMillis().isPresent() ? run.endMillis().getAsLong() - run.startMillis() : 0;
    return new TrialResult(
        mean.step(),
        steps ? ProgressUnit.ENVIRONMENT_STEPS : ProgressUnit.EPOCHS,
        steps ? mean.step() : 0,
        millis / 1000,
        episodes == null ? 0 : episodes.intValue(),
        mean.value(),
        value(run, "evaluation/return-std"),
        value(run, "evaluation/return-min"),
        value(run, "evaluation/return-max"),
        threshold,
        threshold == null ? null : (Boolean) (mean.value() >= threshold),
        solvedAt == null ? null : (Long) Math.round(solvedAt.value()),
        null,
        steps ? (Long) Math.round(budget) : null,
        null,
        List.of());
  }

  private static double value(StoredRun run, String key) {
    RunEvent.Metric metric = run.metrics().get(key);
    return metric == null ? Double.NaN : metric.value();
  }

  /** Null if there is no such parameter, or it is no number. */
  private static Double number(Map<String, String> params, String key) {
    return Optional.ofNullable(params.get(key))
        .filter(it -> it.matches("-?[0-9.]+([eE]-?[0-9]+)?"))
        .map(Double::valueOf)
        .orElse(null);
  }
}
