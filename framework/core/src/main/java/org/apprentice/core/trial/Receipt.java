package org.apprentice.core.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file in the folder of a run that tells where all of its journal has arrived. */
final class Receipt {
  private static final Logger logger = LoggerFactory.getLogger(Receipt.class);
  private static final String FILE = "delivered";

  private Receipt() {}

  static boolean says(Path run, String uri) throws IOException {
    Path receipt = run.resolve(FILE);
    return Files.exists(receipt) && Files.readString(receipt).equals(uri);
  }

  /** Before anything is appended to the journal. */
  static void withdraw(Path run) throws IOException {
    Files.deleteIfExists(run.resolve(FILE));
  }

  /** Only saves a later process the work of delivering again, so it may fail. */
  static void sign(Path run, String uri) {
    try {
      Files.writeString(run.resolve(FILE), uri);
    } catch (IOException e) {
      logger.debug("no receipt in {}", run, e);
    }
  }
}
