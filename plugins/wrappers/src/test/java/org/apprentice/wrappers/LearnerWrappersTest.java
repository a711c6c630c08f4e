package org.apprentice.wrappers;

import static org.apprentice.wrappers.ScriptedGame.Moment.showing;
import static org.apprentice.wrappers.ScriptedGame.seen;
import static org.apprentice.wrappers.ScriptedGame.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.Environment;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.wrappers.ScriptedGame.Moment;
import org.junit.jupiter.api.Test;

/** Wrappers that change what a learner is paid and what it sees together. */
class LearnerWrappersTest {
  @Test
  void rewardsAreClippedAndReturnsAreNot() {
    ScriptedGame game =
        ScriptedGame.ofPixels(
            showing(0),
            showing(0).paying(7),
            showing(0).paying(-.5),
            showing(0),
            showing(0).paying(1));
    Environment wrapped =
        WrappersPlugin.CLIP_REWARD.wrap(
            new ClipRewardConfig(ClipRewardConfig.By.SIGN, -1, 1), game);
    wrapped.reset();
    List<Double> rewards = new ArrayList<>();
    double last = 0;
    for (int i = 0; i < 4; i++) {
      Environment.Outcome outcome = step(wrapped, 0);
      rewards.add(outcome.reward);
      last = outcome.episodeReturn;
    }
    assertThat(rewards).containsExactly(1., -1., 0., 1.);
    assertThat(last).isEqualTo(7.5);
  }

  @Test
  void rewardsAreClippedToBounds() {
    ScriptedGame game =
        ScriptedGame.ofPixels(
            showing(0), showing(0).paying(7), showing(0).paying(-5), showing(0).paying(.5));
    Environment wrapped =
        WrappersPlugin.CLIP_REWARD.wrap(
            new ClipRewardConfig(ClipRewardConfig.By.BOUNDS, -2, 3), game);
    wrapped.reset();
    assertThat(step(wrapped, 0).reward).isEqualTo(3);
    assertThat(step(wrapped, 0).reward).isEqualTo(-2);
    assertThat(step(wrapped, 0).reward).isEqualTo(.5);
    assertThatThrownBy(() -> new ClipRewardConfig(ClipRewardConfig.By.SIGN, 1, 1))
        .hasMessage("low must be less than high, found 1.0 and 1.0");
  }

  @Test
  void stackShowsTheOldestFirstAndBeginsWithRepetitions() {
    ScriptedGame game =
        ScriptedGame.ofPixels(
            showing(1, 2),
            showing(3, 4),
            showing(5, 6),
            showing(7, 8),
            showing(9, 10),
            showing(11, 12));
    Environment wrapped = WrappersPlugin.FRAME_STACK.wrap(new FrameStackConfig(3), game);
    assertThat(wrapped.spec().observationSpace()).isEqualTo(new ImageSpace(3, 1, 2));
    wrapped.reset();
    assertThat(seen(wrapped)).containsExactly(1, 2, 1, 2, 1, 2);
    step(wrapped, 0);
    assertThat(seen(wrapped)).containsExactly(1, 2, 1, 2, 3, 4);
    step(wrapped, 0);
    assertThat(seen(wrapped)).containsExactly(1, 2, 3, 4, 5, 6);
    step(wrapped, 0);
    step(wrapped, 0);
    assertThat(seen(wrapped)).containsExactly(5, 6, 7, 8, 9, 10);
    wrapped.nextLife();
    assertThat(seen(wrapped)).as("a new life").containsExactly(9, 10, 9, 10, 9, 10);
    step(wrapped, 0);
    assertThat(seen(wrapped)).containsExactly(9, 10, 9, 10, 11, 12);
    wrapped.reset();
    assertThat(seen(wrapped)).as("a new game").containsExactly(1, 2, 1, 2, 1, 2);
  }

