package org.apprentice.core.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apprentice.core.config.Composer;
import org.apprentice.core.config.Trial;
import org.apprentice.core.plugin.Components;
import org.apprentice.core.sweep.BuiltInSamplers;
import org.apprentice.spi.RunEvent;
import org.apprentice.tracking.Journal;

/** Trials of {@link ClimbingPlugin}, and a look at what they leave in a folder of results. */
record Climbing(Path results) {
  private static final Components COMPONENTS =
      Components.of(new ClimbingPlugin(), new BuiltInSamplers());

  /** Ten rounds of four steps, evaluated every eight and saved every twelve steps. */
  static Trial trial(Path folder, String... overrides) throws IOException {
    Path file = folder.resolve("climb.conf");
    Files.writeString(
        file,
        """
        environment { plugin = hill, copies = 4 }
        algorithm = climb
        training { steps = 40 }
        evaluation { episodes = 6, copies = 4, every = 8 }
        checkpoint { every = 12 }
        tracking { uri = none }
        """);
    return new Composer(COMPONENTS).compose(file, List.of(overrides)).trials().get(0);
  }

  TrialStatus run(Trial trial) throws IOException {
    return run(trial, false, new TrialListener() {}, () -> false);
  }

  TrialStatus run(Trial trial, boolean fresh, TrialListener listener, BooleanSupplier stop)
      throws IOException {
    return run(trial, fresh, listener, stop, OptionalLong.empty());
  }

  /** Pauses there. */
  TrialStatus runUntil(Trial trial, long progress) throws IOException {
    return run(trial, false, new TrialListener() {}, () -> false, OptionalLong.of(progress));
  }

  TrialStatus run(
      Trial trial, boolean fresh, TrialListener listener, BooleanSupplier stop, OptionalLong until)
      throws IOException {
    Deliveries deliveries = new Deliveries(List.of(), results);
    try {
      return new TrialRunner(results, deliveries, listener, stop)
          .run(trial, results.resolveSibling("climb.conf"), fresh, until, Optional.empty());
    } finally {
      deliveries.close();
    }
  }

  TrialStatus resume(Trial trial, String folder) throws IOException {
    Deliveries deliveries = new Deliveries(List.of(), results);
    try {
      return new TrialRunner(results, deliveries, new TrialListener() {}, () -> false)
          .resume(trial, RunFolder.find(results, folder));
    } finally {
      deliveries.close();
    }
  }

  Path folder(String name) {
    return results.resolve("runs").resolve(name);
  }

  TrialStatus status(String name) throws IOException {
    return TrialStatus.read(folder(name)).orElseThrow();
  }

  List<RunEvent> journal(String name) {
    List<RunEvent> events = new ArrayList<>();
    Journal.read(folder(name), events::add);
    return events;
  }

  /** All that must not depend on when a run was interrupted. */
  record Outcome(List<String> metrics, List<String> checkpoints, byte[] last, String evaluation) {
    boolean isSameAs(Outcome other) {
      return metrics.equals(other.metrics)
          && checkpoints.equals(other.checkpoints)
          && Arrays.equals(last, other.last)
          && evaluation.equals(other.evaluation);
    }
  }

  Outcome outcome(String name) throws IOException {
    List<String> checkpoints = checkpoints(name);
    return new Outcome(
        metrics(name),
        checkpoints,
        Files.readAllBytes(
            folder(name)
                .resolve("checkpoints")
                .resolve(checkpoints.get(checkpoints.size() - 1))
                .resolve("algorithm/climb.bin")),
        Files.readString(folder(name).resolve("evaluation.csv")));
  }

  /** Name, step and value of every metric but times, in order. */
  List<String> metrics(String name) {
    return journal(name).stream()
        .filter(RunEvent.Metric.class::isInstance)
        .map(RunEvent.Metric.class::cast)
        .filter(it -> !it.key().startsWith("time/") && !it.key().startsWith("system/"))
        .map(it -> it.key() + " at " + it.step() + ": " + it.value())
        .toList();
  }

  /** Values of a metric by step. */
  List<Double> values(String name, String metric) {
    return journal(name).stream()
        .filter(RunEvent.Metric.class::isInstance)
        .map(RunEvent.Metric.class::cast)
        .filter(it -> it.key().equals(metric))
        .map(RunEvent.Metric::value)
        .toList();
  }

  Optional<String> tag(String name, String key) {
    return journal(name).stream()
        .filter(RunEvent.Tag.class::isInstance)
        .map(RunEvent.Tag.class::cast)
        .filter(it -> it.key().equals(key))
        .map(RunEvent.Tag::value)
        .reduce((first, second) -> second);
  }

  /** Everything in the folder of checkpoints, the oldest complete one first. */
  List<String> checkpoints(String name) throws IOException {
    try (Stream<Path> entries = Files.list(folder(name).resolve("checkpoints"))) {
      return entries
          .map(it -> it.getFileName().toString())
          .sorted(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
          .toList();
    }
  }

  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }
}
