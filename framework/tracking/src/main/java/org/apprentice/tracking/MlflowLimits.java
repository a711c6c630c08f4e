package org.apprentice.tracking;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * MLflow's rules for names and lengths (mlflow/utils/validation.py), kept here because nobody else
 * checks what is written straight into its database. One per run, since two keys must not become
 * the same.
 */
final class MlflowLimits {
  static final int KEY = 250;
  static final int PARAM = 6000;
  static final int TAG = 8000;
  static final int EXPERIMENT_TAG = 5000;

  private static final Pattern FORBIDDEN =
      Pattern.compile("[^\\p{IsAlphabetic}\\p{IsDigit}_/. :-]");

  /** Names are paths too: no empty, {@code .} or {@code ..} parts. */
  private static final Pattern BAD_PART = Pattern.compile("(?<=^|/)(\\.{0,2})(?=/|$)");

  private final Map<String, String> originals = new HashMap<>();
  private final Map<String, String> keys = new HashMap<>();

  /**
   * The key under which MLflow takes it: forbidden characters become {@code _}, and long ones end
   * in a checksum.
   */
  String key(String key) {
    return keys.computeIfAbsent(key, this::allowed);
  }

  private String allowed(String key) {
    String allowed = FORBIDDEN.matcher(key).replaceAll("_");
    allowed = BAD_PART.matcher(allowed).replaceAll("_");
    if (allowed.length() > KEY || !originals.getOrDefault(allowed, key).equals(key)) {
      String checksum = checksum(key);
      allowed =
          allowed.substring(0, Math.min(allowed.length(), KEY - checksum.length())) + checksum;
    }
    originals.put(allowed, key);
    return allowed;
  }

  private static String checksum(String key) {
    CRC32 checksum = new CRC32();
    checksum.update(key.getBytes(StandardCharsets.UTF_8));
    return String.format("-%08x", checksum.getValue());
  }

  /** The text if it fits, else its beginning and {@code note}. */
  static String cut(String text, int limit, String note) {
    if (text.length() <= limit) {
      return text;
    }
    int end = limit - note.length();
    // A pair of surrogates is one character: half of it cannot be stored.
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end) + note;
  }
}
