package org.apprentice.testkit.components;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import org.apprentice.rl.RandomStreams;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.VectorEnvironment;

/** Copies of a {@link Game}. */
final class GameEnvironment implements VectorEnvironment {
  private static final int MARK = 0x41505447;

  private final String name;
  private final Game game;
  private final double[] secrets;
  private final int[] steps;
  private final double[] returns;
  private final RandomGenerator[] randoms;

  /** Null where every action is always allowed. */
  private final boolean[] mask;

  private RandomStreams streams;

  GameEnvironment(String name, Game game, int copies) {
    if (copies < 1) {
      throw new IllegalArgumentException(name + ": copies must be at least 1, found " + copies);
    }
    this.name = name;
    this.game = game;
    secrets = new double[copies];
    steps = new int[copies];
    returns = new double[copies];
    randoms = new RandomGenerator[copies];
    mask = game.masked() ? new boolean[copies * game.spec().actionSpace().width()] : null;
  }

  @Override
  public boolean[] actionMask() {
    return mask;
  }

  private void updateMask() {
    if (mask != null) {
      int actions = mask.length / size();
      for (int i = 0; i < mask.length; i++) {
        mask[i] = game.allowed(steps[i / actions], i % actions);
      }
    }
  }

  @Override
  public int size() {
    return steps.length;
  }

  @Override
  public EnvironmentSpec spec() {
    return game.spec();
  }

  @Override
  public void reset(long seed, ObservationBatch out) {
    useStreams(new RandomStreams(seed));
    Arrays.fill(steps, 0);
    Arrays.fill(returns, 0);
    for (int copy = 0; copy < size(); copy++) {
      secrets[copy] = game.draw(randoms[copy]);
      game.show(secrets[copy], 0, out, copy);
    }
    updateMask();
  }

  private void useStreams(RandomStreams used) {
    streams = used;
    for (int copy = 0; copy < size(); copy++) {
      randoms[copy] = used.stream("copy-" + copy);
    }
  }

  @Override
  public void step(ActionBatch in, StepBatch out) {
    if (streams == null) {
      throw new IllegalStateException(name + ": reset must be called before the first step");
    }
    checkActions(in);
    for (int copy = 0; copy < size(); copy++) {
      double reward = game.reward(secrets[copy], steps[copy], in, copy);
      out.rewards()[copy] = (float) reward;
      returns[copy] += reward;
      steps[copy]++;
      boolean ended = steps[copy] == game.length();
      out.terminated()[copy] = ended && game.terminates();
      out.truncated()[copy] = ended && !game.terminates();
      out.episodeEnded()[copy] = ended;
      if (ended || game.redraws()) {
        drawNext(copy, ended, out);
      }
      game.show(secrets[copy], steps[copy], out.observations(), copy);
    }
    updateMask();
  }

  /** The next secret; the finished episode still shows one that nobody will ask for. */
  private void drawNext(int copy, boolean ended, StepBatch out) {
    if (game.redraws()) {
      secrets[copy] = game.draw(randoms[copy]);
    }
    if (ended) {
      game.show(secrets[copy], steps[copy], out.finalObservations(), copy);
      out.episodeReturn()[copy] = returns[copy];
      out.episodeLength()[copy] = steps[copy];
      returns[copy] = 0;
      steps[copy] = 0;
      secrets[copy] = game.draw(randoms[copy]);
    }
  }

  private void checkActions(ActionBatch in) {
    ActionSpace space = game.spec().actionSpace();
    if (in instanceof ActionBatch.Discrete discrete
        && space instanceof ActionSpace.Discrete choices) {
      for (int copy = 0; copy < size(); copy++) {
        int action = discrete.values()[copy];
        if (action < 0 || action >= choices.n()) {
          throw new IllegalArgumentException(
              name + ": actions must be in 0.." + (choices.n() - 1) + ", found " + action);
        }
        if (mask != null && !mask[copy * choices.n() + action]) {
          throw new IllegalArgumentException(
              name + ": action " + action + " is not allowed in this step");
        }
      }
    } else if (in instanceof ActionBatch.Continuous continuous
        && space instanceof ActionSpace.Continuous) {
      for (float action : continuous.values()) {
        if (!Float.isFinite(action)) {
          throw new IllegalArgumentException(name + ": actions must be finite, found " + action);
        }
      }
    } else {
      throw new IllegalArgumentException(
          name + ": actions must be " + space + ", found " + in.getClass().getSimpleName());
    }
  }

  @Override
  public byte[] save() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MARK);
      out.writeUTF(name);
      out.writeInt(size());
      for (int copy = 0; copy < size(); copy++) {
        out.writeDouble(secrets[copy]);
        out.writeInt(steps[copy]);
        out.writeDouble(returns[copy]);
      }
      streams.save(out);
      out.writeLong(checksum(bytes.toByteArray(), out.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Override
  public void restore(byte[] state) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
      int content = state.length - Long.BYTES;
      if (content < Integer.BYTES || in.readInt() != MARK) {
        throw refused("it is none of a test environment");
      }
      DataInputStream tail =
          new DataInputStream(new ByteArrayInputStream(state, content, Long.BYTES));
      if (tail.readLong() != checksum(state, content)) {
        throw refused("it is damaged");
      }
      String savedName = in.readUTF();
      int savedCopies = in.readInt();
      if (!savedName.equals(name) || savedCopies != size()) {
        throw refused(
            "it is one of "
                + savedCopies
                + " copies of "
                + savedName
                + ", expected "
                + size()
                + " of "
                + name);
      }
      for (int copy = 0; copy < size(); copy++) {
        secrets[copy] = in.readDouble();
        steps[copy] = in.readInt();
        returns[copy] = in.readDouble();
      }
      RandomStreams saved = new RandomStreams(0);
      saved.restore(in);
      useStreams(saved);
      updateMask();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private IllegalArgumentException refused(String why) {
    return new IllegalArgumentException(name + ": cannot restore this state, " + why);
  }

  private static long checksum(byte[] bytes, int length) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes, 0, length);
    return checksum.getValue();
  }
}
