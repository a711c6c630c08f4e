package org.apprentice.wrappers;

import java.nio.file.Path;
import org.apprentice.atari.AtariConfig;
import org.apprentice.spi.Component;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.VectorEnvironment;
import org.apprentice.testkit.EnvironmentContract;
import org.apprentice.testkit.Trials;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** The whole preset around Atari games, through an experiment. */
class AtariTest {
  @TempDir static Path folder;

  private abstract static class Wrapped implements EnvironmentContract<AtariConfig> {
    private final EnvironmentFactory environments;

    /**
     * @param game its node without the wrappers
     */
    Wrapped(String game) {
      environments =
          Trials.of(
                  folder,
                  "environment { %s, wrappers { plugin = deepmind, noop-max = 10 } }\nalgorithm = idle"
                      .formatted(game))
              .getInstance(EnvironmentFactory.class);
    }

    @Override
    public Component<?> component() {
      return WrappersPlugin.DEEPMIND;
    }

    @Override
    public EnvironmentPlugin<AtariConfig> plugin() {
      throw new IllegalStateException("the experiment names it");
    }

    @Override
    public AtariConfig config() {
      throw new IllegalStateException("the experiment holds it");
    }

    @Override
    public VectorEnvironment open(int copies) {
      return environments.create(copies);
    }

    @Override
    public EnvironmentSpec spec() {
      return environments.spec();
    }

    @Override
    public boolean rewardsAreRaw() {
      return false;
    }

    @Override
    public int steps() {
      return 36;
    }
  }

  @Nested
  class Bricks extends Wrapped {
    Bricks() {
      super("plugin = bricks, max-episode-frames = 100");
    }
  }

  @Nested
  @EnabledIfEnvironmentVariable(
      named = "ALE_ROMS_DIR",
      matches = ".+",
      disabledReason = "Breakout needs its ROM: set ALE_ROMS_DIR to a folder that holds it")
  class Breakout extends Wrapped {
    Breakout() {
      super("plugin = breakout, max-episode-frames = 100");
    }
  }
}
