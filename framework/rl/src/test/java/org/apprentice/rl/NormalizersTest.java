package org.apprentice.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Rollout;
import org.junit.jupiter.api.Test;

class NormalizersTest {
  private static final EnvironmentSpec SPEC =
      new EnvironmentSpec(BoxSpace.unbounded(1), new ActionSpace.Discrete(2));

  private static byte[] bytes(StateFile.Writer writer) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writer.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInputStream stream(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  // ---- running moments

  @Property(tries = 200)
  void momentsInPiecesEqualMomentsAtOnce(
      @ForAll @IntRange(min = 1, max = 4) int width,
      @ForAll @IntRange(min = 1, max = 20) int pieces,
      @ForAll @IntRange(min = -1000, max = 1000) int centre,
      @ForAll long seed) {
    Random random = new Random(seed);
    RunningMoments moments = new RunningMoments(width);
    float[] all = new float[pieces * 10 * width];
    int rows = 0;
    for (int piece = 0; piece < pieces; piece++) {
      int count = 1 + random.nextInt(10);
      float[] values = new float[count * width];
      for (int i = 0; i < values.length; i++) {
        values[i] = centre + (float) random.nextGaussian();
      }
      System.arraycopy(values, 0, all, rows * width, values.length);
      moments.add(values, count);
      rows += count;
    }
    assertThat(moments.count()).isEqualTo(rows);
    for (int column = 0; column < width; column++) {
      double mean = 0;
      for (int row = 0; row < rows; row++) {
        mean += all[row * width + column] / (double) rows;
      }
      double variance = 0;
      for (int row = 0; row < rows; row++) {
        variance += Math.pow(all[row * width + column] - mean, 2) / rows;
      }
      assertThat(moments.mean(column)).isCloseTo(mean, within(1e-9 * (1 + Math.abs(mean))));
      assertThat(moments.variance(column)).isCloseTo(variance, within(1e-9));
    }
  }

  @Test
  void varianceIsOneBeforeTheFirstRowAndForgottenWithIt() {
    RunningMoments moments = new RunningMoments(1);
    assertThat(moments.mean(0)).isZero();
    assertThat(moments.variance(0)).isEqualTo(1);
    moments.add(new float[] {5}, 1);
    assertThat(moments.mean(0)).isEqualTo(5);
    assertThat(moments.variance(0)).isZero();
  }

  @Test
  void restoredMomentsGoOnBitForBit() throws IOException {
    RunningMoments moments = new RunningMoments(2);
    moments.add(new float[] {0.1f, 7, 0.3f, -2}, 2);
    RunningMoments restored = new RunningMoments(2);
    restored.restore(stream(bytes(moments::save)));
    float[] more = {1, 2, 3, 4, 5, 6};
    moments.add(more, 3);
    restored.add(more, 3);
    assertThat(bytes(restored::save)).isEqualTo(bytes(moments::save));
  }

  // ---- observations

  private static ObservationBatch.Float32 batch(int width, float... values) {
    return new ObservationBatch.Float32(values, values.length / width, width);
  }

  private static float[] normalize(ObservationNormalizer normalizer, int width, float... values) {
    ObservationBatch.Float32 out = batch(width, new float[values.length]);
    normalizer.apply(batch(width, values), out, values.length / width);
    return out.values();
  }

  @Test
  void observationsPassUnchangedBeforeTheFirstUpdate() {
    float[] values = {0, -0.1f, 3.14159f, 9.99f};
    assertThat(normalize(new ObservationNormalizer(2, 10), 2, values)).containsExactly(values);
  }

  @Test
  void observationsAreShiftedAndScaledPerColumn() {
    ObservationNormalizer normalizer = new ObservationNormalizer(2, 10);
    // column 0 has mean 2 and deviation 1, column 1 mean 100 and deviation 50
    normalizer.update(batch(2, 1, 50, 3, 150), 2);
    assertThat(normalize(normalizer, 2, 1, 50, 3, 150, 2, 200))
        .containsExactly(new float[] {-1, -1, 1, 1, 0, 2}, within(1e-6f));
  }

  @Test
  void observationsAreClippedToTheLimitOnBothSides() {
    ObservationNormalizer normalizer = new ObservationNormalizer(1, 5);
    normalizer.update(batch(1, -1, 1), 2);
    assertThat(normalize(normalizer, 1, 4.5f, 5.5f, 1e30f, -7))
        .containsExactly(new float[] {4.5f, 5, 5, -5}, within(1e-6f));
  }

  @Test
  void constantColumnIsZeroWhereItKeepsItsValueAndClippedWhereNot() {
    ObservationNormalizer normalizer = new ObservationNormalizer(1, 10);
    normalizer.update(batch(1, 3, 3, 3), 3);
    assertThat(normalize(normalizer, 1, 3, 4, 2)).containsExactly(0, 10, -10);
  }

  @Test
  void onlyTheFirstRowsCount() {
    ObservationNormalizer normalizer = new ObservationNormalizer(1, 10);
    normalizer.update(batch(1, 1, 3, 1000), 2);
    float[] out = {7, 7, 7};
    normalizer.apply(batch(1, 2, 3, 4), batch(1, out), 2);
    assertThat(out).containsExactly(new float[] {0, 1, 7}, within(1e-6f));
  }

  @Test
  void restoredObservationNormalizerGivesTheSameBits() throws IOException {
    ObservationNormalizer normalizer = new ObservationNormalizer(2, 10);
    normalizer.update(batch(2, 0.1f, 0.7f, -3, 12, 4, 4), 3);
    ObservationNormalizer restored = new ObservationNormalizer(2, 10);
    restored.restore(stream(bytes(normalizer::save)));
    float[] values = {0.3f, -0.9f, 1.7f, 2.2f};
    assertThat(normalize(restored, 2, values)).containsExactly(normalize(normalizer, 2, values));
  }

  // ---- rewards

  private static Rollout rewards(int copies, float... rewards) {
    Rollout rollout = Rollout.allocate(SPEC, rewards.length / copies, copies, 0, false);
    System.arraycopy(rewards, 0, rollout.rewards(), 0, rewards.length);
    return rollout;
  }

  private static float[] scaled(RewardNormalizer normalizer, Rollout rollout) {
    float[] out = new float[rollout.rows()];
    normalizer.apply(rollout, out);
    return out;
  }

  @Test
  void rewardsAreScaledByTheDeviationOfTheDiscountedReturn() {
    // discounted returns, gamma 0.5: 1 and 3, then 2.5 and 3.5
    double first = 1;
    double second = Math.sqrt((1.5 * 1.5 + 0.5 * 0.5 + 0 + 1) / 4);
    assertThat(scaled(new RewardNormalizer(2, 0.5, 10), rewards(2, 1, 3, 2, 2)))
        .containsExactly(
            new float[] {
              (float) (1 / first), (float) (3 / first), (float) (2 / second), (float) (2 / second)
            },
            within(1e-6f));
  }

  @Test
  void discountedReturnStartsAnewAfterAnEpisodesEnd() {
    Rollout terminated = rewards(2, 1, 3, 2, 2);
    terminated.terminated()[1] = true;
    Rollout truncated = rewards(2, 1, 3, 2, 2);
    truncated.truncated()[1] = true;
    // discounted returns: 1 and 3, then 2.5 and 2; mean 2.125, variance 2.1875 / 4
    float expected = (float) (2 / Math.sqrt(2.1875 / 4));
    for (Rollout rollout : new Rollout[] {terminated, truncated}) {
      assertThat(scaled(new RewardNormalizer(2, 0.5, 10), rollout))
          .containsExactly(new float[] {1, 3, expected, expected}, within(1e-6f));
    }
  }

  @Test
  void rewardsAreClippedAfterScaling() {
    assertThat(scaled(new RewardNormalizer(2, 0.5, 2.5), rewards(2, 1, 3)))
        .containsExactly(new float[] {1, 2.5f}, within(1e-6f));
    assertThat(scaled(new RewardNormalizer(2, 0.5, 2.5), rewards(2, -1, -3)))
        .containsExactly(new float[] {-1, -2.5f}, within(1e-6f));
  }

  @Test
  void oneRolloutOrTwoMakeNoDifference() throws IOException {
    float[] all = {0.5f, 1, -2, 0.25f, 3, 1, 0, 4};
    float[] atOnce = scaled(new RewardNormalizer(2, 0.9, 10), rewards(2, all));
    RewardNormalizer first = new RewardNormalizer(2, 0.9, 10);
    float[] start = scaled(first, rewards(2, Arrays.copyOfRange(all, 0, 4)));
    RewardNormalizer restored = new RewardNormalizer(2, 0.9, 10);
    restored.restore(stream(bytes(first::save)));
    float[] end = scaled(restored, rewards(2, Arrays.copyOfRange(all, 4, 8)));
    assertThat(start).containsExactly(Arrays.copyOfRange(atOnce, 0, 4));
    assertThat(end).containsExactly(Arrays.copyOfRange(atOnce, 4, 8));
  }
}
