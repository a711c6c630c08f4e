package org.apprentice.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apprentice.spi.ActionBatch;
import org.junit.jupiter.api.Test;

/** A masked categorical distribution is one of the possible actions alone. */
class ActionMaskTest {
  private static final int ROWS = 4;

  /** The same rows with and without impossible actions between the possible ones. */
  private static final class Case {
    private final int n;
    private final boolean[] mask;
    private final int[] position;
    private final float[] all;
    private final float[] few;
    private final float[] allNew;
    private final float[] fewNew;
    private final int[] chosenOfAll = new int[ROWS];
    private final int[] chosenOfFew = new int[ROWS];

    Case(int possible, int impossible, long seed) {
      Random random = new Random(seed);
      n = possible + impossible;
      mask = new boolean[ROWS * n];
      position = new int[ROWS * possible];
      all = floats(random, ROWS * n);
      allNew = floats(random, ROWS * n);
      few = new float[ROWS * possible];
      fewNew = new float[ROWS * possible];
      for (int row = 0; row < ROWS; row++) {
        int[] drawn = random.ints(0, n).distinct().limit(possible).sorted().toArray();
        for (int i = 0; i < possible; i++) {
          int from = row * n + drawn[i];
          mask[from] = true;
          position[row * possible + i] = from;
          few[row * possible + i] = all[from];
          fewNew[row * possible + i] = allNew[from];
        }
        chosenOfFew[row] = random.nextInt(possible);
        chosenOfAll[row] = drawn[chosenOfFew[row]];
      }
    }

    private static float[] floats(Random random, int size) {
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = (float) random.nextGaussian() * 3;
      }
      return values;
    }

    /** Expects the values of the small case at their places and 0 everywhere else. */
    void assertSame(float[] ofAll, float[] ofFew) {
      float[] expected = new float[ROWS * n];
      for (int i = 0; i < ofFew.length; i++) {
        expected[position[i]] = ofFew[i];
      }
      assertThat(ofAll).containsExactly(expected, within(1e-6f));
      for (int i = 0; i < mask.length; i++) {
        if (!mask[i]) {
          assertThat(ofAll[i]).isZero();
        }
      }
    }
  }

  @Property(tries = 100)
  void impossibleActionsChangeNothing(
      @ForAll @IntRange(min = 1, max = 5) int possible,
      @ForAll @IntRange(max = 4) int impossible,
      @ForAll long seed) {
    Case example = new Case(possible, impossible, seed);
    Categorical masked = new Categorical(example.n, ROWS);
    Categorical small = new Categorical(possible, ROWS);
    float[][] all = {example.all};
    float[][] few = {example.few};
    float[] maskedLog = new float[ROWS];
    float[] smallLog = new float[ROWS];
    float[] maskedEntropy = new float[ROWS];
    float[] smallEntropy = new float[ROWS];
    ActionBatch ofAll = new ActionBatch.Discrete(example.chosenOfAll);
    ActionBatch ofFew = new ActionBatch.Discrete(example.chosenOfFew);
    masked.evaluate(all, example.mask, ofAll, ROWS, maskedLog, maskedEntropy);
    small.evaluate(few, null, ofFew, ROWS, smallLog, smallEntropy);
    assertThat(maskedLog).containsExactly(smallLog, within(1e-6f));
    assertThat(maskedEntropy).containsExactly(smallEntropy, within(1e-6f));

    float[] outer = {1, -0.5f, 2, 0.3f};
    float[][] maskedGradient = new float[1][ROWS * example.n];
    float[][] smallGradient = new float[1][ROWS * possible];
    masked.gradient(ofAll, outer, 0.4f, ROWS, maskedGradient);
    small.gradient(ofFew, outer, 0.4f, ROWS, smallGradient);
    example.assertSame(maskedGradient[0], smallGradient[0]);

    masked.fisher(new float[][] {example.allNew}, ROWS, maskedGradient);
    small.fisher(new float[][] {example.fewNew}, ROWS, smallGradient);
    example.assertSame(maskedGradient[0], smallGradient[0]);

    masked.kl(all, new float[][] {example.allNew}, example.mask, ROWS, maskedLog);
    small.kl(few, new float[][] {example.fewNew}, null, ROWS, smallLog);
    assertThat(maskedLog).containsExactly(smallLog, within(1e-6f));

    Arrays.fill(maskedGradient[0], 0);
    Arrays.fill(smallGradient[0], 0);
    masked.addKlGradient(
        all, new float[][] {example.allNew}, example.mask, outer, ROWS, maskedGradient);
    small.addKlGradient(few, new float[][] {example.fewNew}, null, outer, ROWS, smallGradient);
    example.assertSame(maskedGradient[0], smallGradient[0]);
  }

  @Property(tries = 100)
  void impossibleActionsAreNeitherDrawnNorMostLikely(
      @ForAll @IntRange(min = 1, max = 3) int possible,
      @ForAll @IntRange(min = 1, max = 4) int impossible,
      @ForAll long seed) {
    Case example = new Case(possible, impossible, seed);
    for (int i = 0; i < example.mask.length; i++) {
      if (!example.mask[i]) {
        example.all[i] = 1e4f; // as tempting as can be
      }
    }
    Categorical masked = new Categorical(example.n, ROWS);
    float[][] logits = {example.all};
    ActionBatch.Discrete actions = new ActionBatch.Discrete(new int[ROWS]);
    float[] logProbabilities = new float[ROWS];
    Random random = new Random(seed);
    for (int draw = 0; draw < 20; draw++) {
      masked.sample(logits, example.mask, ROWS, random, actions, logProbabilities);
      for (int row = 0; row < ROWS; row++) {
        assertThat(example.mask[row * example.n + actions.values()[row]]).isTrue();
      }
      float[] evaluated = new float[ROWS];
      masked.evaluate(logits, example.mask, actions, ROWS, evaluated, new float[ROWS]);
      assertThat(evaluated).containsExactly(logProbabilities);
    }
    masked.mode(logits, example.mask, ROWS, actions);
    for (int row = 0; row < ROWS; row++) {
      assertThat(example.mask[row * example.n + actions.values()[row]]).isTrue();
    }
  }

  @Test
  void anImpossibleActionHasProbabilityZero() {
    float[] logProbabilities = new float[2];
    new Categorical(3, 2)
        .evaluate(
            new float[][] {{1, 2, 3, 1, 2, 3}},
            new boolean[] {true, true, false, false, true, false},
            new ActionBatch.Discrete(new int[] {2, 1}),
            2,
            logProbabilities,
            new float[2]);
    assertThat(logProbabilities).containsExactly(Float.NEGATIVE_INFINITY, 0);
  }

  @Test
  void aMaskThatAllowsNothingIsRefused() {
    assertThatThrownBy(
            () ->
                new Categorical(3, 1)
                    .mode(new float[1][3], new boolean[3], 1, new ActionBatch.Discrete(new int[1])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the action mask of an environment must allow at least one action, found none of 3");
  }
}
