package org.apprentice.wrappers;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.Environment;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Space;

/**
 * Shows the last observations together, the oldest first: images with their channels one after the
 * other, vectors joined. The first observation of a game or of a life is repeated, as Gym's
 * FrameStack and the original DQN do.
 */
final class FrameStack extends Wrapper {
  private final int frames;

  /** A ring of observations. */
  private final ObservationBatch ring;

  private int newest;

  FrameStack(FrameStackConfig config, Environment inner) {
    super(inner, spec(config, inner.spec()));
    frames = config.frames();
    ring = ObservationBatch.allocate(inner.spec().observationSpace(), frames);
  }

  static EnvironmentSpec spec(FrameStackConfig config, EnvironmentSpec inner) {
    return Checks.showing(stacked(inner.observationSpace(), config.frames()), inner);
  }

  private static Space stacked(Space one, int frames) {
    if (one instanceof ImageSpace image) {
      return new ImageSpace(frames * image.channels(), image.rows(), image.columns());
    }
    BoxSpace box = (BoxSpace) one;
    float[] low = new float[frames * box.width()];
    float[] high = new float[low.length];
    for (int i = 0; i < low.length; i++) {
      low[i] = box.low()[i % box.width()];
      high[i] = box.high()[i % box.width()];
    }
    return BoxSpace.of(low, high);
  }

  @Override
  public void reset() {
    inner.reset();
    begin();
  }

  @Override
  public void nextLife() {
    inner.nextLife();
    begin();
  }

  private void begin() {
    inner.observe(ring, 0);
    for (int frame = 1; frame < frames; frame++) {
      ring.copyTo(0, ring, frame, 1);
    }
    newest = 0;
  }

  @Override
  public void step(ActionBatch actions, int row, Outcome out) {
    inner.step(actions, row, out);
    newest = (newest + 1) % frames;
    inner.observe(ring, newest);
  }

  @Override
  public void observe(ObservationBatch out, int row) {
    int width = ring.width();
    int older = (frames - 1 - newest) * width;
    int at = row * out.width();
    int from = (newest + 1) * width;
    Object all = values(ring);
    Object shown = values(out);
    System.arraycopy(all, from, shown, at, older);
    System.arraycopy(all, 0, shown, at + older, from);
  }

  private static Object values(ObservationBatch batch) {
    return batch instanceof ObservationBatch.UInt8 bytes
        ? bytes.values()
        : ((ObservationBatch.Float32) batch).values();
  }

  /** The ring from its oldest observation on. */
  @Override
  public void save(DataOutput out) throws IOException {
    for (int i = 1; i <= frames; i++) {
      int from = (newest + i) % frames * ring.width();
      if (ring instanceof ObservationBatch.UInt8 bytes) {
        out.write(bytes.values(), from, ring.width());
      } else {
        for (int j = 0; j < ring.width(); j++) {
          out.writeFloat(((ObservationBatch.Float32) ring).values()[from + j]);
        }
      }
    }
    inner.save(out);
  }

  @Override
  public void restore(DataInput in) throws IOException {
    if (ring instanceof ObservationBatch.UInt8 bytes) {
      in.readFully(bytes.values());
    } else {
      float[] values = ((ObservationBatch.Float32) ring).values();
      for (int i = 0; i < values.length; i++) {
        values[i] = in.readFloat();
      }
    }
    newest = frames - 1;
    inner.restore(in);
  }
}
