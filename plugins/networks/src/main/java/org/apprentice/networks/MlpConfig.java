package org.apprentice.networks;

import java.util.Arrays;
import java.util.List;
import org.apprentice.nn.Activation;
import org.apprentice.nn.Engine;
import org.apprentice.nn.Initialization;

/**
 * Dense layers; see {@code /network/mlp.conf}.
 *
 * @param hidden widths of the hidden layers
 * @param shared one torso for all heads instead of one for each
 * @param flatten whether images are taken, as one long vector
 */
public record MlpConfig(
    List<Integer> hidden,
    Activation activation,
    Initialization initialization,
    boolean shared,
    boolean flatten,
    Engine engine) {
  public MlpConfig {
    hidden = List.copyOf(hidden);
    for (int width : hidden) {
      if (width < 1) {
        throw new IllegalArgumentException("hidden must hold widths of at least 1, found " + width);
      }
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
        Engine.AUTO);
  }
}
