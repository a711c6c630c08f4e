package org.apprentice.networks;

import java.util.Arrays;
import java.util.List;
import org.apprentice.nn.Activation;
import org.apprentice.nn.Architecture;
import org.apprentice.nn.Engine;
import org.apprentice.nn.Initialization;

/**
 * Dense layers and a gated recurrent unit; see {@code /network/gru.conf}.
 *
 * @param hidden widths of the dense layers before the memory
 * @param width of the memory
 * @param shared one torso for all heads instead of one for each
 */
public record GruConfig(
    List<Integer> hidden,
    int width,
    Activation activation,
    Initialization initialization,
    boolean shared,
    Engine engine) {
  public GruConfig {
    hidden = Widths.checked("hidden", hidden);
    Widths.check("width", width);
  }

  /** A memory of a width behind tanh layers, with orthogonal weights, one for each head. */
  public static GruConfig of(int width, int... hidden) {
    return new GruConfig(
        Arrays.stream(hidden).boxed().toList(),
        width,
        Activation.TANH,
        Initialization.ORTHOGONAL,
        false,
        Engine.AUTO);
  }

  List<Architecture.Layer> layers() {
    List<Architecture.Layer> layers = Widths.dense(hidden, activation, initialization);
    layers.add(new Architecture.Layer.Gru(width, initialization));
    return layers;
  }
}
