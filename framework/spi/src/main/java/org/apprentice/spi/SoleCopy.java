package org.apprentice.spi;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A {@link VectorEnvironment} of one copy as an environment by itself. The copy begins its next
 * episode on its own; that is shown from {@link #reset} or {@link #nextLife} on.
 */
public final class SoleCopy implements Environment {
  private final VectorEnvironment copy;
  private final StepBatch last;
  private final ActionBatch action;
  private long seed;
  private boolean seeded;

  /** The last step ended something, and what came after is not shown yet. */
  private boolean ended;

  private double episodeReturn;

  public SoleCopy(VectorEnvironment copy) {
    if (copy.size() != 1) {
      throw new IllegalArgumentException("there must be one copy, found " + copy.size());
    }
    this.copy = copy;
    last = StepBatch.allocate(copy.spec().observationSpace(), 1);
    action = ActionBatch.allocate(copy.spec().actionSpace(), 1);
  }

  @Override
  public EnvironmentSpec spec() {
    return copy.spec();
  }

  @Override
  public void seed(long next) {
    seed = next;
    seeded = true;
  }

  @Override
  public void reset() {
    boolean begun = ended && last.episodeEnded()[0] && !seeded;
    if (!begun) {
      copy.reset(seed, last.observations());
      seed += 0x9E3779B97F4A7C15L; // for the next game that is given up in its middle
    }
    seeded = false;
    ended = false;
    episodeReturn = 0;
  }

  @Override
  public void nextLife() {
    ended = false;
  }

  @Override
  public void step(ActionBatch actions, int row, Outcome out) {
    actions.copyTo(row, action, 0, 1);
    copy.step(action, last);
    out.reward = last.rewards()[0];
    out.terminated = last.terminated()[0];
    out.truncated = last.truncated()[0];
    out.episodeEnded = last.episodeEnded()[0];
    episodeReturn = out.episodeEnded ? last.episodeReturn()[0] : episodeReturn + out.reward;
    out.episodeReturn = episodeReturn;
    ended = out.terminated || out.truncated;
  }

  @Override
  public void observe(ObservationBatch out, int row) {
    (ended ? last.finalObservations() : last.observations()).copyTo(0, out, row, 1);
  }

  @Override
  public boolean[] actionMask() {
    return copy.actionMask();
  }

  @Override
  public void save(DataOutput out) throws IOException {
    byte[] state = copy.save();
    out.writeInt(state.length);
    out.write(state);
    out.writeLong(seed);
    out.writeBoolean(seeded);
    out.writeBoolean(ended);
    out.writeBoolean(last.episodeEnded()[0]);
    out.writeDouble(episodeReturn);
    write(last.observations(), out);
    write(last.finalObservations(), out);
  }

  private static void write(ObservationBatch batch, DataOutput out) throws IOException {
    if (batch instanceof ObservationBatch.UInt8 bytes) {
      out.write(bytes.values());
    } else {
      for (float value : ((ObservationBatch.Float32) batch).values()) {
        out.writeFloat(value);
      }
    }
  }

  @Override
  public void restore(DataInput in) throws IOException {
    byte[] state = new byte[Math.max(0, in.readInt())];
    in.readFully(state);
    copy.restore(state);
    seed = in.readLong();
    seeded = in.readBoolean();
    ended = in.readBoolean();
    last.episodeEnded()[0] = in.readBoolean();
    episodeReturn = in.readDouble();
    read(last.observations(), in);
    read(last.finalObservations(), in);
  }

  private static void read(ObservationBatch batch, DataInput in) throws IOException {
    if (batch instanceof ObservationBatch.UInt8 bytes) {
      in.readFully(bytes.values());
    } else {
      float[] values = ((ObservationBatch.Float32) batch).values();
      for (int i = 0; i < values.length; i++) {
        values[i] = in.readFloat();
      }
    }
  }

  @Override
  public Frame render() {
    return copy.render(0);
  }

  @Override
  public void close() {
    copy.close();
  }
}
