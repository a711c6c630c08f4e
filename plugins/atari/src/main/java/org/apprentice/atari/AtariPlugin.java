package org.apprentice.atari;

import java.util.List;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.Plugin;

/** Offers Atari 2600 games. */
public final class AtariPlugin implements Plugin {
  @Override
  public List<EnvironmentPlugin<?>> environments() {
    return List.of(
        new AtariGames("atari", "an Atari 2600 game, by its name, through ALE"),
        new AtariGames("breakout", "Breakout on the Atari 2600, which needs its ROM"),
        new AtariGames(
            "bricks", "our own Atari 2600 game in the manner of Breakout, ROM included"));
  }
}
