package org.apprentice.core.execution;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apprentice.core.config.Study;
import org.apprentice.core.config.Trial;
import org.apprentice.core.trial.Deliveries;
import org.apprentice.core.trial.RunFolder;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.tracking.Delivery;

/**
 * Writes down what happens in a study wherever it is kept: in the ledger, in the study's own run,
 * in the runs at the tracking place, and for the listener. Not for several threads.
 */
final class Chronicle {
  private final Path results;
  private final Study study;
  private final Ledger ledger;
  private final StudyRecord record;
  private final Deliveries deliveries;
  private final StudyListener listener;

  /** Deliveries of trainings under way, by key. */
  private final Map<String, Delivery.Followed> followed = new HashMap<>();

  /** How many cells, and how many of the schedule's decisions, were written down. */
  private int planned;

  private int pruned;
  private int told;

  Chronicle(
      Path results,
      Study study,
      Ledger ledger,
      StudyRecord record,
      Deliveries deliveries,
      StudyListener listener) {
    this.results = results;
    this.study = study;
    this.ledger = ledger;
    this.record = record;
    this.deliveries = deliveries;
    this.listener = listener;
  }

  /** The study's own run, below which those of its trials are shown. */
  String parent() {
    return record.uid();
  }

  /** What the schedule has decided since the last time. */
  void keepUp(Schedule schedule) throws IOException {
    if (study.cells().size() > planned) {
      planned = study.cells().size();
      ledger.plan(study.trials());
      listener.planned(study.trials());
    }
    List<Schedule.Pruned> stopped = schedule.pruned();
    for (; pruned < stopped.size(); pruned++) {
      prune(stopped.get(pruned));
    }
    List<Schedule.Told> scores = schedule.told();
    for (; told < scores.size(); told++) {
      record.cellEnded(scores.get(told).cell(), scores.get(told).objective());
    }
  }

  private void prune(Schedule.Pruned decision) throws IOException {
    for (Trial trial : decision.cell().trials()) {
      boolean paused =
          RunFolder.newest(results, trial.key())
              .status()
              .filter(it -> it.state() == TrialStatus.State.KILLED)
              .isPresent();
      if (paused) {
        ledger.prune(trial, decision.inWords());
        record.trialPruned(trial);
        listener.pruned(trial, decision.inWords());
      }
    }
  }

  /** A training began or goes on, and its run's folder is there. */
  void started(Trial trial, int slot, long resumedAt) throws IOException {
    ledger.append(
        new LedgerEntry.Started(System.currentTimeMillis(), trial.key(), slot + 1, resumedAt));
    RunFolder folder = RunFolder.newest(results, trial.key());
    Optional<TrialStatus> status = folder.status();
    if (status.isPresent() && !followed.containsKey(trial.key())) {
      followed.put(trial.key(), deliveries.follow(trial, status.get().spec(trial, folder.path())));
    }
  }

  /**
   * A trial had been trained before.
   *
   * @param others names of other studies that it was trained or used by
   */
  void reused(Trial trial, TrialStatus status, List<String> others) throws IOException {
    ledger.append(
        new LedgerEntry.Reused(System.currentTimeMillis(), trial.key(), String.join(", ", others)));
    record.trialEnded(trial, status);
    listener.reused(trial, RunFolder.newest(results, trial.key()).path(), status, others);
  }

  /**
   * @param again whether the trial is taken up again
   */
  void died(Trial trial, String how, boolean again) {
    ledger.append(new LedgerEntry.Died(System.currentTimeMillis(), trial.key(), how));
    listener.died(trial, how, again);
  }

  /**
   * A training ended or paused.
   *
   * @param own whether it is one of the study's trials, and not an expert of theirs
   */
  void ended(Trial trial, TrialStatus status, boolean own) throws IOException {
    ledger.append(
        new LedgerEntry.Ended(
            System.currentTimeMillis(),
            trial.key(),
            status.state().name(),
            score(status).orElse(null),
            status.message()));
    Path folder = RunFolder.newest(results, trial.key()).path();
    Delivery.Followed delivery = followed.remove(trial.key());
    if (delivery != null) {
      delivery.end();
    } else {
      deliveries.redeliver(trial, status.spec(trial, folder));
    }
    if (own) {
      record.trialEnded(trial, status);
    }
    listener.ended(trial, folder, status);
  }

  private static Optional<Double> score(TrialStatus status) {
    if (status.pause() != null) {
      return Optional.of(status.pause().meanReturn());
    }
    return Optional.ofNullable(status.result()).map(it -> it.meanReturn());
  }
}
