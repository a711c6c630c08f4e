package org.apprentice.networks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apprentice.nn.Activation;
import org.apprentice.nn.Architecture;
import org.apprentice.nn.Engine;
import org.apprentice.nn.Initialization;

/**
 * Dense layers; see {@code /network/mlp.conf}.
 *
 * @param hidden widths of the hidden layers
 * @param shared one torso for all heads instead of one for each
 * @param flatten whether images are taken, as one long vector
 * @param dropout probability to be dropped behind each hidden layer, while training
 */
public record MlpConfig(
    List<Integer> hidden,
    Activation activation,
    Initialization initialization,
    boolean shared,
    boolean flatten,
    double dropout,
    Engine engine) {
  public MlpConfig {
    hidden = Widths.checked("hidden", hidden);
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout must be in [0, 1), found " + dropout);
    }
    if (dropout > 0 && engine == Engine.DL4J) {
      throw new IllegalArgumentException(
          "dropout must be 0 with engine = dl4j, which draws from one generator of the whole process;"
              + " found "
              + dropout);
    }
  }

  /** Separate torsos of tanh layers with orthogonal weights. */
  public static MlpConfig tanh(int... hidden) {
    return new MlpConfig(
        Arrays.stream(hidden).boxed().toList(),
        Activation.TANH,
        Initialization.ORTHOGONAL,
        false,
        false,
        0,
        Engine.AUTO);
  }

  List<Architecture.Layer> layers() {
    List<Architecture.Layer> layers = new ArrayList<>();
    for (Architecture.Layer dense : Widths.dense(hidden, activation, initialization)) {
      layers.add(dense);
      if (dropout > 0) {
        layers.add(new Architecture.Layer.Dropout(dropout));
      }
    }
    return layers;
  }
}
