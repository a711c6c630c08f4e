package org.apprentice.core.trial;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apprentice.core.config.Trial;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.TrackerPlugin;
import org.apprentice.tracking.Delivery;
import org.apprentice.tracking.Journal;

/**
 * One background delivery per tracking place that the trials of a study name. Safe for several
 * threads.
 */
public final class Deliveries implements JournalOutlet {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<TrackerPlugin> trackers;
  private final Path results;
  private final Map<String, Delivery> byUri = new LinkedHashMap<>();
  private final Map<String, List<Path>> runs = new HashMap<>();

  public Deliveries(List<TrackerPlugin> trackers, Path results) {
    this.trackers = trackers;
    this.results = results;
  }

  @Override
  public void prepare(Trial trial) {
    open(trial);
  }

  private synchronized Delivery open(Trial trial) {
    return byUri.computeIfAbsent(
        trial.experiment().tracking().uri(), uri -> Delivery.open(uri, results, trackers));
  }

  @Override
  public void track(Trial trial, Journal journal, RunSpec spec) throws IOException {
    Receipt.withdraw(spec.directory());
    open(trial).track(journal, spec);
    remember(trial, spec);
  }

  @Override
  public void redeliver(Trial trial, RunSpec spec) throws IOException {
    if (!Receipt.says(spec.directory(), trial.experiment().tracking().uri())) {
      open(trial).redeliver(spec);
      remember(trial, spec);
    }
  }

  /**
   * Delivers the journal of a run that worker processes write, see {@link LeftToFollower}, one
   * after the other if they die, until {@link Delivery.Followed#end}.
   *
   * @param spec see {@link TrialStatus#spec}
   */
  public Delivery.Followed follow(Trial trial, RunSpec spec) throws IOException {
    Receipt.withdraw(spec.directory());
    Delivery.Followed followed = open(trial).follow(spec);
    remember(trial, spec);
    return followed;
  }

  private synchronized void remember(Trial trial, RunSpec spec) {
    runs.computeIfAbsent(trial.experiment().tracking().uri(), uri -> new ArrayList<>())
        .add(spec.directory());
  }

  /** How a person sees the trial's run. */
  public String howToView(Trial trial) {
    return open(trial).howToView();
  }

  /**
   * Waits for what is not delivered yet; one line if something is left, which the journals keep.
   */
  public synchronized Optional<String> close() {
    Optional<String> left = Optional.empty();
    for (Map.Entry<String, Delivery> entry : byUri.entrySet()) {
      Delivery.Undelivered undelivered = entry.getValue().close(PATIENCE);
      if (undelivered.events() > 0) {
        left =
            Optional.of(
                "%d events of this process are not at %s yet%s; the journals keep them"
                    .formatted(
                        undelivered.events(),
                        entry.getKey(),
                        undelivered.problem().map(it -> " (" + it + ")").orElse("")));
      } else {
        runs.getOrDefault(entry.getKey(), List.of())
            .forEach(run -> Receipt.sign(run, entry.getKey()));
      }
    }
    return left;
  }
}
