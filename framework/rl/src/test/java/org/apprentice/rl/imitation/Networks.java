package org.apprentice.rl.imitation;

import java.util.ArrayList;
import java.util.List;
import org.apprentice.nn.Activation;
import org.apprentice.nn.Architecture;
import org.apprentice.nn.Engine;
import org.apprentice.nn.ImageLayer;
import org.apprentice.nn.Initialization;
import org.apprentice.nn.Precision;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkSpec;

/** Small networks of kernels. */
final class Networks {
  static final ImageSpace IMAGE = new ImageSpace(2, 6, 4);

  private Networks() {}

  static Network dense(NetworkSpec spec) {
    return Engine.KERNELS.create(
        Architecture.dense(spec, List.of(7, 7), Activation.TANH, Initialization.ORTHOGONAL, false),
        spec);
  }

  /** A convolution, and actions joined before a dense layer. */
  static Network images(NetworkSpec spec) {
    List<Architecture.Layer> layers = new ArrayList<>();
    layers.add(
        new ImageLayer.Convolution(
            4, 2, 2, 0, Activation.TANH, Initialization.ORTHOGONAL, Precision.F32));
    layers.add(new ImageLayer.Flatten());
    layers.add(new Architecture.Layer.JoinActions(spec.actionWidth()));
    layers.add(new Architecture.Layer.Dense(6, Activation.TANH, Initialization.ORTHOGONAL));
    return Engine.KERNELS.create(
        Architecture.of(spec, layers, Initialization.ORTHOGONAL, true), spec);
  }

  static Network gru(NetworkSpec spec) {
    List<Architecture.Layer> layers = new ArrayList<>();
    if (spec.actionWidth() > 0) {
      layers.add(new Architecture.Layer.JoinActions(spec.actionWidth()));
    }
    layers.add(new Architecture.Layer.Gru(5, Initialization.ORTHOGONAL));
    List<Architecture.Head> heads = new ArrayList<>();
    for (NetworkSpec.Head head : spec.heads()) {
      heads.add(new Architecture.Head(head.name(), 0, head.width(), Initialization.ORTHOGONAL, 1));
    }
    return Engine.KERNELS.create(
        new Architecture(
            spec.observationSpace(),
            spec.actionWidth(),
            List.of(new Architecture.Torso("torso", layers)),
            heads),
        spec);
  }
}
