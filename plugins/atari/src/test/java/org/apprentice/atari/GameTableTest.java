package org.apprentice.atari;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.testkit.Defaults;
import org.bytedeco.ale.global.ale;
import org.bytedeco.javacpp.BytePointer;
import org.junit.jupiter.api.Test;

class GameTableTest {
  @Test
  void everyGameIsDescribedOnceAndWell() {
    Set<String> checksums = new HashSet<>();
    List<Game> games = Game.all();
    assertThat(games).hasSize(105);
    for (Game game : games) {
      assertThat(game.name()).matches("[a-z0-9_]+");
      assertThat(game.md5()).as(game.name()).matches("[0-9a-f]{32}");
      assertThat(checksums.add(game.md5())).as("%s has a ROM of its own", game.name()).isTrue();
      assertThat(game.rows()).as(game.name()).isBetween(210, 250);
      assertThat(Game.ACTIONS).as(game.name()).containsAll(game.actions());
      assertThat(game.actions()).as(game.name()).doesNotHaveDuplicates().hasSizeBetween(3, 18);
      assertThat(Game.named(game.name())).isSameAs(game);
      assertThat(Game.withMd5(game.md5())).contains(game);
    }
  }

  @Test
  void actionsAreNumberedAsAleDoes() {
    NativeLibrary.require();
    for (int action = 0; action < Game.ACTIONS.size(); action++) {
      try (BytePointer name = ale.action_to_string(action)) {
        assertThat(name.getString().toUpperCase(Locale.ROOT))
            .isEqualTo("PLAYER_A_" + Game.ACTIONS.get(action));
      }
    }
  }

  @Test
  void spacesAreKnownWithoutARom() {
    EnvironmentSpec gray = Settings.plugin("atari").spec(Settings.of("carnival").config());
    assertThat(gray.observationSpace()).isEqualTo(new ImageSpace(1, 214, 160));
    assertThat(gray.actionNames())
        .containsExactly("NOOP", "FIRE", "RIGHT", "LEFT", "RIGHTFIRE", "LEFTFIRE");
    EnvironmentSpec colour =
        Settings.plugin("breakout")
            .spec(Settings.of("breakout").observation(Observation.RGB).fullActionSet().config());
    assertThat(colour.observationSpace()).isEqualTo(new ImageSpace(3, 210, 160));
    assertThat(colour.actionNames()).isEqualTo(Game.ACTIONS);
  }

  @Test
  void versionsAreGyms() {
    assertThat(Settings.of("pong").version(Version.V0).config().rules())
        .isEqualTo(new Rules(2, 4, 0.25, 10_000, 0));
    assertThat(Settings.of("pong").version(Version.V4).config().rules())
        .isEqualTo(new Rules(2, 4, 0, 100_000, 0));
    assertThat(Settings.of("pong").config().rules()).isEqualTo(new Rules(1, 1, 0, 400_000, 0));
    assertThat(Settings.of("pong").version(Version.V5).config().rules())
        .isEqualTo(new Rules(4, 4, 0.25, 0, 108_000));
    assertThat(
            Settings.of("pong")
                .version(Version.V5)
                .frameSkip(2)
                .frameSkipMost(3)
                .repeatActionProbability(0)
                .maxEpisodeSteps(7)
                .maxEpisodeFrames(0)
                .config()
                .rules())
        .isEqualTo(new Rules(2, 3, 0, 7, 0));
    assertThat(Settings.of("pong").version(Version.V0).frameSkip(5).config().rules())
        .isEqualTo(new Rules(5, 5, 0.25, 10_000, 0));
  }

  @Test
  void shortNamesDifferFromAtariInTheGameOnly() {
    List<String> keys = new Defaults<>(AtariConfig.class, "/environment/atari.conf").keys();
    for (String name : List.of("breakout", "bricks")) {
      String resource = "/environment/" + name + ".conf";
      assertThat(new Defaults<>(AtariConfig.class, resource).keys()).isEqualTo(keys);
      assertThat(text(resource)).isEqualTo(text("/environment/atari.conf"));
    }
  }

  /** Without the game and what is said of it. */
  private static String text(String resource) {
    try (InputStream in = GameTableTest.class.getResourceAsStream(resource)) {
      String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return all.substring(all.indexOf("# A ROM file"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
