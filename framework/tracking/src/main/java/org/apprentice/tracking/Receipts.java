package org.apprentice.tracking;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code delivered} in the folder of a run: the places where its journal has arrived, and
 * up to which length, a line {@code LENGTH URI} each. Journals only grow, so a line counts while
 * the journal is as long and needs no withdrawal when something is appended.
 */
public final class Receipts {
  private static final Logger logger = LoggerFactory.getLogger(Receipts.class);
  private static final String FILE = "delivered";

  private Receipts() {}

  /**
   * Whether all of a run's journal has arrived at a place.
   *
   * @param uri of the place, as it was signed with
   */
  public static boolean isComplete(Path run, String uri) throws IOException {
    return Long.valueOf(Journal.length(run)).equals(read(run).get(uri));
  }

  /**
   * Only saves a later process the work of delivering again, so it may fail.
   *
   * @param uri of the place, without passwords
   * @param length of the part of the journal that has arrived, in bytes
   */
  public static void sign(Path run, String uri, long length) {
    try {
      Map<String, Long> lengths = read(run);
      lengths.put(uri, length);
      StringBuilder text = new StringBuilder();
      lengths.forEach(
          (place, arrived) -> text.append(arrived).append(' ').append(place).append('\n'));
      Path beside = run.resolve(FILE + ".new");
      Files.writeString(beside, text);
      Files.move(beside, run.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      logger.debug("no receipt in {}", run, e);
    }
  }

  /** A line that was cut off, by the end of the process, tells nothing. */
  private static Map<String, Long> read(Path run) throws IOException {
    Map<String, Long> lengths = new LinkedHashMap<>();
    Path file = run.resolve(FILE);
    if (Files.exists(file)) {
      String text = Files.readString(file);
      for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
        int space = line.indexOf(' ');
        if (space > 0 && line.substring(0, space).chars().allMatch(Character::isDigit)) {
          lengths.put(line.substring(space + 1), Long.valueOf(line.substring(0, space)));
        }
      }
    }
    return lengths;
  }
}
