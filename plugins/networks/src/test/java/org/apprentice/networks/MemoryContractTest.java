package org.apprentice.networks;

import java.util.List;
import org.apprentice.nn.Activation;
import org.apprentice.nn.Engine;
import org.apprentice.nn.Initialization;
import org.apprentice.spi.Choice;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.testkit.NetworkContract;
import org.junit.jupiter.api.Nested;

class MemoryContractTest {
  private interface Lstm extends NetworkContract<LstmConfig> {
    @Override
    default NetworkPlugin<LstmConfig> plugin() {
      return new LstmPlugin();
    }
  }

  private interface Gru extends NetworkContract<GruConfig> {
    @Override
    default NetworkPlugin<GruConfig> plugin() {
      return new GruPlugin();
    }
  }

  @Nested
  class LstmForEachHead implements Lstm {
    @Override
    public LstmConfig config() {
      return LstmConfig.of(12);
    }
  }

  @Nested
  class SharedLstmBehindRectifiersWithActions implements Lstm {
    @Override
    public LstmConfig config() {
      return new LstmConfig(
          List.of(10), 16, 0.5, Activation.RELU, Initialization.XAVIER, true, Engine.AUTO);
    }

    @Override
    public int actionWidth() {
      return 2;
    }
  }

  @Nested
  class GruForEachHead implements Gru {
    @Override
    public GruConfig config() {
      return GruConfig.of(12, 8);
    }
  }

  @Nested
  class SharedGruWithActions implements Gru {
    @Override
    public GruConfig config() {
      return new GruConfig(List.of(), 16, Activation.TANH, Initialization.NORMC, true, Engine.AUTO);
    }

    @Override
    public int actionWidth() {
      return 2;
    }
  }

  @Nested
  class RecurrentActor implements NetworkContract<MlpGruConfig> {
    @Override
    public NetworkPlugin<MlpGruConfig> plugin() {
      return new MlpGruPlugin();
    }

    @Override
    public MlpGruConfig config() {
      return new MlpGruConfig(
          List.of(6), 10, List.of(8, 8), Activation.TANH, Initialization.ORTHOGONAL, Engine.AUTO);
    }
  }

  @Nested
  class StackOfPerceptronAndMemory implements NetworkContract<StackConfig> {
    @Override
    public NetworkPlugin<StackConfig> plugin() {
      return new StackPlugin();
    }

    @Override
    public StackConfig config() {
      return new StackConfig(
          new Choice<>(new MlpPlugin(), MlpConfig.tanh(8)),
          new Choice<>(new LstmPlugin(), LstmConfig.of(9)));
    }

    @Override
    public int actionWidth() {
      return 3;
    }
  }

  @Nested
  class LstmOnDl4j implements Lstm {
    @Override
    public LstmConfig config() {
      return new LstmConfig(
          List.of(4), 5, 1, Activation.TANH, Initialization.XAVIER, true, Engine.DL4J);
    }
  }

  @Nested
  class GruOnDl4j implements Gru {
    @Override
    public GruConfig config() {
      return new GruConfig(List.of(), 5, Activation.TANH, Initialization.XAVIER, true, Engine.DL4J);
    }
  }
}
