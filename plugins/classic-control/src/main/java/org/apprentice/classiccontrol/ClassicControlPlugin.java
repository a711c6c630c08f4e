package org.apprentice.classiccontrol;

import java.util.List;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.Plugin;

/** Offers Gymnasium's classic control tasks. */
public final class ClassicControlPlugin implements Plugin {
  @Override
  public List<EnvironmentPlugin<?>> environments() {
    return List.of(
        new Task<>(
            "cartpole",
            "balance a pole on a cart by pushing it left or right (CartPole-v1, CartPole-v0)",
            CartPoleConfig.class,
            config -> new CartPole(),
            CartPoleConfig::maxEpisodeSteps));
  }
}
