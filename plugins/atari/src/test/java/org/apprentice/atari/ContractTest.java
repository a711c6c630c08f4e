package org.apprentice.atari;

import org.apprentice.spi.Component;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.testkit.ConfigContract;
import org.apprentice.testkit.EnvironmentContract;
import org.junit.jupiter.api.Nested;

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
  class SettingsOfAtari implements ConfigContract {
    @Override
    public Component<?> component() {
      return Settings.plugin("atari");
    }
  }

  @Nested
  class SettingsOfBreakout implements ConfigContract {
    @Override
    public Component<?> component() {
      return Settings.plugin("breakout");
    }
  }
}
