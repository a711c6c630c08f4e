package org.apprentice.networks;

import java.util.List;
import org.apprentice.nn.Activation;
import org.apprentice.nn.Engine;
import org.apprentice.nn.Initialization;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.Space;
import org.apprentice.testkit.NetworkContract;
import org.junit.jupiter.api.Nested;

class MlpContractTest {
  /** The mlp with some settings. */
  private interface Mlp extends NetworkContract<MlpConfig> {
    @Override
    default NetworkPlugin<MlpConfig> plugin() {
      return new MlpPlugin();
    }
  }

  @Nested
  class SeparateTanhTorsos implements Mlp {
    @Override
    public MlpConfig config() {
      return MlpConfig.tanh(16, 16);
    }
  }

  @Nested
  class SharedRectifiersWithActions implements Mlp {
    @Override
    public MlpConfig config() {
      return new MlpConfig(
          List.of(16, 8), Activation.RELU, Initialization.XAVIER, true, false, 0, Engine.AUTO);
    }

    @Override
    public int actionWidth() {
      return 2;
    }
  }

  @Nested
  class FlattenedImage implements Mlp {
    @Override
    public MlpConfig config() {
      return new MlpConfig(
          List.of(16), Activation.TANH, Initialization.ORTHOGONAL, true, true, 0, Engine.AUTO);
    }

    @Override
    public Space observationSpace() {
      return new ImageSpace(1, 8, 8);
    }
  }

  @Nested
  class OnDl4j implements Mlp {
    @Override
    public MlpConfig config() {
      return new MlpConfig(
          List.of(16), Activation.TANH, Initialization.ORTHOGONAL, true, false, 0, Engine.DL4J);
    }
  }

  @Nested
  class WithDropout implements Mlp {
    @Override
    public MlpConfig config() {
      return new MlpConfig(
          List.of(16, 16),
          Activation.TANH,
          Initialization.ORTHOGONAL,
          true,
          false,
          0.3,
          Engine.AUTO);
    }
  }
}
