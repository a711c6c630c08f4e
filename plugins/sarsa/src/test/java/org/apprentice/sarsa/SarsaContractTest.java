package org.apprentice.sarsa;

import java.nio.file.Path;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.testkit.AlgorithmContract;
import org.junit.jupiter.api.Nested;

class SarsaContractTest {
  private interface Contract extends AlgorithmContract<SarsaConfig> {
    @Override
    default AlgorithmPlugin<SarsaConfig> plugin() {
      return new SarsaPlugin();
    }

    String settings();

    int copies();

    @Override
    default String experiment(Path folder) {
      return """
          environment { plugin = identity, copies = %d }
          algorithm { plugin = sarsa, gamma = 0.5, iteration-steps = 100, %s }
          training.steps = 4000
          """
          .formatted(copies(), settings());
    }

    @Override
    default double learnedReturn() {
      return 15.5;
    }
  }

  @Nested
  class ReplacingTraces implements Contract {
    @Override
    public String settings() {
      return "lambda = 0.9";
    }

    @Override
    public int copies() {
      return 1;
    }
  }

  @Nested
  class AccumulatingTracesOfSeveralCopies implements Contract {
    @Override
    public String settings() {
      return "traces = accumulating, lambda = 0.5, step-size-schedule = linear";
    }

    @Override
    public int copies() {
      return 8;
    }
  }
}
