package org.apprentice.cli;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apprentice.core.config.Composer;
import org.apprentice.core.config.Trial;
import org.apprentice.core.plugin.PluginLoader;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.spi.RunEvent;
import org.apprentice.tracking.Journal;

/**
 * Results in a folder, and the command line that works on them, here or in processes of its own.
 */
record Workplace(Path results) {
  /**
   * What a command came to.
   *
   * @param text standard output and error
   */
  record Outcome(int exitCode, String text) {}

  /** A small experiment in a file beside the results. */
  static Path write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  /** Runs a command in this process. */
  Outcome run(String... arguments) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    PrintStream out = System.out;
    PrintStream error = System.err;
    try (PrintStream captured = new PrintStream(text, true, StandardCharsets.UTF_8)) {
      System.setOut(captured);
      System.setErr(captured);
      int exitCode = Main.execute(withResults(arguments).toArray(String[]::new));
      return new Outcome(exitCode, text.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(error);
    }
  }

  /** Starts a command in a process of its own; its output goes to a file beside the results. */
  Process start(String... arguments) throws IOException {
    return startIn("-Xms64m", arguments);
  }

  /** {@link #start} with an option for the virtual machine. */
  Process startIn(String option, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-XX:+UseSerialGC",
                option,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(withResults(arguments));
    File output = output().toFile();
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(output))
        .start();
  }

  /**
   * Starts a command and waits until it makes a file or folder, or ends before. The latter is for
   * the caller to find out: its exit code is then not that of a signal.
   */
  Process startUntil(Path made, String... arguments) throws IOException, InterruptedException {
    Files.createDirectories(made.getParent());
    try (WatchService watch = FileSystems.getDefault().newWatchService()) {
      made.getParent().register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      Process process = start(arguments);
      boolean seen = false;
      while (!seen && process.isAlive()) {
        WatchKey news = watch.poll(1, TimeUnit.SECONDS);
        if (news != null) {
          seen = news.pollEvents().stream().anyMatch(it -> it.context().equals(made.getFileName()));
          news.reset();
        }
      }
      return process;
    }
  }

  /** What processes wrote. */
  String outputText() {
    try {
      return Files.readString(output());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path output() throws IOException {
    return Files.createDirectories(results).resolveSibling(results.getFileName() + ".log");
  }

  private List<String> withResults(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--results");
    all.add(results.toString());
    return all;
  }

  /** The trial that an experiment file stands for. */
  static Trial trial(Path experiment, String... overrides) {
    return new Composer(PluginLoader.load(Optional.empty()))
        .compose(experiment, List.of(overrides))
        .trials()
        .get(0);
  }

  Path folder(String key) {
    return results.resolve("runs").resolve(key);
  }

  TrialStatus status(String key) throws IOException {
    return TrialStatus.read(folder(key)).orElseThrow();
  }

  List<RunEvent> journal(String key) {
    List<RunEvent> events = new ArrayList<>();
    Journal.read(folder(key), events::add);
    return events;
  }

  /** Names and values by step of all metrics that do not depend on time, in order. */
  List<String> metrics(String key) {
    return journal(key).stream()
        .filter(RunEvent.Metric.class::isInstance)
        .map(RunEvent.Metric.class::cast)
        .filter(it -> !it.key().startsWith("time/") && !it.key().startsWith("system/"))
        .map(
            it ->
                "%s at %d: %s (%x)"
                    .formatted(
                        it.key(), it.step(), it.value(), Double.doubleToRawLongBits(it.value())))
        .toList();
  }

  /** Checkpoints of a run, oldest first. */
  List<Path> checkpoints(String key) throws IOException {
    try (Stream<Path> all = Files.list(folder(key).resolve("checkpoints"))) {
      return all.sorted(Comparator.comparingLong(it -> Long.parseLong(name(it)))).toList();
    }
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }

  /** Rows of the MLflow database. */
  List<List<Object>> query(String sql) {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + results.resolve("mlflow.db"));
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<List<Object>> found = new ArrayList<>();
      while (rows.next()) {
        List<Object> row = new ArrayList<>();
        for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
          row.add(rows.getObject(column));
        }
        found.add(row);
      }
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
