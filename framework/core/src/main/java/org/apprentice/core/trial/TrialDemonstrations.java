package org.apprentice.core.trial;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.apprentice.core.config.Trial;
import org.apprentice.rl.demonstrations.DemonstrationFile;
import org.apprentice.rl.demonstrations.DemonstrationLoader;
import org.apprentice.rl.demonstrations.DemonstrationSource;
import org.apprentice.rl.demonstrations.Demonstrations;

/**
 * Finds a trial's demonstrations: in a file, or recorded from an expert's finished run beside its
 * checkpoints.
 */
final class TrialDemonstrations implements DemonstrationLoader {
  private static final long RECORDING_SEED = 1;

  private final Trial trial;
  private final Path results;
  private final List<Loaded> loaded = new ArrayList<>();

  /**
   * @param origin the file they were read from
   */
  record Loaded(Path origin, Demonstrations demonstrations) {}

  TrialDemonstrations(Trial trial, Path results) {
    this.trial = trial;
    this.results = results;
  }

  @Override
  public Demonstrations load(DemonstrationSource source) {
    Path file = source.file().orElseGet(() -> recorded(source));
    Demonstrations prepared =
        DemonstrationLoader.prepare(
            DemonstrationFile.read(file),
            file.toString(),
            source,
            TrialModule.environments(trial.experiment()).spec());
    loaded.add(new Loaded(file, prepared));
    return prepared;
  }

  /** What was loaded so far. */
  List<Loaded> loaded() {
    return List.copyOf(loaded);
  }

  /** Mean return of the episodes loaded first; empty for algorithms without demonstrations. */
  OptionalDouble meanReturn() {
    return loaded.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(loaded.get(0).demonstrations().meanReturn());
  }

  /**
   * Records an expert once for a number of episodes; the same expert and number give the same file.
   */
  private Path recorded(DemonstrationSource source) {
    Trial expert = trial.expert(source);
    try {
      Path runFolder = RunFolder.forTrial(results, expert.key(), false).path();
      Path file = runFolder.resolve("demonstrations-%d.npz".formatted(source.episodes()));
      if (!Files.exists(file)) {
        try (TrainedPolicy policy = TrainedPolicy.newest(expert, results, runFolder)) {
          DemonstrationFile.write(file, policy.record(source.episodes(), true, RECORDING_SEED));
        }
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }
}
