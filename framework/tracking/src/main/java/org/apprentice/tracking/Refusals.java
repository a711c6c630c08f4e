package org.apprentice.tracking;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.TrackingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server refuses of a run, kept beside it as an artifact in the journal's own form. It is
 * spoken of once.
 */
final class Refusals {
  private static final Logger logger = LoggerFactory.getLogger(Refusals.class);
  private static final String FILE = "refused-events.jsonl";
  private static final int MAX_EVENTS = 1000;

  private final ServerAddress address;
  private final RunSpec spec;
  private final ServerFiles files;
  private final Set<RunEvent> events = new LinkedHashSet<>();
  private int kept;

  Refusals(ServerAddress address, RunSpec spec, ServerFiles files) {
    this.address = address;
    this.spec = spec;
    this.files = files;
  }

  /**
   * @throws TrackingException if nearly everything is refused
   */
  void add(RunEvent event, ServerException reason) {
    if (!events.add(event)) {
      return;
    }
    if (events.size() == 1) {
      logger.warn(
          "A part of run {} is refused: {}. It goes on without; what is refused is kept in its"
              + " artifact {}",
          spec.name(),
          reason.getMessage(),
          FILE);
    } else if (events.size() > MAX_EVENTS) {
      throw new TrackingException(
          "%s refuses more than %d events of run %s, the last one like this: %s. The journal keeps everything"
              .formatted(address, MAX_EVENTS, spec.name(), reason.getMessage()),
          reason);
    }
  }

  boolean contain(RunEvent event) {
    return events.contains(event);
  }

  /** Sends what has been added. */
  void keep() {
    if (events.size() > kept) {
      ByteArrayOutputStream lines = new ByteArrayOutputStream();
      events.forEach(event -> EventLine.write(event, lines));
      Map<String, String> text = new LinkedHashMap<>();
      text.put(FILE, lines.toString(StandardCharsets.UTF_8));
      files.putTexts(text);
      kept = events.size();
    }
  }
}
