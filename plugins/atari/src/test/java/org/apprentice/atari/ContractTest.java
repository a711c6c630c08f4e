package org.apprentice.atari;

import static org.assertj.core.api.Assertions.assertThat;

import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.testkit.EnvironmentContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ContractTest {
  @Nested
  class BricksInGray implements EnvironmentContract<AtariConfig> {
    @Override
    public EnvironmentPlugin<AtariConfig> plugin() {
      return Settings.plugin("bricks");
    }

    @Override
    public AtariConfig config() {
      return Settings.of("bricks").version(Version.V0).maxEpisodeSteps(25).config();
    }

    @Override
    public int steps() {
      return 60;
    }
  }

  @Nested
  class BricksInMemory implements EnvironmentContract<AtariConfig> {
    @Override
    public EnvironmentPlugin<AtariConfig> plugin() {
      return Settings.plugin("atari");
    }

    @Override
    public AtariConfig config() {
      return Settings.of("bricks")
          .version(Version.V5)
          .maxEpisodeFrames(99)
          .fullActionSet()
          .observation(Observation.RAM)
          .config();
    }

    @Override
    public int steps() {
      return 60;
    }
  }

  @Nested
  class BricksInColour implements EnvironmentContract<AtariConfig> {
    @Override
    public EnvironmentPlugin<AtariConfig> plugin() {
      return Settings.plugin("atari");
    }

    @Override
    public AtariConfig config() {
      return Settings.of("bricks")
          .maxEpisodeSteps(20)
          .repeatActionProbability(0.5)
          .observation(Observation.RGB)
          .config();
    }

    @Override
    public int steps() {
      return 60;
    }
  }

  @Test
  void specsNeedNoRom() {
    assertThat(Settings.plugin("breakout").spec(Settings.of("breakout").config()).actionNames())
        .containsExactly("NOOP", "FIRE", "RIGHT", "LEFT");
  }
}
