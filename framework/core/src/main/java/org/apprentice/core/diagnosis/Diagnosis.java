package org.apprentice.core.diagnosis;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apprentice.nn.Convolutions;
import org.apprentice.nn.KernelBackend;
import org.apprentice.nn.Nd4jBackend;
import org.apprentice.spi.Tracker;
import org.apprentice.spi.TrackerPlugin;
import org.apprentice.spi.TrackingException;
import org.apprentice.tracking.Trackers;

/** What this machine offers to training, and what is wrong with it. */
public final class Diagnosis {
  private static final long LITTLE_DISK = 1L << 30;

  private Diagnosis() {}

  /**
   * @param healthy false if runs would fail or be much slower than they could
   */
  public record Finding(boolean healthy, String subject, String text) {}

  /** Checks everything; starts ND4J, which takes a second or two. */
  public static List<Finding> of(Path results, List<TrackerPlugin> trackers) {
    List<Finding> findings = new ArrayList<>();
    findings.add(java());
    findings.add(cores());
    findings.add(nativeThreads(System.getenv("OMP_NUM_THREADS")));
    findings.add(
        new Finding(
            KernelBackend.selected() == KernelBackend.VECTOR, "kernels", KernelBackend.describe()));
    findings.add(
        new Finding(
            Convolutions.selected() == Convolutions.ONEDNN,
            "convolutions",
            Convolutions.describe()));
    findings.add(nd4j());
    findings.add(memory());
    findings.add(disk(results));
    findings.add(tracking("tracking", "sqlite", results, trackers));
    String server = System.getenv("MLFLOW_TRACKING_URI");
    if (server != null && !server.isBlank()) {
      findings.add(tracking("MLflow server", server, results, trackers));
    }
    return findings;
  }

  private static Finding java() {
    Runtime.Version version = Runtime.version();
    return new Finding(
        version.feature() >= 17,
        "java",
        "%s, %s%s"
            .formatted(
                version,
                System.getProperty("java.vm.name"),
                version.feature() >= 17 ? "" : "; expected 17 or newer"));
  }

  private static Finding cores() {
    return new Finding(
        true,
        "cores",
        "%d, %s"
            .formatted(Runtime.getRuntime().availableProcessors(), System.getProperty("os.arch")));
  }

  /**
   * Native libraries beside our own threads.
   *
   * @param setting of OMP_NUM_THREADS; null if unset
   */
  static Finding nativeThreads(String setting) {
    boolean one = setting != null && setting.strip().equals("1");
    return new Finding(
        one,
        "native threads",
        one
            ? "OMP_NUM_THREADS=1; training.threads decides alone"
            : "OMP_NUM_THREADS is %s: oneDNN and OpenBLAS start threads of their own in each thread"
                    .formatted(setting == null ? "not set" : setting)
                + " of training, which may slow it down tenfold; set it to 1, as the script apprentice"
                + " does where it is not set");
  }

  private static Finding nd4j() {
    try {
      return new Finding(true, "nd4j", Nd4jBackend.describe());
    } catch (RuntimeException | LinkageError e) {
      return new Finding(
          false,
          "nd4j",
          "does not start: %s; models cannot be exported. Is a classifier of nd4j-native for this"
                  .formatted(e)
              + " platform on the class path (see the profiles of pom.xml)?");
    }
  }

  private static Finding memory() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Finding(
        true,
        "memory",
        "%s of RAM, heap up to %s"
            .formatted(
                gigabytes(system.getTotalMemorySize()),
                gigabytes(Runtime.getRuntime().maxMemory())));
  }

  private static Finding disk(Path results) {
    Path existing = results.toAbsolutePath();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    try {
      if (existing == null || !Files.isDirectory(existing) || !Files.isWritable(existing)) {
        return new Finding(
            false,
            "results",
            "%s cannot be written: %s is not a writable folder; choose another with --results"
                .formatted(results, existing));
      }
      FileStore store = Files.getFileStore(existing);
      long free = store.getUsableSpace();
      return new Finding(
          free >= LITTLE_DISK, "results", "%s, %s free".formatted(results, gigabytes(free)));
    } catch (IOException e) {
      return new Finding(false, "results", "%s: %s".formatted(results, e.getMessage()));
    }
  }

  /** Whether runs can be delivered to {@code tracking.uri}, and how a person sees them then. */
  static Finding tracking(String subject, String uri, Path results, List<TrackerPlugin> trackers) {
    try (Tracker tracker = Trackers.open(uri, results, trackers)) {
      tracker.check();
      return new Finding(true, subject, "see runs with: " + tracker.howToView());
    } catch (TrackingException e) {
      return new Finding(false, subject, e.getMessage());
    }
  }

  private static String gigabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }
}
