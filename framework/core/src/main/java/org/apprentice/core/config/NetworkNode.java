package org.apprentice.core.config;

import org.apprentice.spi.Choice;
import org.apprentice.spi.NetworkPlugin;

/** The {@code network} node. */
public sealed interface NetworkNode {
  /** One component for actor and critic; whether they share a torso is its own option. */
  record Single(Choice<NetworkPlugin<?>> component) implements NetworkNode {}

  /** {@code network { actor = gru, critic = mlp }}. */
  record ActorAndCritic(Choice<NetworkPlugin<?>> actor, Choice<NetworkPlugin<?>> critic)
      implements NetworkNode {}
}
