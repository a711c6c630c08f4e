package org.apprentice.core.trial;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apprentice.core.config.Trial;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.TrackerPlugin;
import org.apprentice.tracking.Delivery;
import org.apprentice.tracking.Journal;

/** One background delivery per tracking place that the trials of this process name. */
public final class Deliveries {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<TrackerPlugin> trackers;
  private final Path results;
  private final Map<String, Delivery> byUri = new LinkedHashMap<>();

  public Deliveries(List<TrackerPlugin> trackers, Path results) {
    this.trackers = trackers;
    this.results = results;
  }

  /**
   * Prepares the place that a trial names.
   *
   * @throws org.apprentice.spi.TrackingException if the URI is wrong
   */
  Delivery open(Trial trial) {
    return byUri.computeIfAbsent(
        trial.experiment().tracking().uri(), uri -> Delivery.open(uri, results, trackers));
  }

  void track(Trial trial, Journal journal, RunSpec spec) {
    open(trial).track(journal, spec);
  }

  /** How a person sees the trial's run. */
  public String howToView(Trial trial) {
    return open(trial).howToView();
  }

  /**
   * Waits for what is not delivered yet; one line if something is left, which the journals keep.
   */
  public Optional<String> close() {
    Optional<String> left = Optional.empty();
    for (Map.Entry<String, Delivery> entry : byUri.entrySet()) {
      Delivery.Undelivered undelivered = entry.getValue().close(PATIENCE);
      if (undelivered.events() > 0) {
        left =
            Optional.of(
                "%d events of this session are not at %s yet%s; the journals keep them"
                    .formatted(
                        undelivered.events(),
                        entry.getKey(),
                        undelivered.problem().map(it -> " (" + it + ")").orElse("")));
      }
    }
    return left;
  }
}
