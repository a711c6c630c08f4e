package org.apprentice.atari;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.CopiesTogether;
import org.apprentice.spi.Environment;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.VectorEnvironment;
import org.bytedeco.ale.ALEInterface;
import org.junit.jupiter.api.Test;

/**
 * What our own game and the real one have to do alike: both are read by ALE's Breakout settings.
 */
interface GameContract {
  /** The game's settings, of which a test changes some. */
  Settings game();

  /** The ROM, for comparisons with ALE itself. */
  default Rom rom() {
    return new RomSearch().find(game().config());
  }

  @Test
  default void playsAsAleItselfDoes() {
    try (Environment environment = game().open();
        ALEInterface ale = new ALEInterface()) {
      ale.setInt("random_seed", 3);
      ale.setFloat("repeat_action_probability", 0);
      rom().withFile(file -> ale.loadROM(file.toString()));
      Player player = new Player(environment, 5);
      byte[] gray = new byte[210 * 160];
      byte[] rgb = new byte[3 * 210 * 160];
      player.reset();
      for (int step = 0; step < 1000; step++) {
        int action = player.draw();
        player.step(action);
        int reward = ale.act(new int[] {0, 1, 3, 4}[action]);
        assertThat(player.outcome.reward).as("reward of step %d", step).isEqualTo(reward);
        assertThat(environment.lives()).as("lives after step %d", step).isEqualTo(ale.lives());
        assertThat(player.outcome.terminated).as("over at %d", step).isEqualTo(ale.game_over());
        if (step % 7 == 0) {
          ale.getScreenGrayscale(gray);
          assertThat(player.observe()).as("gray of step %d", step).isEqualTo(gray);
        }
        if (step % 100 == 0) {
          ale.getScreenRGB(rgb);
          assertThat(environment.render().rgb()).as("colours of step %d", step).isEqualTo(rgb);
        }
        if (ale.game_over()) {
          ale.reset_game();
          player.reset();
        }
      }
    }
  }

  /** Made by {@code trace.py} beside it. */
  @Test
  default void playsAsAlePyDoes() throws IOException {
    List<String> expected = resource("/ale-py/" + rom().game().name() + ".txt");
    try (Environment environment = game().open()) {
      Player player = new Player(environment, 0);
      player.reset();
      List<String> found = new ArrayList<>();
      long number = 1;
      int action = 0;
      int rewards = 0;
      int games = 0;
      for (int frame = 1; frame <= 4000; frame++) {
        number = (number * 1103515245 + 12345) & 0x7FFFFFFF;
        action = frame % 4 == 1 ? (int) (number >> 16) % 4 : action;
        player.step(action);
        rewards += (int) player.outcome.reward;
        if (player.outcome.episodeEnded) {
          games++;
          player.reset();
        }
        if (frame % 100 == 0) {
          found.add(
              "%d %d %d %d %s %s"
                  .formatted(
                      frame,
                      rewards,
                      environment.lives(),
                      games,
                      checksum(player.observe()),
                      checksum(environment.render().rgb())));
        }
      }
      assertThat(found).isEqualTo(expected);
    }
  }

