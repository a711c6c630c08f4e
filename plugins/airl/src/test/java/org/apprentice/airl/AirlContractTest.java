package org.apprentice.airl;

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

class AirlContractTest {
  @TempDir static Path existing;

  @BeforeAll
  static void provideAnyFile() throws IOException {
    Files.createFile(existing.resolve("expert.npz"));
  }

  private interface Airl extends AlgorithmContract<AirlConfig> {
    @Override
    default AlgorithmPlugin<AirlConfig> plugin() {
      return new AirlPlugin();
    }

    @Override
    default String requiredSettings() {
      return "demonstrations.file = \"" + existing.resolve("expert.npz") + "\"";
    }
  }

  @Nested
  class DiscreteActions implements Airl {
    @Override
    public String experiment(Path folder) throws IOException {
      Trials.record(folder, "identity", new GameExpert(4));
      return """
      environment { plugin = identity, copies = 8 }
      network { plugin = mlp, hidden = [16] }
      algorithm {
        plugin = airl
        generator { rollout-length = 32, epochs = 4, learning-rate = 1e-2, gamma = 0.5 }
        discriminator { batch-size = 64, learning-rate = 1e-2 }
        generator-rounds = 2
        pretraining.epochs = 1
        demonstrations { file = "demonstrations.npz", subsample = 2 }
      }
      training.steps = 16000
      """;
    }

    @Override
    public double learnedReturn() {
      return 15.5;
    }

    @Override
    public int iterations() {
      return 3;
    }
  }

  @Nested
  class ContinuousActions implements Airl {
    @Override
    public String experiment(Path folder) throws IOException {
      Trials.record(folder, "identity-continuous", Rule.REPEAT);
      return """
      environment { plugin = identity-continuous, copies = 8 }
      network { plugin = mlp, hidden = [16] }
      algorithm {
        plugin = airl
        generator {
          rollout-length = 32, epochs = 4, learning-rate = 3e-3, gamma = 0.5, initial-log-std = -0.5
        }
        discriminator { batch-size = 64, learning-rate = 3e-3, state-only = false }
        demonstrations.file = "demonstrations.npz"
      }
      training.steps = 20000
      """;
    }

    @Override
    public double learnedReturn() {
      return -1;
    }
  }

  /** Its likelihoods follow whole episodes. */
  @Nested
  class RecurrentGenerator implements Airl {
    @Override
    public String experiment(Path folder) throws IOException {
      Trials.record(folder, "identity", new GameExpert(4));
      return """
      environment { plugin = identity, copies = 8 }
      network { plugin = gru, hidden = [], width = 16 }
      algorithm {
        plugin = airl
        generator { rollout-length = 32, epochs = 4, learning-rate = 1e-2, gamma = 0.5 }
        discriminator { batch-size = 64, learning-rate = 1e-2 }
        demonstrations.file = "demonstrations.npz"
      }
      training.steps = 16000
      """;
    }

    @Override
    public double learnedReturn() {
      return 15.5;
    }
  }
}
