package org.apprentice.wrappers;

import static org.apprentice.wrappers.ScriptedGame.seen;
import static org.apprentice.wrappers.ScriptedGame.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.CopiesTogether;
import org.apprentice.spi.Environment;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.StepBatch;
import org.apprentice.testkit.Defaults;
import org.apprentice.wrappers.ScriptedGame.Moment;
import org.junit.jupiter.api.Test;

class DeepMindTest {
  private static final int ROWS = 20;
  private static final int COLUMNS = 16;

  private static DeepMindConfig config(String... changes) {
    return new Defaults<>(DeepMindConfig.class, "/wrapper/deepmind.conf").with(changes);
  }

  /** Loses a life every 60 frames, pays 3 every 25, is over after 200; something moves. */
  private static Moment[] moments(int channels, int length, Random random) {
    Moment[] moments = new Moment[length];
    double[] background = new double[channels * ROWS * COLUMNS];
    Arrays.setAll(background, i -> random.nextInt(256));
    for (int i = 0; i < length; i++) {
      double[] picture = background.clone();
      for (int j = 0; j < 5; j++) {
        picture[random.nextInt(picture.length)] = random.nextInt(256);
      }
      double reward = i % 25 == 24 ? 3 : 0;
      int lives = i == length - 1 ? 0 : 4 - i / 60;
      moments[i] = new Moment(picture, reward, lives, i == length - 1, false);
    }
    return moments;
  }

  private static ScriptedGame game(int channels) {
    return new ScriptedGame(
            ScriptedGame.arcade(new ImageSpace(channels, ROWS, COLUMNS)),
            moments(channels, 200, new Random(4)))
        .quiet();
  }

  private static Environment deepMind(DeepMindConfig config, Environment game) {
    return WrappersPlugin.DEEPMIND.wrap(config, game);
  }

  @Test
  void partsActInThePublishedOrder() {
    Moment[] moments = moments(1, 200, new Random(4));
    ScriptedGame game =
        new ScriptedGame(ScriptedGame.arcade(new ImageSpace(1, ROWS, COLUMNS)), moments);
    Environment wrapped = deepMind(config("size = 10"), game);
    assertThat(wrapped.spec().observationSpace()).isEqualTo(new ImageSpace(4, 10, 10));
    assertThat(wrapped.spec().actionNames()).isEqualTo(ScriptedGame.NAMES);
    wrapped.seed(1);
    wrapped.reset();
    List<String> noted = new ArrayList<>(game.noted());
    assertThat(noted.remove(0)).isEqualTo("reset");
    int noops = 0;
    while (noted.get(0).equals("NOOP")) {
      noted.remove(0);
      noops++;
    }
    assertThat(noops).as("frames, not skipped ones").isBetween(1, 30);
    assertThat(noted)
        .as("FIRE and RIGHT for four frames each")
        .containsExactly(
            "FIRE", "FIRE", "FIRE", "observe", "FIRE", "RIGHT", "RIGHT", "RIGHT", "observe",
            "RIGHT", "observe");
    int frame = noops + 8;
    double paid = 0;
    boolean lost = false;
    while (!lost) {
      Environment.Outcome outcome = step(wrapped, 3);
      double raw = 0;
      for (int i = 0; i < 4; i++) {
        raw += moments[++frame].reward();
      }
      paid += raw;
      assertThat(outcome.reward)
          .as("rewards of four frames, then the sign")
          .isEqualTo(Math.signum(raw));
      lost = outcome.terminated;
      assertThat(lost).isEqualTo(moments[frame].lives() < moments[frame - 4].lives());
      assertThat(outcome.episodeEnded).isFalse();
    }
    assertThat(paid).isPositive();
    game.noted();
    wrapped.nextLife();
    assertThat(game.noted())
        .as("one step of four frames without an action, then FIRE and RIGHT")
        .filteredOn(it -> !it.equals("observe"))
        .containsExactly(
            "NOOP", "NOOP", "NOOP", "NOOP", "FIRE", "FIRE", "FIRE", "FIRE", "RIGHT", "RIGHT",
            "RIGHT", "RIGHT");
    frame += 12;
    int[] expected = small(maximum(moments[frame - 1], moments[frame]));
    assertThat(seen(wrapped))
        .as("the first picture of a life, four times")
        .containsExactly(four(expected));
  }

  private static double[] maximum(Moment one, Moment other) {
    double[] maximum = one.seen().clone();
    Arrays.setAll(maximum, i -> Math.max(maximum[i], other.seen()[i]));
    return maximum;
  }

  /** From 20 x 16 to 10 x 10: two rows, and columns in units of 1/5 that sum to 8. */
  private static int[] small(double[] picture) {
    int[] result = new int[100];
    for (int i = 0; i < 100; i++) {
      double sum = 0;
      for (int unit = i % 10 * 8; unit < i % 10 * 8 + 8; unit++) {
        int at = i / 10 * 2 * COLUMNS + unit / 5;
        sum += picture[at] + picture[at + COLUMNS];
      }
      result[i] = (int) Math.floor(sum / 16 + .5);
    }
    return result;
  }

  private static int[] four(int[] one) {
    int[] all = new int[4 * one.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = one[i % one.length];
    }
    return all;
  }

