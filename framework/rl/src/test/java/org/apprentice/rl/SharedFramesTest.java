package org.apprentice.rl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Rollout;
import org.junit.jupiter.api.Test;

class SharedFramesTest {
  private static final int FRAME = 3;

  /** Few different frames, so that unrelated rows meet the same ones by chance. */
  @Property(tries = 200)
  void rowsComeOutAsTheyWerePutIn(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int stack,
      @ForAll @IntRange(min = 1, max = 3) int copies) {
    Random random = new Random(seed);
    int rows = 12 * copies;
    ObservationBatch.SharedFrames shared =
        new ObservationBatch.SharedFrames(rows, stack, FRAME, copies);
    ObservationBatch.UInt8 out =
        new ObservationBatch.UInt8(new byte[rows * shared.width()], rows, shared.width());
    for (int round = 0; round < 3; round++) {
      ObservationBatch.UInt8 put = batch(random, rows, shared.width());
      shared.clear();
      put.copyTo(0, shared, 0, rows);
      shared.copyTo(0, out, 0, rows);
      assertThat(out.values()).isEqualTo(put.values());
      assertThat(shared.stored()).isLessThanOrEqualTo(rows * stack);
      int row = random.nextInt(rows);
      shared.copyTo(row, out, 0, 1);
      assertThat(java.util.Arrays.copyOf(out.values(), shared.width()))
          .isEqualTo(
              java.util.Arrays.copyOfRange(
                  put.values(), row * shared.width(), (row + 1) * shared.width()));
    }
  }

  private static ObservationBatch.UInt8 batch(Random random, int rows, int width) {
    byte[] values = new byte[rows * width];
    for (int i = 0; i < values.length; i += FRAME) {
      java.util.Arrays.fill(values, i, i + FRAME, (byte) random.nextInt(3));
    }
    return new ObservationBatch.UInt8(values, rows, width);
  }

  /** 8 copies, 128 steps, stacks of 4, an episode that begins every 50 steps. */
  @Test
  void aRolloutOfStacksStoresEachFrameOnce() {
    int frame = 84 * 84;
    int copies = 8;
    int length = 128;
    Rollout rollout =
        Rollout.allocate(
            new EnvironmentSpec(new ImageSpace(4, 84, 84), new ActionSpace.Discrete(4)),
            length,
            copies,
            0,
            false);
    ObservationBatch.UInt8 step =
        new ObservationBatch.UInt8(new byte[copies * 4 * frame], copies, 4 * frame);
    Random random = new Random(1);
    byte[] fresh = new byte[frame];
    rollout.clear();
    for (int t = 0; t < length; t++) {
      for (int copy = 0; copy < copies; copy++) {
        random.nextBytes(fresh);
        int at = copy * 4 * frame;
        if (t % 50 == 0) {
          for (int i = 0; i < 4; i++) {
            System.arraycopy(fresh, 0, step.values(), at + i * frame, frame);
          }
        } else {
          System.arraycopy(step.values(), at + frame, step.values(), at, 3 * frame);
          System.arraycopy(fresh, 0, step.values(), at + 3 * frame, frame);
        }
      }
      step.copyTo(0, rollout.observations(), t * copies, copies);
    }
    assertThat(((ObservationBatch.SharedFrames) rollout.observations()).stored())
        .isEqualTo(length * copies);
  }
}
