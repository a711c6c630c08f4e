package org.apprentice.core.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apprentice.nn.ModelZip;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.spi.Algorithm;

/** {@code training.initial}: training that begins with the parameters of another run. */
final class WarmStart {
  private WarmStart() {}

  /**
   * @param initial a model's zip, or the folder, key, or beginning of the key of a run
   * @param results where runs are looked for by key
   * @throws TrialException if there is no such model, or it does not fit
   */
  static void apply(Path initial, Path results, Algorithm algorithm) {
    if (algorithm.network() == null) {
      throw new TrialException(
          "training.initial: the algorithm has no network that could begin with %s"
              .formatted(initial));
    }
    if (algorithm.policy() instanceof NetworkActorCritic policy
        && policy.normalizer().isPresent()) {
      throw new TrialException(
          "training.initial: this policy normalises what it observes, and a model does not hold the"
              + " statistics; set normalize-observations = false in both runs");
    }
    try {
      ModelZip.load(model(initial, results), algorithm.network());
    } catch (IOException e) {
      throw new TrialException("training.initial: " + e.getMessage(), e);
    }
  }

  private static Path model(Path initial, Path results) throws IOException {
    if (Files.isRegularFile(initial)) {
      return initial;
    }
    String run = Files.exists(initial) ? initial.toString() : initial.getFileName().toString();
    Path folder = RunFolder.find(results, run).path();
    Path zip = folder.resolve(ModelFolder.NETWORK);
    if (!Files.exists(zip)) {
      throw new TrialException(
          "training.initial: %s has no %s yet, which a run leaves at its end; finish it first: apprentice"
                  .formatted(folder, ModelFolder.NETWORK)
              + " resume "
              + folder.getFileName());
    }
    return zip;
  }
}
