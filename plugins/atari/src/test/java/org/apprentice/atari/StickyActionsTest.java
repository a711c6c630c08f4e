package org.apprentice.atari;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.apprentice.spi.Environment;
import org.junit.jupiter.api.Test;

/** By the paddle of bricks, which moves three pixels in each frame that takes a direction. */
class StickyActionsTest {
  /** Where bricks keeps the paddle's position. */
  private static final int PADDLE = 0x3F;

  private static final int RIGHT = 2;
  private static final int LEFT = 3;

  private static int paddle(Player player) {
    return player.observe()[PADDLE] & 0xFF;
  }

  /** Part of frames that did not do as they were told, when directions alternate. */
  private static double repeated(Settings settings, int steps) {
    try (Environment environment = settings.observation(Observation.RAM).open()) {
      Player player = new Player(environment, 3);
      player.reset();
      int repeated = 0;
      int before = paddle(player);
      for (int step = 0; step < steps; step++) {
        int action = step % 2 == 0 ? RIGHT : LEFT;
        player.step(action);
        int now = paddle(player);
        repeated += now - before == (action == RIGHT ? 3 : -3) ? 0 : 1;
        before = now;
        if (now < 20 || now > 120) {
          player.reset();
          before = paddle(player);
        }
      }
      return (double) repeated / steps;
    }
  }

  @Test
  void aFrameRepeatsTheOneBeforeWithTheirProbability() {
    // What is held is the other direction unless that was held back too: q = p (1 - q).
    for (double probability : new double[] {0, 0.25, 0.6}) {
      assertThat(repeated(Settings.of("bricks").repeatActionProbability(probability), 2000))
          .isCloseTo(probability / (1 + probability), within(0.05));
    }
  }

  @Test
  void theyAreDrawnForEachFrameOfAStep() {
    // Four frames to the right move 12 pixels; a frame that holds what came before moves less.
    try (Environment environment =
        Settings.of("bricks").version(Version.V5).observation(Observation.RAM).open()) {
      Player player = new Player(environment, 3);
      int[] late = new int[3];
      for (int game = 0; game < 120; game++) {
        player.reset();
        int before = paddle(player);
        player.step(RIGHT);
        late[Math.min(2, 4 - (paddle(player) - before) / 3)]++;
      }
      // The first frames hold NOOP until one takes the direction, which is then held anyway.
      double[] expected = {120 * 0.75, 120 * 0.1875, 120 * 0.0625};
      double distance = 0;
      for (int i = 0; i < late.length; i++) {
        distance += Math.pow(late[i] - expected[i], 2) / expected[i];
      }
      // The chi-squared statistic of two degrees of freedom exceeds 13.8 once in 1000 seeds.
      assertThat(distance).as("late frames %s", Arrays.toString(late)).isLessThan(13.8);
    }
  }

  @Test
  void frameSkipsAreDrawnUniformly() {
    try (Environment environment =
        Settings.of("bricks").version(Version.V4).observation(Observation.RAM).open()) {
      Player player = new Player(environment, 3);
      int[] frames = new int[5];
      for (int game = 0; game < 120; game++) {
        player.reset();
        int before = paddle(player);
        player.step(RIGHT);
        frames[(paddle(player) - before) / 3]++;
      }
      assertThat(frames[0] + frames[1]).isZero();
      for (int skip = 2; skip <= 4; skip++) {
        assertThat(frames[skip]).as("steps of %d frames", skip).isBetween(20, 60);
      }
    }
  }

  @Test
  void theSeedDecidesThem() {
    Settings settings = Settings.of("bricks").version(Version.V0);
    try (Environment one = settings.open();
        Environment other = settings.open()) {
      Player first = new Player(one, 1);
      first.reset();
      List<String> expected = first.trace(50);
      Player second = new Player(other, 2);
      second.reset();
      assertThat(second.actAlike(1).trace(50)).isNotEqualTo(expected);
      other.seed(1);
      second.reset();
      assertThat(second.actAlike(1).trace(50)).isEqualTo(expected);
    }
  }
}
