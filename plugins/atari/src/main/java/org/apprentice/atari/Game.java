package org.apprentice.atari;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A game and what is known of it without its ROM.
 *
 * @param name as ALE calls it, or {@code bricks}
 * @param md5 of the ROM, 32 hexadecimal digits
 * @param settings the name of the game whose settings ALE uses: by them it reads score and lives
 * @param rows of the picture
 * @param actions the minimal action set, by name
 */
record Game(String name, String md5, String settings, int rows, List<String> actions) {
  /** Columns of every picture. */
  static final int COLUMNS = 160;

  /** The full action set in ALE's numbering. */
  static final List<String> ACTIONS =
      List.of(
          "NOOP",
          "FIRE",
          "UP",
          "RIGHT",
          "LEFT",
          "DOWN",
          "UPRIGHT",
          "UPLEFT",
          "DOWNRIGHT",
          "DOWNLEFT",
          "UPFIRE",
          "RIGHTFIRE",
          "LEFTFIRE",
          "DOWNFIRE",
          "UPRIGHTFIRE",
          "UPLEFTFIRE",
          "DOWNRIGHTFIRE",
          "DOWNLEFTFIRE");

  private static final String BRICKS = "bricks";
  private static final Map<String, Game> GAMES = games();

  Game {
    actions = List.copyOf(actions);
  }

  /**
   * @throws IllegalArgumentException if there is no such game
   */
  static Game named(String name) {
    Game game = GAMES.get(name);
    if (game == null) {
      String similar =
          GAMES.keySet().stream()
              .filter(known -> !name.isEmpty() && known.charAt(0) == name.charAt(0))
              .collect(Collectors.joining(", "));
      throw new IllegalArgumentException(
          "game must be one that ALE knows, such as breakout or space_invaders, or bricks; found "
              + name
              + (similar.isEmpty() ? "" : " (known: " + similar + ")"));
    }
    return game;
  }

  /** Whose ROM this is. */
  static Optional<Game> withMd5(String md5) {
    return GAMES.values().stream().filter(game -> game.md5.equals(md5)).findFirst();
  }

  static List<Game> all() {
    return List.copyOf(GAMES.values());
  }

  /** Whether its ROM lies in this plugin's jar. */
  boolean isEmbedded() {
    return name.equals(BRICKS);
  }

  private static Map<String, Game> games() {
    Map<String, Game> games = new TreeMap<>();
    try (InputStream in = Game.class.getResourceAsStream("games.txt");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      lines
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(Game::parse)
          .forEach(game -> games.put(game.name, game));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // Ours keeps score and lives where ALE's settings of Breakout look for them.
    Game breakout = games.get("breakout");
    games.put(
        BRICKS,
        new Game(
            BRICKS,
            "3e6444fe579120c863263572d5971120",
            breakout.name,
            breakout.rows,
            breakout.actions));
    return games;
  }

  private static Game parse(String line) {
    String[] fields = line.split(" +", 4);
    List<String> actions = fields[3].equals("all") ? ACTIONS : List.of(fields[3].split(" "));
    return new Game(fields[0], fields[1], fields[0], Integer.parseInt(fields[2]), actions);
  }
}
