package org.apprentice.cli;

import java.util.ArrayList;
import java.util.List;

/** Lists of seeds such as {@code 1-5} or {@code 1,2,7-9}. */
final class Seeds {
  private Seeds() {}

  /** The list with commas only. */
  static String parse(String text) {
    List<String> seeds = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String[] ends = part.strip().split("-", -1);
      try {
        long first = Long.parseLong(ends[0]);
        long last = Long.parseLong(ends[ends.length - 1]);
        if (ends.length > 2 || last < first || last - first > 10_000) {
          throw new NumberFormatException(part);
        }
        for (long seed = first; seed <= last; seed++) {
          seeds.add(String.valueOf(seed));
        }
      } catch (NumberFormatException e) {
        throw new UsageException("--seeds %s: expected seeds such as 1-5 or 1,2,7".formatted(text));
      }
    }
    return String.join(",", seeds);
  }
}
