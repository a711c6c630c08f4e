package org.apprentice.core.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apprentice.tracking.Trackers;

/**
 * Knows what must not be seen, and takes it out of every text that leaves the process for people or
 * for storage. Secret are the user and password of an address such as {@code
 * http://user:password@host}, wherever it stands, and values of environment variables if the
 * variable or the key that it is for is named like a secret, see {@link #isNamedSo}.
 *
 * <p>What an experiment takes from the environment is known to the whole process once it was
 * composed: whoever then meets the value, in the message of a failed login perhaps, does not know
 * where it came from.
 */
public final class Secrets {
  private static final Pattern NAME =
      Pattern.compile(
          "(?i)(password|passwd|passphrase|secret|token|credential|(api|access|private|signing)[-_]?key)"
              + "s?([-_0-9]|$)");

  /** Shorter ones stand in many texts by chance. */
  private static final int SHORTEST = 4;

  /** What is shown instead, by what is secret. */
  private static final Map<String, String> KNOWN = new ConcurrentHashMap<>();

  private Secrets() {}

  /** Whether an environment variable or key of this name, or path of keys, holds a secret. */
  static boolean isNamedSo(String name) {
    return NAME.matcher(name.substring(name.lastIndexOf('.') + 1)).find();
  }

  /** Whether an address in the text has a user or a password. */
  static boolean holdsUserInfo(String text) {
    return !withoutUserInfo(text).equals(text);
  }

  /** The text with all its addresses without user and password. */
  public static String withoutUserInfo(String text) {
    return Trackers.withoutSecrets(text);
  }

  /** Has {@link #hidden} take a text out from now on. */
  static void keep(String secret, String shown) {
    if (secret.length() >= SHORTEST) {
      KNOWN.put(secret, shown);
      // As it stands within JSON.
      KNOWN.put(secret.replace("\\", "\\\\").replace("\"", "\\\""), shown);
    }
  }

  /** The text as it may be shown and stored; null if there is none. */
  public static String hidden(String text) {
    if (text == null) {
      return null;
    }
    String result = text;
    if (!KNOWN.isEmpty()) {
      List<String> longestFirst = new ArrayList<>(KNOWN.keySet());
      longestFirst.sort(Comparator.comparing(String::length).reversed());
      for (String secret : longestFirst) {
        result = result.replace(secret, KNOWN.getOrDefault(secret, ""));
      }
    }
    return withoutUserInfo(result);
  }
}
