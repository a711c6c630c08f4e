package org.apprentice.trpo;

import java.nio.file.Path;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.testkit.AlgorithmContract;
import org.junit.jupiter.api.Nested;

/** The contract with every other kind of network, on the task that needs it. */
class TrpoNetworksTest {
  /** A network and the task that it is for. */
  private interface Network extends AlgorithmContract<TrpoConfig> {
    String network();

    String environment();

    @Override
    default AlgorithmPlugin<TrpoConfig> plugin() {
      return new TrpoPlugin();
    }

    @Override
    default String experiment(Path folder) {
      return """
          environment { plugin = %s, copies = 8 }
          network %s
          algorithm {
            plugin = trpo
            rollout-length = 32
            sequence-length = 16
            max-kl = 0.1
            fisher-subsample = 2
            critic-minibatch-size = 128
            critic-updates = 3
            gamma = 0.9
          }
          training.steps = 20000
          """
          .formatted(environment(), network());
    }
  }

  /** Half of the answers are right without a memory. */
  private interface Memory extends Network {
    @Override
    default String environment() {
      return "recall";
    }

    @Override
    default double learnedReturn() {
      return 0.95;
    }
  }

  /** A quarter of the answers is right without looking. */
  private interface Eyes extends Network {
    @Override
    default String environment() {
      return "identity-image";
    }

    @Override
    default double learnedReturn() {
      return 15.5;
    }
  }

  @Nested
  class Lstm implements Memory {
    @Override
    public String network() {
      return "{ plugin = lstm, width = 16 }";
    }
  }

  @Nested
  class Gru implements Memory {
    @Override
    public String network() {
      return "{ plugin = gru, width = 16 }";
    }
  }

  @Nested
  class MlpGru implements Memory {
    @Override
    public String network() {
      return "{ plugin = mlpgru, width = 16, critic-hidden = [16] }";
    }
  }

  @Nested
  class Cnn implements Eyes {
    @Override
    public String network() {
      return "{ plugin = cnn, filters = [8], kernels = [3], strides = [2], hidden = [16] }";
    }
  }

  @Nested
  class CnnLstm implements Eyes {
    @Override
    public String network() {
      return """
          {
            plugin = stack
            torso { plugin = cnn, filters = [8], kernels = [3], strides = [2], hidden = [16] }
            memory { plugin = lstm, width = 16 }
          }
          """;
    }
  }
}
