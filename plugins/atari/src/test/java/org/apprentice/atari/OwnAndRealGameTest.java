package org.apprentice.atari;

import static org.assertj.core.api.Assumptions.assumeThatCode;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;

class OwnAndRealGameTest {
  @Nested
  @DisplayName("bricks, our own ROM")
  class Bricks implements GameContract {
    @Override
    public Settings game() {
      return Settings.of("bricks");
    }
  }

  @Nested
  @DisplayName("Atari Breakout, the real ROM")
  class Breakout implements GameContract {
    /** Before each, so that every test is reported as skipped. */
    @BeforeEach
    void needsTheRom() {
      assumeThatCode(() -> new RomSearch().find(Settings.of("breakout").config()))
          .as("Breakout is skipped without its ROM; ALE_ROMS_DIR names a folder that has it")
          .doesNotThrowAnyException();
    }

    @Override
    public Settings game() {
      return Settings.of("breakout");
    }
  }
}
