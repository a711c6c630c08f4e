package org.apprentice.core.trial;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;

/**
 * What the machine and this process do during a run, for the page of system metrics in MLflow's UI:
 * with MLflow's names and units where it has some. A sample takes less than a millisecond, and
 * there are few; so they are taken between iterations, by the thread that trains.
 *
 * <p>They depend on the machine's mood: a run that is repeated from a checkpoint has others, and at
 * other steps.
 */
final class SystemMetrics {
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final double MEGABYTE = 1e6;
  private static final String GROUP = "system/";
  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final Path PROCESS = Path.of("/proc/self/status");
  private static final OperatingSystemMXBean MACHINE =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final RunLog log;
  private final boolean nativeMemory;
  private final LongSupplier nanoTime;
  private long sampledAt;
  private long processorNanos = MACHINE.getProcessCpuTime();
  private long collectionMillis = collectionMillis();
  private boolean sampled;

  /**
   * @param nativeMemory whether ND4J, which holds memory outside of the heap, is in use
   */
  SystemMetrics(RunLog log, boolean nativeMemory) {
    this(log, nativeMemory, System::nanoTime);
  }

  SystemMetrics(RunLog log, boolean nativeMemory, LongSupplier nanoTime) {
    this.log = log;
    this.nativeMemory = nativeMemory;
    this.nanoTime = nanoTime;
    sampledAt = nanoTime.getAsLong();
    // Is the load since it was asked for the last time.
    MACHINE.getCpuLoad();
  }

  /** Samples if the last one was long ago. */
  void sampleIfDue(long step) {
    if (nanoTime.getAsLong() - sampledAt >= EVERY_NANOS) {
      sample(step);
    }
  }

  /** Samples if there was none yet. */
  void sampleOnce(long step) {
    if (!sampled) {
      sample(step);
    }
  }

  private void sample(long step) {
    long now = nanoTime.getAsLong();
    final double seconds = Math.max(1e-3, (now - sampledAt) * 1e-9);
    sampledAt = now;
    sampled = true;
    double machine = MACHINE.getCpuLoad();
    if (machine >= 0) {
      log("cpu_utilization_percentage", 100 * machine, step);
    }
    long processor = MACHINE.getProcessCpuTime();
    // Of one core: with two of them busy all the time it is 200.
    log("process_cpu_utilization_percentage", 1e-7 * (processor - processorNanos) / seconds, step);
    processorNanos = processor;
    long collection = collectionMillis();
    log("gc_percentage", 0.1 * (collection - collectionMillis) / seconds, step);
    collectionMillis = collection;

    double total = MACHINE.getTotalMemorySize();
    double used = total - available();
    log("system_memory_usage_megabytes", used / MEGABYTE, step);
    log("system_memory_usage_percentage", 100 * used / total, step);
    kilobytes(PROCESS, "VmRSS:")
        .ifPresent(it -> log("process_memory_usage_megabytes", 1024 * it / MEGABYTE, step));
    double heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    log("heap_usage_megabytes", heap / MEGABYTE, step);
    log("off_heap_usage_megabytes", offHeap() / MEGABYTE, step);
  }

  private void log(String name, double value, long step) {
    log.metric(GROUP + name, value, step);
  }

  private static long collectionMillis() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .sum();
  }

  /** Caches of files can be had again. */
  private static double available() {
    return kilobytes(MEMORY, "MemAvailable:").stream()
        .map(it -> 1024 * it)
        .findFirst()
        .orElse((double) MACHINE.getFreeMemorySize());
  }

  private double offHeap() {
    long buffers =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return (double) buffers + (nativeMemory ? Pointer.totalBytes() : 0);
  }

  /** A line of one of Linux's files; empty elsewhere. */
  private static OptionalDouble kilobytes(Path file, String label) {
    if (!Files.isReadable(file)) {
      return OptionalDouble.empty();
    }
    try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      return lines
          .filter(line -> line.startsWith(label))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
          .findFirst();
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
  }
}
