package org.apprentice.tracking;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apprentice.spi.RunSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs in a folder of results that earlier processes could not deliver completely. */
final class Backlog {
  private static final Logger logger = LoggerFactory.getLogger(Backlog.class);

  private Backlog() {}

  /**
   * Studies before the trials below them; without those that a process is writing, which delivers
   * them itself. What cannot be read is passed over: it will be told when somebody asks for it.
   *
   * @param uri of the place, without passwords
   */
  static List<RunSpec> of(Path results, String uri) {
    try {
      return RunManifest.all(results).stream()
          .filter(run -> run.uri().equals(uri))
          .map(RunManifest::spec)
          .filter(run -> !isDelivered(run, uri) && !RunLock.isHeld(run.directory()))
          .toList();
    } catch (IOException e) {
      logger.debug("no backlog of {}", results, e);
      return List.of();
    }
  }

  private static boolean isDelivered(RunSpec run, String uri) {
    try {
      return Journal.length(run.directory()) == 0 || Receipts.isComplete(run.directory(), uri);
    } catch (IOException e) {
      logger.debug("no receipt of {}", run.directory(), e);
      return false;
    }
  }
}
