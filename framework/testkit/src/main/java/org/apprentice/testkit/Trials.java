package org.apprentice.testkit;

import com.google.inject.Injector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apprentice.core.config.Composer;
import org.apprentice.core.trial.TrialModule;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.demonstrations.DemonstrationFile;
import org.apprentice.rl.demonstrations.DemonstrationRecorder;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.Policy;
import org.apprentice.spi.VectorEnvironment;

/** Trials composed from their text with the plugins of the class path, and what they learn from. */
public final class Trials {
  private static final int COPIES = 5;
  private static final long SEED = 11;

  private Trials() {}

  /**
   * What the first trial of an experiment is wired with. Its relative paths, such as that of {@code
   * demonstrations.npz}, are those of the folder.
   */
  public static Injector of(Path folder, String experiment) {
    try {
      Path file = Files.writeString(folder.resolve("experiment.conf"), experiment);
      return TrialModule.injector(
          new Composer(ComponentRegistry.classPath()).compose(file, List.of()).trials().get(0),
          folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes {@code demonstrations.npz}: ten episodes of an expert. */
  public static void record(Path folder, String environment, Policy expert) throws IOException {
    record(folder, environment, 10, expert);
  }

  /**
   * Writes {@code demonstrations.npz}.
   *
   * @param environment its node in an experiment
   */
  public static void record(Path folder, String environment, int episodes, Policy expert)
      throws IOException {
    Injector trial = of(folder, "environment = " + environment + "\nalgorithm = idle\n");
    DemonstrationFile.write(folder.resolve("demonstrations.npz"), play(expert, trial, episodes));
    Files.delete(folder.resolve("experiment.conf"));
  }

  /** Deterministic episodes in the trial's environment. */
  public static Demonstrations play(Policy policy, Injector trial, int episodes) {
    try (VectorEnvironment environment =
        trial.getInstance(EnvironmentFactory.class).create(COPIES)) {
      return DemonstrationRecorder.record(
          policy, environment, episodes, true, SEED, new RandomStreams(SEED).stream("actions"));
    }
  }
}