  private static List<String> resource(String name) throws IOException {
    try (InputStream in = GameContract.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static String checksum(byte[] bytes) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    return "%08x".formatted(checksum.getValue());
  }

  @Test
  default void coloursAreThoseOfThePictureChannelByChannel() {
    try (Environment environment = game().observation(Observation.RGB).open()) {
      Player player = new Player(environment, 5);
      player.reset();
      for (int look = 0; look < 20; look++) {
        player.trace(look);
        byte[] seen = player.observe();
        byte[] rgb = environment.render().rgb();
        for (int i = 0; i < rgb.length; i++) {
          if (seen[i % 3 * 210 * 160 + i / 3] != rgb[i]) {
            assertThat(seen[i % 3 * 210 * 160 + i / 3]).as("byte %d", i).isEqualTo(rgb[i]);
          }
        }
      }
    }
  }

  @Test
  default void rewardsAreTheScoreAndLivesFallToTheEndOfTheGame() {
    try (Environment environment = game().frameSkip(4).open()) {
      Player player = new Player(environment, 1);
      double best = 0;
      for (int played = 0; played < 3 || best == 0; played++) {
        assertThat(played).as("games without a point").isLessThan(20);
        player.reset();
        List<Integer> lives = new ArrayList<>(List.of(environment.lives()));
        double sum = 0;
        do {
          player.step(player.draw());
          sum += player.outcome.reward;
          assertThat(player.outcome.episodeReturn).isEqualTo(sum);
          if (environment.lives() != lives.get(lives.size() - 1)) {
            lives.add(environment.lives());
            assertThat(player.outcome.terminated)
                .as("over with %d lives", environment.lives())
                .isEqualTo(environment.lives() == 0);
          }
        } while (!player.outcome.episodeEnded);
        assertThat(lives).containsExactly(5, 4, 3, 2, 1, 0);
        assertThat(player.outcome.truncated).isFalse();
        best = Math.max(best, sum);
      }
      assertThatThrownBy(() -> player.step(0))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("reset must be called");
    }
  }

  @Test
  default void modesAndDifficultiesAreTheGames() {
    try (Environment plain = game().observation(Observation.RAM).open();
        Environment other = game().observation(Observation.RAM).mode(8).difficulty(1).open()) {
      // ALE's Breakout settings press SELECT until this cell holds the mode.
      int cell = 0x32;
      Player first = new Player(plain, 0);
      Player second = new Player(other, 0);
      for (int game = 0; game < 2; game++) {
        first.reset();
        second.reset();
        assertThat(first.observe()[cell]).isEqualTo((byte) 0);
        assertThat(second.observe()[cell]).isEqualTo((byte) 8);
      }
    }
    assertThatThrownBy(() -> game().mode(3).open())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mode of " + rom().game().name())
        .hasMessageContaining("[0, 4, 8, 12")
        .hasMessageContaining("found 3");
    assertThatThrownBy(() -> game().difficulty(2).open())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("difficulty")
        .hasMessageContaining("[0, 1]");
  }

  @Test
  default void aSavedGameGoesOnElsewhereFromTheSamePicture() throws IOException {
    Settings settings = game().version(Version.V0);
    try (Environment environment = settings.open();
        Environment elsewhere = settings.open()) {
      Player player = new Player(environment, 2);
      Player other = new Player(elsewhere, 9);
      other.reset();
      other.trace(20);
      player.reset();
      for (int moment = 0; moment < 3; moment++) {
        player.trace(40 * moment);
        byte[] shown = player.observe();
        byte[] state = save(environment);
        List<String> expected = player.actAlike(moment).trace(60);

        restore(elsewhere, state);
        assertThat(save(elsewhere)).as("saved again").isEqualTo(state);
        assertThat(other.observe()).as("picture before the next step").isEqualTo(shown);
        assertThat(other.actAlike(moment).trace(60)).as("elsewhere").isEqualTo(expected);
        restore(environment, state);
        assertThat(player.observe()).as("picture before the next step").isEqualTo(shown);
        assertThat(environment.render().rgb()).isEqualTo(renderedFrom(state, settings));
        assertThat(player.actAlike(moment).trace(60)).as("in its place").isEqualTo(expected);
      }
    }
  }

  @Test
  default void aSavedGameShowsTheSameMemory() throws IOException {
    Settings settings = game().observation(Observation.RAM);
    try (Environment environment = settings.open();
        Environment elsewhere = settings.open()) {
      Player player = new Player(environment, 2);
      Player other = new Player(elsewhere, 9);
      player.reset();
      player.trace(30);
      restore(elsewhere, save(environment));
      assertThat(other.observe()).isEqualTo(player.observe());
      assertThat(other.actAlike(1).trace(30)).isEqualTo(player.actAlike(1).trace(30));
    }
  }

  private static byte[] renderedFrom(byte[] state, Settings settings) throws IOException {
    try (Environment environment = settings.open()) {
      restore(environment, state);
      return environment.render().rgb();
    }
  }

  @Test
  default void eightOnThreadsPlayAsEachDoesAlone() {
    Settings settings = game().version(Version.V5);
    List<String> together = new ArrayList<>();
    List<String> alone = new ArrayList<>();
    for (int threads : new int[] {4, 1}) {
      Supplier<Environment> single = settings::open;
      try (VectorEnvironment copies =
          new CopiesTogether(
              Settings.plugin("atari").spec(settings.config()), single, 8, threads)) {
        (threads == 1 ? alone : together).addAll(play(copies));
      }
    }
    assertThat(together).isEqualTo(alone);
    assertThat(together.stream().distinct().count()).as("different lines").isGreaterThan(100);
  }

  private static List<String> play(VectorEnvironment copies) {
    List<String> lines = new ArrayList<>();
    StepBatch out = StepBatch.allocate(copies.spec().observationSpace(), copies.size());
    ActionBatch.Discrete actions = new ActionBatch.Discrete(new int[copies.size()]);
    copies.reset(3, out.observations());
    for (int step = 0; step < 40; step++) {
      for (int copy = 0; copy < copies.size(); copy++) {
        actions.values()[copy] = (copy * copy + step) % 4;
      }
      copies.step(actions, out);
      lines.add(
          Arrays.toString(out.rewards())
              + Arrays.hashCode(((ObservationBatch.UInt8) out.observations()).values()));
      for (int copy = 0; copy < copies.size(); copy++) {
        lines.add(copy + ": " + Arrays.hashCode(copies.render(copy).rgb()));
      }
    }
    return lines;
  }

  @Test
  default void aStepOfFourFramesIsFourStepsOfOne() {
    try (Environment four = game().frameSkip(4).open();
        Environment one = game().frameSkip(1).open()) {
      Player skipping = new Player(four, 4);
      Player frame = new Player(one, 4);
      skipping.reset();
      frame.reset();
      for (int step = 0; step < 150; step++) {
        int action = skipping.draw();
        skipping.step(action);
        double reward = 0;
        for (int i = 0; i < 4 && !frame.outcome.episodeEnded; i++) {
          frame.step(action);
          reward += frame.outcome.reward;
        }
        assertThat(skipping.outcome.reward).isEqualTo(reward);
        assertThat(skipping.outcome.episodeEnded).isEqualTo(frame.outcome.episodeEnded);
        assertThat(skipping.observe()).as("picture of step %d", step).isEqualTo(frame.observe());
        if (frame.outcome.episodeEnded) {
          skipping.reset();
          frame.reset();
          frame.outcome.episodeEnded = false;
        }
      }
    }
  }

  @Test
  default void limitsTruncateAndDoNotTerminate() {
    try (Environment frames = game().frameSkip(4).maxEpisodeFrames(10).open();
        Environment steps = game().frameSkip(4).maxEpisodeSteps(3).open()) {
      for (Environment limited : List.of(frames, steps)) {
        Player player = new Player(limited, 6);
        for (int game = 0; game < 2; game++) {
          player.reset();
          player.step(0);
          player.step(0);
          assertThat(player.outcome.episodeEnded).isFalse();
          player.step(0);
          assertThat(player.outcome.truncated).isTrue();
          assertThat(player.outcome.terminated).isFalse();
          assertThat(player.outcome.episodeEnded).isTrue();
        }
      }
    }
  }

  static byte[] save(Environment environment) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    environment.save(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  static void restore(Environment environment, byte[] state) throws IOException {
    environment.restore(new DataInputStream(new ByteArrayInputStream(state)));
  }
}
