package org.apprentice.rl.demonstrations;

import java.util.Arrays;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.VectorEnvironment;

/**
 * Shows its last three frames, each [copy, episode, step, 9]; episodes of copy c last 5 + c steps
 * and return that many points.
 */
final class StackingGame implements VectorEnvironment {
  private final int[] episode;
  private final int[] time;

  StackingGame(int copies) {
    episode = new int[copies];
    time = new int[copies];
  }

  static byte[] image(int copy, int episode, int step) {
    byte[] image = new byte[12];
    for (int place = 0; place < 3; place++) {
      int shown = Math.max(0, step - 2 + place);
      System.arraycopy(
          new byte[] {(byte) copy, (byte) episode, (byte) shown, 9}, 0, image, place * 4, 4);
    }
    return image;
  }

  @Override
  public int size() {
    return episode.length;
  }

  @Override
  public EnvironmentSpec spec() {
    return new EnvironmentSpec(new ImageSpace(3, 2, 2), new ActionSpace.Discrete(3));
  }

  @Override
  public void reset(long seed, ObservationBatch out) {
    Arrays.fill(episode, 0);
    Arrays.fill(time, 0);
    for (int copy = 0; copy < size(); copy++) {
      show(copy, out);
    }
  }

  private void show(int copy, ObservationBatch out) {
    System.arraycopy(
        image(copy, episode[copy], time[copy]),
        0,
        ((ObservationBatch.UInt8) out).values(),
        copy * 12,
        12);
  }

  @Override
  public void step(ActionBatch in, StepBatch out) {
    for (int copy = 0; copy < size(); copy++) {
      time[copy]++;
      boolean ended = time[copy] == 5 + copy;
      out.rewards()[copy] = 1;
      out.terminated()[copy] = ended;
      out.episodeEnded()[copy] = ended;
      if (ended) {
        show(copy, out.finalObservations());
        out.episodeReturn()[copy] = time[copy];
        out.episodeLength()[copy] = time[copy];
        episode[copy]++;
        time[copy] = 0;
      }
      show(copy, out.observations());
    }
  }

  @Override
  public byte[] save() {
    return new byte[0];
  }

  @Override
  public void restore(byte[] state) {}
}
