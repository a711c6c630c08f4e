package org.apprentice.core.trial;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apprentice.core.config.Trial;
import org.apprentice.rl.Evaluation;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.UniformPolicy;
import org.apprentice.rl.demonstrations.Corruption;
import org.apprentice.rl.demonstrations.DemonstrationException;
import org.apprentice.rl.demonstrations.DemonstrationFile;
import org.apprentice.rl.demonstrations.DemonstrationLoader;
import org.apprentice.rl.demonstrations.DemonstrationRecorder;
import org.apprentice.rl.demonstrations.DemonstrationSource;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.rl.demonstrations.ExpertLoader;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.VectorEnvironment;

/**
 * Finds a trial's experts and demonstrations: in a file, or recorded from an expert's finished run
 * beside its checkpoints.
 */
final class TrialDemonstrations implements DemonstrationLoader, ExpertLoader {
  private static final long RECORDING_SEED = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** MLflow keeps 36 characters; half of a SHA-256 is enough to tell data apart. */
  private static final int DIGEST_LENGTH = 32;

  private final Trial trial;
  private final Path results;
  private final List<Loaded> loaded = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /**
   * @param name of the expert's experiment, or of the file
   * @param origin the file they were read from, or what played instead
   */
  record Loaded(String name, String origin, Demonstrations demonstrations) {
    /** As MLflow shows what a run learned from. */
    RunEvent.Dataset dataset() {
      return new RunEvent.Dataset(
          name,
          demonstrations.digest().substring(0, DIGEST_LENGTH),
          "local",
          JSON.createObjectNode().put("uri", origin).toString(),
          null,
          JSON.createObjectNode()
              .put("episodes", demonstrations.episodes())
              .put("transitions", demonstrations.rows())
              .put("mean_return", demonstrations.meanReturn())
              .toString(),
          "demonstrations");
    }
  }

  TrialDemonstrations(Trial trial, Path results) {
    this.trial = trial;
    this.results = results;
  }

  @Override
  public Demonstrations load(DemonstrationSource source) {
    if (source.corruption() == Corruption.RANDOM_POLICY) {
      return loadRandom(source);
    }
    Path file = source.file().orElseGet(() -> recorded(source));
    EnvironmentSpec environment = TrialModule.environments(trial.experiment()).spec();
    Optional<ImageSpace> shown =
        environment.observationSpace() instanceof ImageSpace image
            ? Optional.of(image)
            : Optional.empty();
    Demonstrations prepared =
        DemonstrationLoader.prepare(
            DemonstrationFile.read(file, source.pictures(), shown),
            file.toString(),
            source,
            environment);
    String origin = file.toAbsolutePath().normalize().toString();
    loaded.add(new Loaded(name(source), origin, prepared));
    return prepared;
  }

  /** The same episodes for every seed of the trial. */
  private Demonstrations loadRandom(DemonstrationSource source) {
    EnvironmentFactory environments = TrialModule.environments(trial.experiment());
    RandomStreams random = new RandomStreams(RECORDING_SEED);
    try (VectorEnvironment environment =
        environments.create(
            Math.min(source.episodes(), trial.experiment().evaluation().copies()))) {
      Demonstrations episodes =
          DemonstrationRecorder.record(
              new UniformPolicy(environments.spec().actionSpace()),
              environment,
              source.episodes(),
              false,
              random.seed("demonstrations"),
              random.stream("demonstration-actions"));
      Demonstrations prepared =
          DemonstrationLoader.prepare(episodes, "the random policy", source, environments.spec());
      String played =
          "random policy in " + trial.experiment().environment().component().plugin().name();
      loaded.add(new Loaded(played, played, prepared));
      return prepared;
    }
  }

  @Override
  public Expert loadExpert(DemonstrationSource source) {
    if (source.expert().isEmpty()) {
      throw new DemonstrationException(
          "algorithm %s asks an expert what it would do, and demonstrations.file = \"%s\" cannot answer; set demonstrations.expert to an experiment file"
              .formatted(
                  trial.experiment().algorithm().plugin().name(), source.file().orElseThrow()));
    }
    Trial expert = trial.expert(source);
    try {
      Path runFolder = RunFolder.forTrial(results, expert.key(), false).path();
      return TrainedPolicy.newest(expert, results, runFolder);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private String name(DemonstrationSource source) {
    return source
        .file()
        .map(
            it ->
                it.getFileName().toString().replaceFirst("^observations_(.*)\\.csv$|\\.npz$", "$1"))
        .orElseGet(() -> trial.expert(source).experiment().name());
  }

  /** What was loaded so far. */
  List<Loaded> loaded() {
    return List.copyOf(loaded);
  }

  /** What should be known of the experts, a sentence each. */
  List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** Returns of the episodes loaded first; empty for algorithms without demonstrations. */
  Optional<double[]> returns() {
    return loaded.stream().findFirst().map(it -> Evaluation.of(it.demonstrations()).returns());
  }

  /** Mean return of the episodes loaded first; empty for algorithms without demonstrations. */
  OptionalDouble meanReturn() {
    return loaded.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(loaded.get(0).demonstrations().meanReturn());
  }

  /**
   * Records an expert once for a number of episodes, as it was evaluated: the same expert and
   * number give the same file.
   */
  private Path recorded(DemonstrationSource source) {
    Trial expert = trial.expert(source);
    try {
      Path runFolder = RunFolder.forTrial(results, expert.key(), false).path();
      judge(expert, runFolder, source.requireSolved());
      Path file = runFolder.resolve("demonstrations-%d.npz".formatted(source.episodes()));
      if (!Files.exists(file)) {
        try (TrainedPolicy policy = TrainedPolicy.newest(expert, results, runFolder)) {
          DemonstrationFile.write(
              file, policy.record(source.episodes(), true, RECORDING_SEED, file));
        }
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** An expert that failed teaches failing; that is worth a refusal, or at least a word. */
  private void judge(Trial expert, Path runFolder, boolean required) throws IOException {
    TrialResult result = TrialStatus.read(runFolder).map(TrialStatus::result).orElse(null);
    if (result == null || !Boolean.FALSE.equals(result.solved())) {
      return;
    }
    String found =
        "the expert %s has not solved its task: %s"
            .formatted(Summary.name(expert), Summary.returns(result));
    if (required) {
      throw new TrialException(
          found
              + "; train it longer or better, or learn from it all the same with"
              + " demonstrations.require-solved = false");
    }
    warnings.add(found);
  }
}
