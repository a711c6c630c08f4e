package org.apprentice.core.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apprentice.tracking.Journal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file in the folder of a run that tells where its journal has arrived, and up to which length.
 * Journals only grow, so it counts while the journal is as long and needs no withdrawal when
 * something is appended.
 */
final class Receipt {
  private static final Logger logger = LoggerFactory.getLogger(Receipt.class);
  private static final String FILE = "delivered";

  private Receipt() {}

  /** Whether all of a run's journal has arrived at a place. */
  static boolean says(Path run, String uri) throws IOException {
    Path receipt = run.resolve(FILE);
    return Files.exists(receipt)
        && Files.readString(receipt).equals(text(uri, Journal.length(run)));
  }

  /**
   * Only saves a later process the work of delivering again, so it may fail.
   *
   * @param length of the part of the journal that has arrived, in bytes
   */
  static void sign(Path run, String uri, long length) {
    try {
      Files.writeString(run.resolve(FILE), text(uri, length));
    } catch (IOException e) {
      logger.debug("no receipt in {}", run, e);
    }
  }

  /** Its end is marked: a receipt that was cut off, by the end of the process, tells nothing. */
  private static String text(String uri, long length) {
    return length + " " + uri + "\n";
  }
}
