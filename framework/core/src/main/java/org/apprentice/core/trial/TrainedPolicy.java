package org.apprentice.core.trial;

import com.google.inject.Injector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apprentice.core.config.Composer;
import org.apprentice.core.config.Trial;
import org.apprentice.rl.Evaluation;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.demonstrations.DemonstrationRecorder;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.Policy;
import org.apprentice.spi.VectorEnvironment;

/** The policy of a run as one of its checkpoints holds it. */
public final class TrainedPolicy implements AutoCloseable {
  private final Trial trial;
  private final Path checkpoint;
  private final Algorithm algorithm;
  private final EnvironmentFactory environments;

  private TrainedPolicy(
      Trial trial, Path checkpoint, Algorithm algorithm, EnvironmentFactory environments) {
    this.trial = trial;
    this.checkpoint = checkpoint;
    this.algorithm = algorithm;
    this.environments = environments;
  }

  /** The newest checkpoint of a run. */
  static TrainedPolicy newest(Trial trial, Path results, Path runFolder) throws IOException {
    List<Path> checkpoints = new Checkpoints(runFolder, 1).all();
    if (checkpoints.isEmpty()) {
      throw new TrialException(
          "%s has no checkpoint; train it first: apprentice resume %s"
              .formatted(runFolder, runFolder.getFileName()));
    }
    return load(trial, results, checkpoints.get(checkpoints.size() - 1));
  }

  /**
   * @throws TrialException if the checkpoint is damaged or of another experiment, with a message
   *     that names it
   */
  public static TrainedPolicy load(Trial trial, Path results, Path checkpoint) {
    Injector injector = TrialModule.injector(trial, results);
    Algorithm algorithm = TrialModule.algorithm(injector);
    try {
      algorithm.restore(checkpoint.resolve(Trainer.ALGORITHM));
    } catch (IOException e) {
      algorithm.close();
      throw new TrialException(
          "cannot use checkpoint %s: %s%s"
              .formatted(checkpoint, e.getMessage(), others(checkpoint)),
          e);
    }
    return new TrainedPolicy(
        trial, checkpoint, algorithm, injector.getInstance(EnvironmentFactory.class));
  }

  private static String others(Path checkpoint) {
    List<Path> others =
        new Checkpoints(checkpoint.getParent().getParent(), 1)
            .all().stream().filter(it -> !it.equals(checkpoint)).map(Path::getFileName).toList();
    return others.isEmpty() ? "" : "; the run has others: " + others;
  }

  /**
   * Finds a policy by the folder of a checkpoint, or by that, the key or the beginning of the key
   * of a run, whose newest checkpoint is taken.
   */
  public static TrainedPolicy find(Composer composer, Path results, String run) throws IOException {
    Path direct = Path.of(run).toAbsolutePath().normalize();
    boolean isCheckpoint = Files.isDirectory(direct.resolve(Trainer.ALGORITHM));
    RunFolder folder =
        isCheckpoint ? new RunFolder(direct.getParent().getParent()) : RunFolder.find(results, run);
    Trial trial = composer.compose(folder.resolvedConfig(), List.of()).trials().get(0);
    return isCheckpoint
        ? load(trial, folder.results(), direct)
        : newest(trial, folder.results(), folder.path());
  }

  public Policy policy() {
    return algorithm.policy();
  }

  public Trial trial() {
    return trial;
  }

  public Path checkpoint() {
    return checkpoint;
  }

  /** Plays whole episodes; environments and draws follow from {@code seed} alone. */
  public Evaluation evaluate(int episodes, boolean deterministic, long seed) {
    RandomStreams random = new RandomStreams(seed);
    try (VectorEnvironment environment =
        environments.create(Math.min(episodes, trial.experiment().evaluation().copies()))) {
      return Evaluation.run(
          policy(),
          environment,
          episodes,
          deterministic,
          random.seed("evaluation"),
          random.stream("evaluation-actions"));
    }
  }

  /** Records whole episodes; environments and draws follow from {@code seed} alone. */
  public Demonstrations record(int episodes, boolean deterministic, long seed) {
    RandomStreams random = new RandomStreams(seed);
    try (VectorEnvironment environment =
        environments.create(Math.min(episodes, trial.experiment().evaluation().copies()))) {
      return DemonstrationRecorder.record(
          policy(),
          environment,
          episodes,
          deterministic,
          random.seed("demonstrations"),
          random.stream("demonstration-actions"));
    }
  }

  @Override
  public void close() {
    algorithm.close();
  }
}
