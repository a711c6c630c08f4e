package org.apprentice.tracking;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apprentice.spi.RunEvent;

/**
 * A run as a tracking store tells of it.
 *
 * @param id what the store calls it
 * @param uid what it is called everywhere, see {@link org.apprentice.spi.RunSpec#uid()}: its tag
 *     {@link #UID}, or else made from the id
 * @param experiment name of its MLflow experiment
 * @param ended empty while it is running, or thought to be
 * @param startMillis milliseconds since the epoch
 * @param endMillis milliseconds since the epoch; empty if the store does not know
 * @param params in the store's order
 * @param tags in the store's order
 * @param metrics the last point of each, by MLflow's rule: of the highest step
 * @param artifactUri where its files are; empty if the store does not say
 */
public record StoredRun(
    String id,
    String uid,
    String experiment,
    String name,
    Optional<RunEvent.Status> ended,
    long startMillis,
    OptionalLong endMillis,
    Map<String, String> params,
    Map<String, String> tags,
    Map<String, RunEvent.Metric> metrics,
    String artifactUri) {
  /** The tag under which servers, which make ids of their own, keep a run's uid. */
  public static final String UID = MlflowServer.UID_TAG;

  /** The tag that names the run above this one: by its id in a store, by its uid in a journal. */
  public static final String PARENT = "mlflow.parentRunId";

  public StoredRun {
    params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
    tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  StoredRun withParams(Map<String, String> others) {
    return new StoredRun(
        id,
        uid,
        experiment,
        name,
        ended,
        startMillis,
        endMillis,
        others,
        tags,
        metrics,
        artifactUri);
  }

  /** The uid of a run with this id and these tags. */
  static String uid(String id, Map<String, String> tags) {
    String tag = tags.getOrDefault(UID, id);
    return isUid(tag) ? tag : isUid(id) ? id : digest(id);
  }

  private static boolean isUid(String text) {
    return text.matches("[0-9a-f]{32}");
  }

  private static String digest(String id) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** MLflow's word for how a run is; empty for those that have not ended. */
  static Optional<RunEvent.Status> ended(String status) {
    return switch (status == null ? "" : status) {
      case "FINISHED" -> Optional.of(RunEvent.Status.FINISHED);
      case "FAILED" -> Optional.of(RunEvent.Status.FAILED);
      case "KILLED" -> Optional.of(RunEvent.Status.KILLED);
      default -> Optional.empty();
    };
  }

  /** MLflow keeps the infinities as the largest doubles. */
  static double value(double stored) {
    return Math.abs(stored) == Double.MAX_VALUE
        ? Math.copySign(Double.POSITIVE_INFINITY, stored)
        : stored;
  }
}
