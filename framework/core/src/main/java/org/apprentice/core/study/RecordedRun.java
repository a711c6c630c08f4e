package org.apprentice.core.study;

import java.util.List;
import java.util.Map;
import org.apprentice.core.trial.Membership;
import org.apprentice.core.trial.TrialStatus;

/**
 * A run as a store tells of it.
 *
 * @param id what the store calls it, for example the name of its folder
 * @param memberships the studies that it belongs to, the one that trained it first
 * @param parameters every setting by path
 * @param tags the last value of each
 * @param metrics the last value of each
 * @param curves those metrics whose course was asked for
 * @param resumable whether {@code apprentice resume} can go on with it, if it has not ended
 */
public record RecordedRun(
    String id,
    TrialStatus status,
    List<Membership> memberships,
    Map<String, String> parameters,
    Map<String, String> tags,
    Map<String, Double> metrics,
    Map<String, Curve> curves,
    boolean resumable) {
  static final String SEED = "training.seed";

  /** A run of this machine. */
  RecordedRun(
      String id,
      TrialStatus status,
      List<Membership> memberships,
      Map<String, String> parameters,
      Map<String, String> tags,
      Map<String, Double> metrics,
      Map<String, Curve> curves) {
    this(id, status, memberships, parameters, tags, metrics, curves, true);
  }

  boolean isFinished() {
    return status.state() == TrialStatus.State.FINISHED;
  }

  /** Runs of the same study, variant and task are told apart by it. */
  long seed() {
    return Long.parseLong(parameters.get(SEED));
  }
}
