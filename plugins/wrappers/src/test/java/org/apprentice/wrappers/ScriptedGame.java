package org.apprentice.wrappers;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.Environment;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Space;

/** A game that goes as written, whatever is done; it notes what it is asked for. */
final class ScriptedGame implements Environment {
  static final List<String> NAMES = List.of("NOOP", "FIRE", "RIGHT", "LEFT");

  /**
   * What is there after a step, and at the start.
   *
   * @param seen bytes of the picture, or elements of the vector
   */
  record Moment(double[] seen, double reward, int lives, boolean over, boolean limit) {
    static Moment showing(double... seen) {
      return new Moment(seen, 0, 0, false, false);
    }

    Moment paying(double amount) {
      return new Moment(seen, amount, lives, over, limit);
    }

    Moment withLives(int left) {
      return new Moment(seen, reward, left, over, limit);
    }

    Moment thenOver() {
      return new Moment(seen, reward, 0, true, limit);
    }

    Moment thenTruncated() {
      return new Moment(seen, reward, lives, over, true);
    }
  }

  private final EnvironmentSpec spec;
  private final Moment[] moments;
  private final List<String> noted = new ArrayList<>();
  private boolean noting = true;
  private int at = -1;
  private double sum;
  private long seed;

  ScriptedGame(EnvironmentSpec spec, Moment... moments) {
    this.spec = spec;
    this.moments = moments.clone();
  }

  /** Gray pictures of one row. */
  static ScriptedGame ofPixels(Moment... moments) {
    return new ScriptedGame(arcade(new ImageSpace(1, 1, moments[0].seen().length)), moments);
  }

  static EnvironmentSpec arcade(Space observations) {
    return new EnvironmentSpec(observations, new ActionSpace.Discrete(NAMES.size()), NAMES);
  }

  ScriptedGame quiet() {
    noting = false;
    return this;
  }

  /** What was asked for since this was called. */
  List<String> noted() {
    List<String> all = List.copyOf(noted);
    noted.clear();
    return all;
  }

  private void note(String what) {
    noted.add(what);
  }

  long seed() {
    return seed;
  }

  @Override
  public EnvironmentSpec spec() {
    return spec;
  }

  @Override
  public void seed(long value) {
    seed = value;
  }

  @Override
  public void reset() {
    at = 0;
    sum = 0;
    if (noting) {
      note("reset");
    }
  }

  @Override
  public void nextLife() {
    if (noting) {
      note("next life");
    }
  }

  @Override
  public void step(ActionBatch actions, int row, Outcome out) {
    if (at < 0 || moments[at].over() || moments[at].limit()) {
      throw new IllegalStateException("a step without a reset");
    }
    int action = ((ActionBatch.Discrete) actions).values()[row];
    if (noting) {
      note(NAMES.get(action));
    }
    Moment now = moments[++at % moments.length];
    at %= moments.length;
    sum += now.reward();
    out.reward = now.reward();
    out.terminated = now.over();
    out.truncated = now.limit();
    out.episodeEnded = now.over() || now.limit();
    out.episodeReturn = sum;
  }

  @Override
  public void observe(ObservationBatch out, int row) {
    double[] seen = moments[at].seen();
    for (int i = 0; i < seen.length; i++) {
      if (out instanceof ObservationBatch.UInt8 bytes) {
        bytes.values()[row * seen.length + i] = (byte) seen[i];
      } else {
        ((ObservationBatch.Float32) out).values()[row * seen.length + i] = (float) seen[i];
      }
    }
    if (noting) {
      note("observe");
    }
  }

  @Override
  public int lives() {
    return moments[at].lives();
  }

  @Override
  public void save(DataOutput out) throws IOException {
    out.writeInt(at);
    out.writeDouble(sum);
  }

  @Override
  public void restore(DataInput in) throws IOException {
    at = in.readInt();
    sum = in.readDouble();
  }

  /** One step with an action. */
  static Outcome step(Environment environment, int action) {
    Outcome outcome = new Outcome();
    outcome.reward = Double.NaN;
    environment.step(new ActionBatch.Discrete(new int[] {3, action}), 1, outcome);
    return outcome;
  }

  /** What is seen, from a row that is not the first. */
  static int[] seen(Environment environment) {
    ObservationBatch batch = ObservationBatch.allocate(environment.spec().observationSpace(), 3);
    byte[] bytes = ((ObservationBatch.UInt8) batch).values();
    Arrays.fill(bytes, (byte) 77);
    environment.observe(batch, 1);
    int[] seen = new int[batch.width()];
    for (int i = 0; i < bytes.length; i++) {
      if (i / batch.width() == 1) {
        seen[i % batch.width()] = bytes[i] & 0xFF;
      } else if (bytes[i] != 77) {
        throw new AssertionError("another row was written to");
      }
    }
    return seen;
  }
}
