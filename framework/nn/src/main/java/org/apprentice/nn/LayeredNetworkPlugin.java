package org.apprentice.nn;

import java.util.ArrayList;
import java.util.List;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.Space;

/**
 * A network of layers one after the other with linear heads, which can be put before or behind
 * others of this kind.
 */
public interface LayeredNetworkPlugin<C extends Record> extends NetworkPlugin<C> {
  /** What a config describes. */
  Layout layout(C config);

  /** {@link #layout} for a config of unknown static type. */
  default Layout layoutOf(Record config) {
    return layout(configType().cast(config));
  }

  @Override
  default Network create(C config, NetworkSpec spec) {
    conflict(config, spec.observationSpace())
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(reason);
            });
    Layout layout = layout(config);
    return layout.engine().create(layout.architecture(spec), spec);
  }

  /**
   * Layers between the observation and the heads.
   *
   * @param layers without {@link Architecture.Layer.JoinActions}
   * @param heads initial weights of the heads
   * @param shared one torso for all heads instead of one for each
   */
  record Layout(
      List<Architecture.Layer> layers, Initialization heads, boolean shared, Engine engine) {
    public Layout {
      layers = List.copyOf(layers);
    }

    /**
     * The whole network. Where the specification has actions, they are joined to the observation,
     * or to what the layers make of it that see images as such.
     */
    public Architecture architecture(NetworkSpec spec) {
      return Architecture.of(spec, joined(spec.actionWidth()), heads, shared);
    }

    /**
     * What the heads see of observations of this kind, without actions.
     *
     * @throws IllegalArgumentException if a layer cannot take what the one before gives
     */
    public Shape output(Space observationSpace) {
      Shape shape = Shape.of(observationSpace);
      for (Architecture.Layer layer : layers) {
        shape = layer.output(shape);
      }
      return shape;
    }

    private List<Architecture.Layer> joined(int actionWidth) {
      List<Architecture.Layer> joined = new ArrayList<>(layers);
      if (actionWidth > 0) {
        int place = 0;
        while (place < layers.size() && layers.get(place).seesImages()) {
          place++;
        }
        joined.add(place, new Architecture.Layer.JoinActions(actionWidth));
      }
      return joined;
    }
  }
}
