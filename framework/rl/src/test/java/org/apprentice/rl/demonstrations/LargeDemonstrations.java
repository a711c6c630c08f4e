package org.apprentice.rl.demonstrations;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.ShuffledIndices;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.VectorEnvironment;

/**
 * Records games of 1000 steps of noise in stacks of four 84 x 84 frames, writes, reads and inspects
 * them, and goes through all rows in random order in minibatches of 128: {@code FILE FRAMES}. Says
 * how much memory that took at most; the caller says with {@code -Xmx} how much heap there is.
 */
final class LargeDemonstrations {
  private static final int STEPS = 1000;
  private static final int FRAMES = 4;
  private static final int SIZE = 84 * 84;
  private static final int COPIES = 8;
  private static final int BATCH = 128;

  private LargeDemonstrations() {}

  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]).toAbsolutePath();
    // an episode shows one frame more than it has steps
    int episodes = Integer.parseInt(arguments[1]) / (STEPS + 1);
    long start = System.nanoTime();
    Demonstrations recorded =
        DemonstrationRecorder.record(
            (input, done) -> {
              int[] actions = ((ActionBatch.Discrete) done).values();
              byte[] seen = ((ObservationBatch.UInt8) input.observations()).values();
              for (int copy = 0; copy < actions.length; copy++) {
                actions[copy] = seen[(copy + 1) * FRAMES * SIZE - 1] & 3;
              }
              return done;
            },
            new Noise(Math.min(COPIES, episodes)),
            episodes,
            1,
            file.getParent());
    DemonstrationFile.write(file, recorded);
    long written = System.nanoTime();
    Demonstrations read = DemonstrationFile.read(file);
    DemonstrationReport report = DemonstrationReport.of(read);
    long inspected = System.nanoTime();
    long sum = epoch(read);
    long done = System.nanoTime();
    System.out.printf(
        Locale.ROOT,
        "frames %d, rows %d, file %d MB, recorded and written in %.1f s, read and inspected in %.1f s, all rows in random order in %.1f s, sum %d%n",
        ((StackedRows) read.observationRows()).frames().count(),
        report.transitions(),
        Files.size(file) >> 20,
        (written - start) * 1e-9,
        (inspected - written) * 1e-9,
        (done - inspected) * 1e-9,
        sum);
    if (!report.digest().equals(recorded.digest())) {
      throw new IllegalStateException("what was read is not what was recorded");
    }
    peak();
  }

  /** The newest pixel tells which action was taken; returns how often that was right. */
  private static long epoch(Demonstrations demonstrations) {
    ShuffledIndices order =
        new ShuffledIndices(demonstrations.rows(), new RandomStreams(1).stream("order"));
    ObservationBatch.UInt8 observations =
        (ObservationBatch.UInt8) demonstrations.allocateObservations(BATCH);
    ActionBatch.Discrete actions = (ActionBatch.Discrete) demonstrations.allocateActions(BATCH);
    long right = 0;
    for (int left = demonstrations.rows(); left > 0; left -= BATCH) {
      for (int i = 0; i < Math.min(left, BATCH); i++) {
        demonstrations.copyRow(order.next(), observations, actions, i);
        int pixel = observations.values()[(i + 1) * FRAMES * SIZE - 1] & 3;
        right += pixel == actions.values()[i] ? 1 : 0;
      }
    }
    return right;
  }

  private static void peak() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (Files.isReadable(status)) {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmHWM")) {
          System.out.println(line.replaceAll("\\s+", " "));
        }
      }
    }
  }

  /** Stacks of frames that are all different. */
  private static final class Noise implements VectorEnvironment {
    private final int copies;
    private final byte[][] stacks;
    private final byte[] frame = new byte[SIZE];
    private long state = 88172645463325252L;
    private int time;

    Noise(int copies) {
      this.copies = copies;
      stacks = new byte[copies][FRAMES * SIZE];
    }

    @Override
    public int size() {
      return copies;
    }

    @Override
    public EnvironmentSpec spec() {
      return new EnvironmentSpec(new ImageSpace(FRAMES, 84, 84), new ActionSpace.Discrete(4));
    }

    @Override
    public void reset(long seed, ObservationBatch out) {
      time = 0;
      for (int copy = 0; copy < copies; copy++) {
        begin(copy);
        show(copy, out);
      }
    }

    /** Marsaglia's xorshift. */
    private void draw() {
      ByteBuffer buffer = ByteBuffer.wrap(frame);
      while (buffer.hasRemaining()) {
        state ^= state << 13;
        state ^= state >>> 7;
        state ^= state << 17;
        buffer.putLong(state);
      }
    }

    private void begin(int copy) {
      draw();
      for (int place = 0; place < FRAMES; place++) {
        System.arraycopy(frame, 0, stacks[copy], place * SIZE, SIZE);
      }
    }

    private void show(int copy, ObservationBatch out) {
      byte[] to = ((ObservationBatch.UInt8) out).values();
      System.arraycopy(stacks[copy], 0, to, copy * FRAMES * SIZE, FRAMES * SIZE);
    }

    @Override
    public void step(ActionBatch in, StepBatch out) {
      time++;
      boolean ended = time % STEPS == 0;
      Arrays.fill(out.rewards(), 1);
      Arrays.fill(out.terminated(), ended);
      Arrays.fill(out.episodeEnded(), ended);
      for (int copy = 0; copy < copies; copy++) {
        draw();
        System.arraycopy(stacks[copy], SIZE, stacks[copy], 0, (FRAMES - 1) * SIZE);
        System.arraycopy(frame, 0, stacks[copy], (FRAMES - 1) * SIZE, SIZE);
        if (ended) {
          show(copy, out.finalObservations());
          out.episodeReturn()[copy] = STEPS;
          out.episodeLength()[copy] = STEPS;
          begin(copy);
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
}
