package org.apprentice.testkit.components;

import java.util.function.Function;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.VectorEnvironment;

/** A named {@link Game}. */
record GamePlugin<C extends Record>(
    String name, String description, Class<C> configType, Function<C, Game> game)
    implements EnvironmentPlugin<C> {
  @Override
  public EnvironmentSpec spec(C config) {
    return game.apply(config).spec();
  }

  @Override
  public VectorEnvironment create(C config, int copies) {
    return new GameEnvironment(name, game.apply(config), copies);
  }

  static void checkAtLeast(String key, int least, int value) {
    if (value < least) {
      throw new IllegalArgumentException(key + " must be at least " + least + ", found " + value);
    }
  }
}
