package org.apprentice.core.trial;

import com.google.inject.Injector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apprentice.core.config.Composer;
import org.apprentice.core.config.Experiment;
import org.apprentice.core.config.Trial;
import org.apprentice.core.film.Film;
import org.apprentice.rl.Evaluation;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.demonstrations.DemonstrationRecorder;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.rl.demonstrations.ExpertLoader;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Policy;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.VectorEnvironment;
import org.apprentice.tracking.Journal;

/** The policy of a run as one of its checkpoints holds it. */
public final class TrainedPolicy implements ExpertLoader.Expert {
  /** The newest checkpoint of a run. */
  public static final String LAST = "last";

  private static final String BEST = "best";

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
  static TrainedPolicy newest(Trial trial, Path results, Path runFolder) {
    return load(trial, results, chosen(runFolder, LAST));
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
   * of a run.
   *
   * @param checkpoint of the run: its progress, {@code last}, or {@code best}, whose evaluation had
   *     the greatest mean return
   * @throws TrialException if there is no such run or checkpoint
   */
  public static TrainedPolicy find(Composer composer, Path results, String run, String checkpoint)
      throws IOException {
    Path direct = Path.of(run).toAbsolutePath().normalize();
    boolean isCheckpoint = Files.isDirectory(direct.resolve(Trainer.ALGORITHM));
    RunFolder folder =
        isCheckpoint ? new RunFolder(direct.getParent().getParent()) : RunFolder.find(results, run);
    if (isCheckpoint && !checkpoint.equals(LAST)) {
      throw new TrialException(
          "%s is one checkpoint; to choose another, name its run %s"
              .formatted(run, folder.path().getFileName()));
    }
    Trial trial = composer.compose(folder.resolvedConfig(), List.of()).trials().get(0);
    return load(trial, folder.results(), isCheckpoint ? direct : chosen(folder.path(), checkpoint));
  }

  private static Path chosen(Path runFolder, String checkpoint) {
    List<Path> all = new Checkpoints(runFolder, 1).all();
    if (all.isEmpty()) {
      throw withoutCheckpoint(runFolder);
    }
    return switch (checkpoint) {
      case LAST -> all.get(all.size() - 1);
      case BEST -> best(runFolder, all);
      default ->
          all.stream()
              .filter(it -> it.getFileName().toString().equals(checkpoint))
              .findFirst()
              .orElseThrow(
                  () ->
                      new TrialException(
                          "%s has no checkpoint %s; expected last, best or one of %s"
                              .formatted(
                                  runFolder,
                                  checkpoint,
                                  all.stream().map(Path::getFileName).toList())));
    };
  }

  /** Of the checkpoints that were evaluated when they were made; the last of equally good ones. */
  private static Path best(Path runFolder, List<Path> all) {
    Map<String, Double> returns = new HashMap<>();
    Journal.read(
        runFolder,
        event -> {
          if (event instanceof RunEvent.Metric metric
              && metric.key().equals("evaluation/return-mean")) {
            returns.put(String.valueOf(metric.step()), metric.value());
          }
        });
    Path best = null;
    double greatest = Double.NEGATIVE_INFINITY;
    for (Path checkpoint : all) {
      Double mean = returns.get(checkpoint.getFileName().toString());
      if (mean != null && mean >= greatest) {
        greatest = mean;
        best = checkpoint;
      }
    }
    if (best == null) {
      throw new TrialException(
          "none of the checkpoints %s of %s was evaluated, so which is best is not known; name one"
              .formatted(all.stream().map(Path::getFileName).toList(), runFolder));
    }
    return best;
  }

  private static TrialException withoutCheckpoint(Path runFolder) {
    return new TrialException(
        "%s has no checkpoint; train it first: apprentice resume %s"
            .formatted(runFolder, runFolder.getFileName()));
  }

  @Override
  public Policy policy() {
    return algorithm.policy();
  }

  public Trial trial() {
    return trial;
  }

  public Path checkpoint() {
    return checkpoint;
  }

  /** The folder of the run that the checkpoint belongs to. */
  public Path runFolder() {
    return checkpoint.getParent().getParent();
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

  /**
   * Plays whole episodes, one after the other, into films; environments and draws follow from
   * {@code seed} alone.
   *
   * @param files to write: MP4 where the name ends in {@code .mp4}, an animated GIF else
   * @param explained whether what the policy saw and thought is shown beside each picture
   * @throws TrialException if the environment has no pictures, or a file cannot be written
   */
  public Evaluation film(
      List<Path> files, int episodes, boolean deterministic, long seed, boolean explained) {
    RandomStreams random = new RandomStreams(seed);
    Film film = new Film(episodes, explained);
    try (VectorEnvironment environment = environments.create(1)) {
      requirePictures(
          trial.experiment(), environment, "apprentice evaluate plays it without pictures");
      Evaluation evaluation =
          Evaluation.run(
              policy(),
              environment,
              episodes,
              deterministic,
              random.seed("evaluation"),
              random.stream("evaluation-actions"),
              film.spectator());
      files.forEach(file -> write(film, file));
      return evaluation;
    }
  }

  /**
   * Fails before anything is played that could not be filmed.
   *
   * @param mend what to do then
   * @throws TrialException if the environment has no pictures
   */
  static void requirePictures(Experiment experiment, VectorEnvironment environment, String mend) {
    environment.reset(
        0, ObservationBatch.allocate(environment.spec().observationSpace(), environment.size()));
    try {
      environment.render(0);
    } catch (UnsupportedOperationException e) {
      throw new TrialException(
          "environment %s cannot be drawn, so there can be no video of it; %s"
              .formatted(experiment.environment().component().plugin().name(), mend),
          e);
    }
  }

  private static void write(Film film, Path file) {
    boolean mp4 = isMp4(file);
    try {
      if (mp4) {
        film.writeMp4(file);
      } else {
        film.writeGif(file);
      }
    } catch (IOException e) {
      throw new TrialException(
          "cannot write the video %s; choose a file in a folder that can be written, with room for it%s"
              .formatted(file, mp4 ? " (" + e.getMessage() + ")" : ""),
          e);
    }
  }

  /** Whether {@link #film} writes an MP4 into a file of that name. */
  public static boolean isMp4(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".mp4");
  }

  /**
   * Records whole episodes; environments and draws follow from {@code seed} alone.
   *
   * @param file that they are meant for: frames of images are kept in its folder meanwhile, and not
   *     in memory
   */
  public Demonstrations record(int episodes, boolean deterministic, long seed, Path file) {
    return record(episodes, deterministic, seed, "demonstrations", "demonstration-actions", file);
  }

  /** {@link #record Records} the episodes that {@link #evaluate} plays. */
  public Demonstrations recordEvaluation(
      int episodes, boolean deterministic, long seed, Path file) {
    return record(episodes, deterministic, seed, "evaluation", "evaluation-actions", file);
  }

  private Demonstrations record(
      int episodes, boolean deterministic, long seed, String starts, String draws, Path file) {
    RandomStreams random = new RandomStreams(seed);
    try (VectorEnvironment environment =
        environments.create(Math.min(episodes, trial.experiment().evaluation().copies()))) {
      return DemonstrationRecorder.record(
          policy(),
          environment,
          episodes,
          deterministic,
          random.seed(starts),
          random.stream(draws),
          file.toAbsolutePath().getParent());
    }
  }

  /**
   * Why episodes are none of an expert: they miss the experiment's {@code evaluation.solved}. Empty
   * if they do not, or if it says nothing of that.
   */
  public Optional<String> shortfall(Demonstrations demonstrations) {
    return shortfall(trial, demonstrations);
  }

  /** {@link #shortfall(Demonstrations)} of episodes that somebody else played. */
  public static Optional<String> shortfall(Trial trial, Demonstrations demonstrations) {
    return trial
        .experiment()
        .evaluation()
        .solved()
        .filter(solved -> !Trainer.isSolved(solved, Evaluation.of(demonstrations)))
        .map(
            solved ->
                solved.mean().isPresent()
                    ? "their mean return is %.1f, and evaluation.solved.mean is %.1f"
                        .formatted(demonstrations.meanReturn(), solved.mean().get())
                    : "their least return is %.1f, and evaluation.solved.each is %.1f"
                        .formatted(
                            Evaluation.of(demonstrations).minimum(), solved.each().orElseThrow()));
  }

  @Override
  public void close() {
    algorithm.close();
  }
}
