package org.apprentice.bc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.testkit.AlgorithmContract;
import org.apprentice.testkit.Trials;
import org.apprentice.testkit.components.GameExpert;
import org.apprentice.testkit.components.Rule;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class BcContractTest {
  @TempDir static Path existing;

  @BeforeAll
  static void provideAnyFile() throws IOException {
    Files.createFile(existing.resolve("expert.npz"));
  }

  private interface Bc extends AlgorithmContract<BcConfig> {
    @Override
    default AlgorithmPlugin<BcConfig> plugin() {
      return new BcPlugin();
    }

    @Override
    default String requiredSettings() {
      return "demonstrations.file = \"" + existing.resolve("expert.npz") + "\"";
    }
  }

  @Nested
  class DiscreteActions implements Bc {
    @Override
    public String experiment(Path folder) throws IOException {
      Trials.record(folder, "identity", new GameExpert(4));
      return """
          environment = identity
          network { plugin = mlp, hidden = [16] }
          algorithm {
            plugin = bc, learning-rate = 1e-2, epochs = 10
            demonstrations { file = "demonstrations.npz", subsample = 2 }
          }
          """;
    }

    @Override
    public double learnedReturn() {
      return 16;
    }
  }

  @Nested
  class ContinuousActions implements Bc {
    @Override
    public String experiment(Path folder) throws IOException {
      Trials.record(folder, "identity-continuous", Rule.REPEAT);
      return """
          environment = identity-continuous
          network { plugin = mlp, hidden = [16] }
          algorithm {
            plugin = bc, learning-rate = 1e-2, epochs = 60, normalize-observations = true
            demonstrations.file = "demonstrations.npz"
          }
          """;
    }

    @Override
    public double learnedReturn() {
      return -0.1;
    }
  }

  /**
   * What is shown does not say which of two actions is right; the mask does, in the demonstrations
   * and for the policy that was cloned.
   */
  @Nested
  class MaskedActions implements Bc {
    @Override
    public String experiment(Path folder) throws IOException {
      Trials.record(folder, "identity-masked", new GameExpert(4));
      return """
          environment = identity-masked
          network { plugin = mlp, hidden = [16] }
          algorithm {
            plugin = bc, learning-rate = 1e-2, epochs = 20
            demonstrations.file = "demonstrations.npz"
          }
          """;
    }

    @Override
    public double learnedReturn() {
      return 16;
    }
  }

  /** Sequences shorter than an episode: what they begin with has to be remembered. */
  @Nested
  class RecurrentNetwork implements Bc {
    @Override
    public String experiment(Path folder) throws IOException {
      Trials.record(folder, "{ plugin = recall, actions = 2, length = 10 }", new GameExpert(2));
      return """
          environment { plugin = recall, actions = 2, length = 10 }
          network { plugin = elman, hidden = 16 }
          algorithm {
            plugin = bc, learning-rate = 1e-2, epochs = 120, batch-size = 16, sequence-length = 4
            patience = null
            demonstrations.file = "demonstrations.npz"
          }
          """;
    }

    @Override
    public double learnedReturn() {
      return 0.99;
    }
  }
}
