package org.apprentice.core.trial;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apprentice.rl.StateFile;
import org.apprentice.spi.Network;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What training costs the process: time of its threads, and memory. Saved in a file of its own, so
 * that a checkpoint without it still goes on; what was spent before is then unknown.
 */
final class Costs {
  private static final Logger logger = LoggerFactory.getLogger(Costs.class);
  private static final String FILE = "costs.bin";
  private static final String FORMAT = "costs-1";
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** Linux tells the peak of resident memory, and forgets it when 5 is written here. */
  private static final Path PEAK_RESET = Path.of("/proc/self/clear_refs");

  private static final Path PROCESS_STATUS = Path.of("/proc/self/status");
  private static final String PEAK_LABEL = "VmHWM:";

  private double cpuSeconds;
  private long peakBefore;
  private long startNanos;

  /**
   * Begins to watch; of earlier trials of this process only what they left in memory counts towards
   * the peak.
   */
  Costs() {
    if (Files.isWritable(PEAK_RESET)) {
      try {
        Files.writeString(PEAK_RESET, "5", StandardCharsets.US_ASCII);
      } catch (IOException e) {
        logger.debug("the peak of memory includes what came before", e);
      }
    }
  }

  void start() {
    startNanos = PROCESS.getProcessCpuTime();
  }

  void stop() {
    cpuSeconds += (PROCESS.getProcessCpuTime() - startNanos) * 1e-9;
  }

  /** What was spent between {@link #start} and {@link #stop}, all in all. */
  TrialResult.Cost total(Optional<Network> network) {
    return new TrialResult.Cost(
        Double.isNaN(cpuSeconds) ? null : (Double) cpuSeconds,
        network.map(it -> (long) it.parameters().length).orElse(null),
        peakMemory().orElse(null));
  }

  private Optional<Long> peakMemory() {
    if (!Files.isReadable(PROCESS_STATUS)) {
      return Optional.empty();
    }
    try {
      return Files.readAllLines(PROCESS_STATUS, StandardCharsets.ISO_8859_1).stream()
          .filter(line -> line.startsWith(PEAK_LABEL))
          .findFirst()
          .map(line -> Math.max(peakBefore, 1024 * Long.parseLong(line.replaceAll("\\D", ""))));
    } catch (IOException e) {
      logger.debug("no peak of memory", e);
      return Optional.empty();
    }
  }

  void save(Path checkpoint) throws IOException {
    StateFile.write(
        checkpoint.resolve(FILE),
        FORMAT,
        out -> {
          out.writeDouble(cpuSeconds);
          out.writeLong(peakMemory().orElse(0L));
        });
  }

  void restore(Path checkpoint) throws IOException {
    cpuSeconds = Double.NaN;
    if (Files.exists(checkpoint.resolve(FILE))) {
      StateFile.read(
          checkpoint.resolve(FILE),
          FORMAT,
          in -> {
            cpuSeconds = in.readDouble();
            peakBefore = in.readLong();
          });
    }
  }
}
