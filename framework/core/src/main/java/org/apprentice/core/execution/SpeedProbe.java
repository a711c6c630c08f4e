package org.apprentice.core.execution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apprentice.core.config.Trial;
import org.apprentice.core.trial.LeftToFollower;
import org.apprentice.core.trial.RunFolder;
import org.apprentice.core.trial.TrialListener;
import org.apprentice.core.trial.TrialRunner;
import org.apprentice.core.trial.TrialStatus;

/**
 * Trains trials for some seconds in a folder of results that is thrown away, so that {@link Speeds}
 * has something to go by.
 */
final class SpeedProbe implements AutoCloseable {
  private final Path results;
  private final Path temporary;

  /**
   * @param results where finished experts are
   */
  SpeedProbe(Path results) throws IOException {
    this.results = results.toAbsolutePath().normalize();
    temporary = Files.createTempDirectory("apprentice-speed");
  }

  /** The folder of results with what was trained so far. */
  Path temporary() {
    return temporary;
  }

  /** Nothing if the trial learns from an expert that is not trained yet. */
  void train(Trial trial, Path source, double seconds) throws IOException {
    if (!borrowExperts(trial)) {
      return;
    }
    try (LeftToFollower nowhere = new LeftToFollower()) {
      new TrialRunner(temporary, nowhere, new TrialListener() {}, after(seconds))
          .run(trial, source, false);
    }
  }

  /** From the first question on, which is asked when training begins. */
  private static BooleanSupplier after(double seconds) {
    long[] first = {0};
    return () -> {
      if (first[0] == 0) {
        first[0] = System.nanoTime();
      }
      return System.nanoTime() - first[0] > seconds * 1e9;
    };
  }

  private boolean borrowExperts(Trial trial) throws IOException {
    for (Trial expert : trial.prerequisites()) {
      Optional<TrialStatus> status = RunFolder.status(results, expert.key());
      if (status.filter(it -> it.state() == TrialStatus.State.FINISHED).isEmpty()
          || !borrowExperts(expert)) {
        return false;
      }
      Path link = temporary.resolve("runs").resolve(expert.key());
      if (!Files.exists(link)) {
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, RunFolder.newest(results, expert.key()).path());
      }
    }
    return true;
  }

  /** Links are deleted, and not what they lead to. */
  @Override
  public void close() {
    try (Stream<Path> all = Files.walk(temporary)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + temporary, e);
    }
  }
}
