package org.apprentice.core.execution;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a worker process is started: with the parent's Java, class path and options, and memory
 * bounded so that all workers fit the machine together.
 */
final class WorkerCommand {
  /** Of this process, which count for its workers too; the heap is bounded anew. */
  private static final List<String> INHERITED =
      List.of(
          "--add-modules", "--enable-native-access", "--sun-misc", "-XX:", "-Xlog", "-Xss", "-D");

  /** Of this process alone. */
  private static final List<String> OWN =
      List.of("-XX:ArchiveClassesAtExit", "-XX:HeapDumpPath", "-Dsurefire", "-Djava.class.path");

  /**
   * Part of the machine's memory that workers may fill; the rest is the system's and the parent's.
   */
  private static final double SHARE = 0.75;

  private static final long LEAST_HEAP = 256L << 20;

  private final Path results;
  private final Optional<Path> plugins;
  private final Path logs;
  private final int workers;

  /**
   * @param logs where the virtual machine writes why it crashed
   */
  WorkerCommand(Path results, Optional<Path> plugins, Path logs, int workers) {
    this.results = results;
    this.plugins = plugins;
    this.logs = logs;
    this.workers = workers;
  }

  List<String> line() {
    List<String> arguments = ManagementFactory.getRuntimeMXBean().getInputArguments();
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    arguments.stream().filter(WorkerCommand::isInherited).forEach(line::add);
    line.addAll(memory(arguments));
    line.add("-XX:+ExitOnOutOfMemoryError");
    line.add("-XX:ErrorFile=" + logs.resolve("crash-%p.log"));
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), Worker.class.getName()));
    line.add(results.toString());
    plugins.ifPresent(folder -> line.add(folder.toAbsolutePath().toString()));
    return line;
  }

  private static boolean isInherited(String argument) {
    return INHERITED.stream().anyMatch(argument::startsWith)
        && OWN.stream().noneMatch(argument::startsWith);
  }

  /** Half for the heap and half for what is outside of it, unless the user set a heap. */
  private List<String> memory(List<String> arguments) {
    Optional<String> given = arguments.stream().filter(it -> it.startsWith("-Xmx")).findFirst();
    if (given.isPresent()) {
      return List.of(given.get());
    }
    long machine =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    long worker = (long) (SHARE * machine / workers);
    long heap = Math.max(LEAST_HEAP, worker / 2);
    return Stream.of("-Xms64m", "-Xmx" + heap).toList();
  }
}
