package org.apprentice.networks;

import org.apprentice.nn.LayeredNetworkPlugin;
import org.apprentice.spi.Choice;
import org.apprentice.spi.NetworkPlugin;

/**
 * One network's layers behind another's; see {@code /network/stack.conf}.
 *
 * @param torso sees the observation
 * @param memory sees what the torso makes of it
 */
public record StackConfig(Choice<NetworkPlugin<?>> torso, Choice<NetworkPlugin<?>> memory) {
  public StackConfig {
    requireLayers("torso", torso);
    requireLayers("memory", memory);
  }

  private static void requireLayers(String key, Choice<NetworkPlugin<?>> part) {
    if (!(part.plugin() instanceof LayeredNetworkPlugin<?>)) {
      throw new IllegalArgumentException(
          key
              + " must be a network of layers one after the other, such as mlp, gru or lstm, found "
              + part.plugin().name());
    }
  }

  LayeredNetworkPlugin.Layout torsoLayout() {
    return layout(torso);
  }

  LayeredNetworkPlugin.Layout memoryLayout() {
    return layout(memory);
  }

  private static LayeredNetworkPlugin.Layout layout(Choice<NetworkPlugin<?>> part) {
    return ((LayeredNetworkPlugin<?>) part.plugin()).layoutOf(part.config());
  }
}
