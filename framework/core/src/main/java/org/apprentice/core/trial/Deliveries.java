package org.apprentice.core.trial;

import java.io.IOException;
import java.nio.file.Files;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One background delivery per tracking place that the trials of this process name. */
public final class Deliveries {
  private static final Logger logger = LoggerFactory.getLogger(Deliveries.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** In the folder of a run: where all of its journal has arrived. */
  private static final String RECEIPT = "delivered";

  private final List<TrackerPlugin> trackers;
  private final Path results;
  private final Map<String, Delivery> byUri = new LinkedHashMap<>();
  private final Map<String, List<Path>> runs = new HashMap<>();

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

  void track(Trial trial, Journal journal, RunSpec spec) throws IOException {
    Files.deleteIfExists(spec.directory().resolve(RECEIPT));
    open(trial).track(journal, spec);
    remember(trial, spec);
  }

  /** Makes good what an earlier process could not deliver of a run that has ended. */
  void redeliver(Trial trial, RunSpec spec) throws IOException {
    Path receipt = spec.directory().resolve(RECEIPT);
    String uri = trial.experiment().tracking().uri();
    if (!Files.exists(receipt) || !Files.readString(receipt).equals(uri)) {
      open(trial).redeliver(spec);
      remember(trial, spec);
    }
  }

  private void remember(Trial trial, RunSpec spec) {
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
  public Optional<String> close() {
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
        runs.getOrDefault(entry.getKey(), List.of()).forEach(run -> sign(run, entry.getKey()));
      }
    }
    return left;
  }

  /** Only saves a later process the work of delivering again, so it may fail. */
  private static void sign(Path run, String uri) {
    try {
      Files.writeString(run.resolve(RECEIPT), uri);
    } catch (IOException e) {
      logger.debug("no receipt in {}", run, e);
    }
  }
}
