package org.apprentice.networks;

import java.util.Arrays;
import java.util.List;
import org.apprentice.nn.Activation;
import org.apprentice.nn.Architecture;
import org.apprentice.nn.Engine;
import org.apprentice.nn.Initialization;

/**
 * Dense layers and a long short-term memory; see {@code /network/lstm.conf}.
 *
 * @param hidden widths of the dense layers before the memory
 * @param width of the memory
 * @param forgetBias initial bias of the forget gates
 * @param shared one torso for all heads instead of one for each
 */
public record LstmConfig(
    List<Integer> hidden,
    int width,
    double forgetBias,
    Activation activation,
    Initialization initialization,
    boolean shared,
    Engine engine) {
  public LstmConfig {
    hidden = Widths.checked("hidden", hidden);
    Widths.check("width", width);
  }

  /** A memory of a width behind tanh layers, with orthogonal weights, one for each head. */
  public static LstmConfig of(int width, int... hidden) {
    return new LstmConfig(
        Arrays.stream(hidden).boxed().toList(),
        width,
        1,
        Activation.TANH,
        Initialization.ORTHOGONAL,
        false,
        Engine.AUTO);
  }

  List<Architecture.Layer> layers() {
    List<Architecture.Layer> layers = Widths.dense(hidden, activation, initialization);
    layers.add(new Architecture.Layer.Lstm(width, forgetBias, initialization));
    return layers;
  }
}
