package org.apprentice.networks;

import java.util.List;
import org.apprentice.nn.Activation;
import org.apprentice.nn.Engine;
import org.apprentice.nn.Initialization;
import org.apprentice.nn.Precision;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.Space;
import org.apprentice.testkit.NetworkContract;
import org.junit.jupiter.api.Nested;

class CnnContractTest {
  /** The cnn with some settings. */
  private interface Cnn extends NetworkContract<CnnConfig> {
    @Override
    default NetworkPlugin<CnnConfig> plugin() {
      return new CnnPlugin();
    }

    /** The defaults are for larger images than those of the testkit's tasks. */
    @Override
    default String requiredSettings() {
      return "kernels = [3, 2, 1], strides = [2, 1, 1]";
    }
  }

  private static CnnConfig small() {
    return new CnnConfig(
        List.of(6, 4),
        List.of(3, 2),
        List.of(2, 1),
        List.of(1, 0),
        List.of(1, 2),
        List.of(16),
        List.of(),
        Activation.TANH,
        Initialization.ORTHOGONAL,
        true,
        Precision.F32,
        Engine.AUTO);
  }

  @Nested
  class SharedTorsoWithPooling implements Cnn {
    @Override
    public CnnConfig config() {
      return small();
    }

    @Override
    public Space observationSpace() {
      return new ImageSpace(1, 8, 8);
    }
  }

  @Nested
  class SeparateTorsosWithStridesAndActions implements Cnn {
    @Override
    public CnnConfig config() {
      return new CnnConfig(
          List.of(8, 6),
          List.of(4, 3),
          List.of(2, 1),
          List.of(),
          List.of(),
          List.of(16),
          List.of(),
          Activation.TANH,
          Initialization.XAVIER,
          false,
          Precision.F32,
          Engine.AUTO);
    }

    @Override
    public Space observationSpace() {
      return new ImageSpace(4, 12, 12);
    }

    @Override
    public int actionWidth() {
      return 2;
    }
  }
}
