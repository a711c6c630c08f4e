package org.apprentice.atari;

import java.util.List;
import java.util.Optional;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.CopiesTogether;
import org.apprentice.spi.Environment;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.VectorEnvironment;

/**
 * {@code atari}, which plays any game, and the games that are named by themselves.
 *
 * @param name {@code atari} or a game
 */
record AtariGames(String name, String description) implements EnvironmentPlugin<AtariConfig> {
  private static final String ANY = "atari";

  @Override
  public Class<AtariConfig> configType() {
    return AtariConfig.class;
  }

  /** Needs no ROM; one that is named is checked, so that a wrong one is found before training. */
  @Override
  public EnvironmentSpec spec(AtariConfig config) {
    if (!name.equals(ANY) && !config.game().equals(name)) {
      throw new IllegalArgumentException(
          "game must be %s here, found %s; write plugin = atari, game = %s"
              .formatted(name, config.game(), config.game()));
    }
    Game game = Game.named(config.game());
    if (config.rom().isPresent()) {
      new RomSearch().find(config);
    }
    List<String> actions = config.fullActionSet() ? Game.ACTIONS : game.actions();
    ImageSpace space =
        switch (config.observation()) {
          case GRAY -> new ImageSpace(1, game.rows(), Game.COLUMNS);
          case RGB -> new ImageSpace(3, game.rows(), Game.COLUMNS);
          case RAM -> new ImageSpace(1, 1, Emulator.RAM_BYTES);
        };
    return new EnvironmentSpec(space, new ActionSpace.Discrete(actions.size()), actions);
  }

  @Override
  public Optional<Environment> single(AtariConfig config) {
    EnvironmentSpec spec = spec(config);
    Rom rom = new RomSearch().find(config);
    if (!rom.isKnown()) {
      RomProbe.require(rom, RomProbe.PATIENCE);
    }
    Emulator emulator = new Emulator(rom, config.mode(), config.difficulty());
    return Optional.of(new AtariEnvironment(emulator, spec, config.rules(), config.observation()));
  }

  @Override
  public VectorEnvironment create(AtariConfig config, int copies) {
    return new CopiesTogether(spec(config), () -> single(config).orElseThrow(), copies, 1);
  }
}