  @Test
  void channelsOfColourStayTogether() {
    ScriptedGame game =
        new ScriptedGame(
            ScriptedGame.arcade(new ImageSpace(3, 1, 1)),
            showing(1, 2, 3),
            showing(4, 5, 6),
            showing(7, 8, 9));
    Environment wrapped = WrappersPlugin.FRAME_STACK.wrap(new FrameStackConfig(2), game);
    assertThat(wrapped.spec().observationSpace()).isEqualTo(new ImageSpace(6, 1, 1));
    wrapped.reset();
    step(wrapped, 0);
    assertThat(seen(wrapped)).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void vectorsAreJoined() {
    BoxSpace box = BoxSpace.of(new float[] {-1, 0}, new float[] {1, 9});
    ScriptedGame game = new ScriptedGame(ScriptedGame.arcade(box), showing(0, 1), showing(.5, 2));
    Environment wrapped = WrappersPlugin.FRAME_STACK.wrap(new FrameStackConfig(2), game);
    assertThat(wrapped.spec().observationSpace())
        .isEqualTo(BoxSpace.of(new float[] {-1, 0, -1, 0}, new float[] {1, 9, 1, 9}));
    wrapped.reset();
    step(wrapped, 0);
    assertThat(vector(wrapped)).containsExactly(0, 1, .5f, 2);
  }

  private static float[] vector(Environment environment) {
    ObservationBatch batch = ObservationBatch.allocate(environment.spec().observationSpace(), 2);
    environment.observe(batch, 1);
    float[] values = ((ObservationBatch.Float32) batch).values();
    return java.util.Arrays.copyOfRange(values, batch.width(), 2 * batch.width());
  }

  /** Gymnasium's RunningMeanStd begins as if 10^-4 values of mean 0 and variance 1 were there. */
  private static double[] meanAndVariance(double... values) {
    double weight = 1e-4;
    double total = weight;
    double sum = 0;
    double squares = weight;
    for (double value : values) {
      total++;
      sum += value;
      squares += value * value;
    }
    double mean = sum / total;
    return new double[] {mean, squares / total - mean * mean};
  }

  @Test
  void observationsAreNormalisedByAllThatWereSeen() {
    ScriptedGame game =
        new ScriptedGame(
            ScriptedGame.arcade(BoxSpace.unbounded(2)),
            showing(3, 100),
            showing(5, 100),
            showing(-4, 107));
    Environment wrapped =
        WrappersPlugin.NORMALIZE_OBSERVATION.wrap(new NormalizeObservationConfig(10, 1e-8), game);
    assertThat(wrapped.spec().observationSpace())
        .isEqualTo(BoxSpace.of(new float[] {-10, -10}, new float[] {10, 10}));
    wrapped.reset();
    step(wrapped, 0);
    step(wrapped, 0);
    double[] first = meanAndVariance(3, 5, -4);
    double[] second = meanAndVariance(100, 100, 107);
    float[] shown = vector(wrapped);
    assertThat(shown[0])
        .isCloseTo((float) ((-4 - first[0]) / Math.sqrt(first[1] + 1e-8)), within(1e-5f));
    assertThat(shown[1])
        .isCloseTo((float) ((107 - second[0]) / Math.sqrt(second[1] + 1e-8)), within(1e-5f));
    assertThat(vector(wrapped)).as("looking twice changes nothing").containsExactly(shown);
  }

  @Test
  void normalisedObservationsLieWithinTheirBounds() {
    ScriptedGame game =
        new ScriptedGame(
            ScriptedGame.arcade(BoxSpace.unbounded(1)),
            showing(0),
            showing(0),
            showing(0),
            showing(1e6));
    Environment wrapped =
        WrappersPlugin.NORMALIZE_OBSERVATION.wrap(new NormalizeObservationConfig(1.5, 1e-8), game);
    wrapped.reset();
    step(wrapped, 0);
    step(wrapped, 0);
    step(wrapped, 0);
    assertThat(vector(wrapped)).containsExactly(1.5f);
  }

  @Test
  void imagesAreNotNormalised() {
    assertThatThrownBy(
            () ->
                WrappersPlugin.NORMALIZE_OBSERVATION.spec(
                    new NormalizeObservationConfig(10, 1e-8),
                    ScriptedGame.arcade(new ImageSpace(1, 2, 2))))
        .hasMessage(
            "needs vectors, and the environment shows uint8 image[1, 2, 2]; networks divide the"
                + " bytes of images by 255 themselves");
  }

  @Test
  void rewardsAreDividedByTheDeviationOfTheDiscountedReturn() {
    ScriptedGame game =
        ScriptedGame.ofPixels(
            showing(0),
            showing(0).paying(4),
            showing(0).paying(-2),
            showing(0).paying(10).thenOver());
    Environment wrapped =
        WrappersPlugin.NORMALIZE_REWARD.wrap(new NormalizeRewardConfig(.5, 100, 1e-8), game);
    wrapped.reset();
    assertThat(step(wrapped, 0).reward)
        .isCloseTo(4 / Math.sqrt(meanAndVariance(4)[1] + 1e-8), within(1e-6));
    // 4 * .5 - 2 = 0, and 0 * .5 + 10 = 10.
    assertThat(step(wrapped, 0).reward)
        .isCloseTo(-2 / Math.sqrt(meanAndVariance(4, 0)[1] + 1e-8), within(1e-9));
    assertThat(step(wrapped, 0).reward)
        .isCloseTo(10 / Math.sqrt(meanAndVariance(4, 0, 10)[1] + 1e-8), within(1e-9));
    wrapped.reset();
    Environment.Outcome again = step(wrapped, 0);
    assertThat(again.reward)
        .as("the return begins anew, the statistics go on")
        .isCloseTo(4 / Math.sqrt(meanAndVariance(4, 0, 10, 4)[1] + 1e-8), within(1e-9));
    assertThat(again.episodeReturn).isEqualTo(4);
  }

  @Test
  void normalisedRewardsLieWithinTheirBounds() {
    Moment[] moments = {showing(0), showing(0).paying(1), showing(0).paying(1)};
    Environment wrapped =
        WrappersPlugin.NORMALIZE_REWARD.wrap(
            new NormalizeRewardConfig(.99, .25, 1e-8), ScriptedGame.ofPixels(moments));
    wrapped.reset();
    assertThat(step(wrapped, 0).reward).isEqualTo(.25);
    assertThatThrownBy(() -> new NormalizeRewardConfig(1.5, 10, 1e-8))
        .hasMessage("gamma must be in [0, 1], found 1.5");
  }
}
