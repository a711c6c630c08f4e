package org.apprentice.tracking;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.apprentice.spi.RunEvent;

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
  static final int DATASET_NAME = 500;
  static final int DATASET_DIGEST = 36;

  /** Of MLflow 1.x. */
  static final int OLD_PARAM = 250;

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

  /** The infinities become the largest doubles, as on MLflow's server; NaN stays. */
  static double finite(double value) {
    return Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, value));
  }

  /** A param's value as it is stored: if it is too long, cut, with a hint where it is whole. */
  static String param(String key, String value, int limit) {
    return cut(value, limit, whole(paramFile(key), limit));
  }

  /** A tag's value as it is stored, see {@link #param}. */
  static String tag(String key, String value, int limit) {
    return cut(value, limit, whole(tagFile(key), limit));
  }

  private static String whole(String file, int limit) {
    String note = "... (cut; whole in artifact " + file + ")";
    return note.length() < limit / 2 ? note : "... (cut)";
  }

  private static String paramFile(String key) {
    return "params/" + key + ".txt";
  }

  private static String tagFile(String key) {
    return "tags/" + key + ".txt";
  }

  /** The texts that params and tags cannot hold, by the paths of the artifacts that do. */
  Map<String, String> longTexts(List<? extends RunEvent> events, int paramLimit, int tagLimit) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (RunEvent event : events) {
      if (event instanceof RunEvent.Param param && param.value().length() > paramLimit) {
        texts.putIfAbsent(paramFile(key(param.key())), param.value());
      } else if (event instanceof RunEvent.Tag tag && tag.value().length() > tagLimit) {
        texts.put(tagFile(key(tag.key())), tag.value());
      }
    }
    return texts;
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