  @Test
  void coloursBecomeGrayAfterTheMaximum() {
    Environment wrapped =
        deepMind(config("size = 10", "noop-max = 0", "fire-reset = false", "stack = 1"), game(3));
    assertThat(wrapped.spec().observationSpace()).isEqualTo(new ImageSpace(1, 10, 10));
    wrapped.reset();
    step(wrapped, 1);
    Moment[] moments = moments(3, 200, new Random(4));
    double[] colours = maximum(moments[3], moments[4]);
    double[] gray = new double[ROWS * COLUMNS];
    for (int i = 0; i < gray.length; i++) {
      gray[i] =
          Math.floor(
              (9798 * colours[i]
                          + 19235 * colours[gray.length + i]
                          + 3735 * colours[2 * gray.length + i])
                      / 32768
                  + .5);
    }
    assertThat(seen(wrapped)).containsExactly(small(gray));
  }

  @Test
  void partsCanBeLeftOut() {
    ScriptedGame game = game(1);
    Environment bare =
        deepMind(
            config(
                "noop-max = 0",
                "skip = 1",
                "episodic-life = false",
                "fire-reset = false",
                "size = 0",
                "clip-reward = false",
                "stack = 1"),
            game);
    assertThat(bare).as("nothing is left of it").isSameAs(game);
    assertThatThrownBy(() -> config("skip = 0")).hasMessage("skip must be at least 1, found 0");
    assertThatThrownBy(() -> config("stack = 0")).hasMessage("stack must be at least 1, found 0");
  }

  @Test
  void gamesWithoutFireDoWithoutIt() {
    EnvironmentSpec spec =
        new EnvironmentSpec(new ImageSpace(1, 90, 90), new ActionSpace.Discrete(3));
    assertThat(WrappersPlugin.DEEPMIND.spec(config(), spec).observationSpace())
        .isEqualTo(new ImageSpace(4, 84, 84));
    assertThatThrownBy(
            () ->
                WrappersPlugin.DEEPMIND.spec(config(), ScriptedGame.arcade(BoxSpace.unbounded(4))))
        .hasMessage("needs images, and the environment shows box[4]");
  }

  private static CopiesTogether copies(DeepMindConfig config, int count, int threads) {
    EnvironmentSpec spec = WrappersPlugin.DEEPMIND.spec(config, game(1).spec());
    return new CopiesTogether(spec, () -> deepMind(config, game(1)), count, threads);
  }

  @Test
  void returnsAreRawAndOfWholeGames() {
    DeepMindConfig config = config("size = 10");
    try (CopiesTogether copies = copies(config, 2, 1)) {
      StepBatch outcome = StepBatch.allocate(copies.spec().observationSpace(), 2);
      copies.reset(5, outcome.observations());
      ActionBatch actions = new ActionBatch.Discrete(new int[] {2, 3});
      int games = 0;
      int lives = 0;
      double clipped = 0;
      for (int step = 0; step < 300; step++) {
        copies.step(actions, outcome);
        clipped += outcome.rewards()[0];
        lives += outcome.terminated()[0] && !outcome.episodeEnded()[0] ? 1 : 0;
        if (outcome.episodeEnded()[0]) {
          games++;
          // 3 points in frames 24, 49, ... 199, less those paid before the first step was seen.
          assertThat(outcome.episodeReturn()[0]).isEqualTo(24);
          assertThat(lives).as("lives lost before the last").isEqualTo(3);
          assertThat(clipped).isLessThanOrEqualTo(8);
          lives = 0;
          clipped = 0;
        }
      }
      assertThat(games).isGreaterThan(3);
    }
  }

  private static List<String> play(CopiesTogether copies, StepBatch outcome, Random random) {
    List<String> trace = new ArrayList<>();
    for (int step = 0; step < 80; step++) {
      int[] actions = new int[copies.size()];
      Arrays.setAll(actions, i -> random.nextInt(4));
      copies.step(new ActionBatch.Discrete(actions), outcome);
      trace.add(
          Arrays.hashCode(
                  ((org.apprentice.spi.ObservationBatch.UInt8) outcome.observations()).values())
              + Arrays.toString(outcome.rewards())
              + Arrays.toString(outcome.terminated())
              + Arrays.toString(outcome.episodeEnded()));
    }
    return trace;
  }

  @Test
  void restoredChainContinuesBitForBit() {
    DeepMindConfig config = config("size = 10");
    for (int before : new int[] {0, 1, 13, 47}) {
      try (CopiesTogether one = copies(config, 3, 1);
          CopiesTogether other = copies(config, 3, 2)) {
        StepBatch outcome = StepBatch.allocate(one.spec().observationSpace(), 3);
        one.reset(9, outcome.observations());
        Random random = new Random(1);
        for (int step = 0; step < before; step++) {
          int[] actions = new int[3];
          Arrays.setAll(actions, i -> random.nextInt(4));
          one.step(new ActionBatch.Discrete(actions), outcome);
        }
        byte[] state = one.save();
        List<String> expected = play(one, outcome, new Random(2));
        other.restore(state);
        assertThat(other.save()).isEqualTo(state);
        assertThat(play(other, outcome, new Random(2)))
            .as("in another environment, after %d steps", before)
            .isEqualTo(expected);
        one.restore(state);
        assertThat(play(one, outcome, new Random(2)))
            .as("in the same, after %d steps", before)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void stepsAllocateNothing() {
    for (int channels : new int[] {1, 3}) {
      Environment wrapped = deepMind(config("size = 10"), game(channels));
      CopiesTogether copies = new CopiesTogether(wrapped.spec(), () -> wrapped, 1, 1);
      StepBatch outcome = StepBatch.allocate(wrapped.spec().observationSpace(), 1);
      copies.reset(3, outcome.observations());
      ActionBatch actions = new ActionBatch.Discrete(new int[] {3});
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 8 && least > 0; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 300; i++) {
          copies.step(actions, outcome);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).as("bytes allocated with %d channels", channels).isZero();
    }
  }
}
