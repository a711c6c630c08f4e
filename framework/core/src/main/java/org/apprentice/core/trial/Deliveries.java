package org.apprentice.core.trial;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apprentice.core.config.Trial;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.TrackerPlugin;
import org.apprentice.tracking.Delivery;
import org.apprentice.tracking.Journal;
import org.apprentice.tracking.Receipts;
import org.apprentice.tracking.RunManifest;
import org.apprentice.tracking.Trackers;

/**
 * One background delivery per tracking place that the trials of a study name. Safe for several
 * threads.
 */
public final class Deliveries implements JournalOutlet {
  private final List<TrackerPlugin> trackers;
  private final Path results;
  private final Map<String, Delivery> byUri = new LinkedHashMap<>();

  public Deliveries(List<TrackerPlugin> trackers, Path results) {
    this.trackers = trackers;
    this.results = results;
  }

  @Override
  public void prepare(Trial trial) {
    open(uri(trial));
  }

  private static String uri(Trial trial) {
    return trial.experiment().tracking().uri();
  }

  private synchronized Delivery open(String uri) {
    return byUri.computeIfAbsent(uri, it -> Delivery.open(it, results, trackers));
  }

  @Override
  public void track(Trial trial, Journal journal, RunSpec spec) {
    track(uri(trial), journal, spec);
  }

  /** As {@link #track(Trial, Journal, RunSpec)}, for a run that is no trial's. */
  public void track(String uri, Journal journal, RunSpec spec) {
    open(uri).track(journal, spec);
  }

  @Override
  public void redeliver(Trial trial, RunSpec spec) throws IOException {
    if (RunManifest.read(spec.directory()).isEmpty()) {
      RunManifest.write(spec, uri(trial), trial.experiment().tracking().points());
    }
    if (!Receipts.isComplete(spec.directory(), Trackers.withoutSecrets(uri(trial)))) {
      open(uri(trial)).redeliver(spec);
    }
  }

  /**
   * Makes good what was not delivered of a run that has ended, in this process or another one.
   * Nothing is done if the folder holds no run.
   */
  public void redeliver(Trial trial, Path runFolder) throws IOException {
    Optional<TrialStatus> status = TrialStatus.read(runFolder);
    if (status.isPresent()) {
      redeliver(trial, status.get().spec(trial, runFolder));
    }
  }

  /**
   * Delivers the journal of a run that worker processes write, see {@link LeftToFollower}, one
   * after the other if they die, until {@link Delivery.Followed#end}.
   *
   * @param spec see {@link TrialStatus#spec}
   */
  public Delivery.Followed follow(Trial trial, RunSpec spec) {
    return open(uri(trial)).follow(spec);
  }

  /** How a person sees the trial's run. */
  public String howToView(Trial trial) {
    return open(uri(trial)).howToView();
  }

  /**
   * Waits for what is not delivered yet; one line if something is left, which the journals keep.
   */
  public synchronized Optional<String> close() {
    Optional<String> left = Optional.empty();
    for (Map.Entry<String, Delivery> entry : byUri.entrySet()) {
      Delivery.Undelivered undelivered = entry.getValue().finish();
      if (undelivered.events() > 0) {
        left =
            Optional.of(
                "%d events of this process are not at %s yet%s; the journals keep them. Deliver them with: apprentice sync"
                    .formatted(
                        undelivered.events(),
                        Trackers.withoutSecrets(entry.getKey()),
                        undelivered.problem().map(it -> " (" + it + ")").orElse("")));
      }
    }
    return left;
  }
}
