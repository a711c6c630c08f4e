package org.apprentice.rl.demonstrations;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ObservationBatch;

/** Writes demonstrations as an npz file; see {@link DemonstrationFile} for its arrays. */
final class DemonstrationOutput {
  private static final int COPIED_TOGETHER = 64;

  private final NpzOutput out;
  private final Demonstrations demonstrations;

  private DemonstrationOutput(NpzOutput out, Demonstrations demonstrations) {
    this.out = out;
    this.demonstrations = demonstrations;
  }

  /** The whole file or none. */
  static void write(Path file, Demonstrations demonstrations) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path partial = Files.createTempFile(folder, file.getFileName().toString(), ".part");
    try {
      try (NpzOutput out = new NpzOutput(partial)) {
        new DemonstrationOutput(out, demonstrations).write();
      }
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private void write() throws IOException {
    int rows = demonstrations.rows();
    int episodes = demonstrations.episodes();
    Endings endings = demonstrations.endings();
    if (demonstrations.images()) {
      writeFrames();
    } else {
      writeReals("obs", demonstrations.observations());
    }
    if (demonstrations.actions() instanceof ActionBatch.Discrete indices) {
      out.numbers(
          "actions", "<i8", rows, (buffer, i) -> buffer.putLong(indices.values()[i]), rows, 1);
    } else if (demonstrations.actions() instanceof ActionBatch.Continuous real) {
      out.floats("actions", real.values(), rows, real.width());
    }
    out.numbers(
        "rewards", "<f4", rows, (buffer, i) -> buffer.putFloat(demonstrations.reward(i)), rows);
    boolean[] starts = new boolean[rows];
    for (int episode = 0; episode < episodes; episode++) {
      starts[demonstrations.firstRow(episode)] = true;
    }
    out.booleans("episode_starts", starts);
    out.numbers(
        "episode_returns",
        "<f8",
        episodes,
        (buffer, i) -> buffer.putDouble(demonstrations.episodeReturn(i)),
        episodes);
    if (endings != null) {
      if (!demonstrations.images()) {
        writeReals("final_obs", endings.observations().whole());
      }
      out.booleans("terminated", endings.terminated());
    }
  }

  private void writeReals(String name, ObservationBatch observations) throws IOException {
    int[] shape =
        IntStream.concat(
                IntStream.of(observations.rows()), IntStream.of(demonstrations.observationShape()))
            .toArray();
    out.floats(name, ((ObservationBatch.Float32) observations).values(), shape);
  }

  /** Frames are numbered anew in the order in which rows refer to them first. */
  private void writeFrames() throws IOException {
    int rows = demonstrations.rows();
    StackedRows all = rowsAndEndings();
    int depth = all.depth();
    int[] numbers = new int[all.frames().count()];
    Arrays.fill(numbers, -1);
    int[] order = new int[all.frames().count()];
    int used = 0;
    int[] stacks = new int[all.rows() * depth];
    for (int i = 0; i < stacks.length; i++) {
      int frame = all.frame(i / depth, i % depth);
      if (numbers[frame] < 0) {
        numbers[frame] = used;
        order[used++] = frame;
      }
      stacks[i] = numbers[frame];
    }
    int[] kept = Arrays.copyOf(order, used);
    int[] shape = demonstrations.observationShape();
    boolean stacked = shape.length > 2;
    int[] frameShape = stacked ? Arrays.copyOfRange(shape, 1, shape.length) : shape;
    out.bytes(
        NpzArchive.FRAMES,
        to -> copy(all.frames(), kept, to),
        IntStream.concat(IntStream.of(used), IntStream.of(frameShape)).toArray());
    writeStacks("stacks", stacks, 0, rows, depth, stacked);
    if (demonstrations.endings() != null) {
      writeStacks("final_stacks", stacks, rows, all.rows() - rows, depth, stacked);
    }
  }

  /** All rows and then the final observation of each episode, where they are known. */
  private StackedRows rowsAndEndings() {
    ObservationRows rows = demonstrations.observationRows();
    Endings endings = demonstrations.endings();
    ObservationRows all =
        endings == null ? rows : ObservationRows.join(rows, endings.observations());
    if (endings == null || all instanceof StackedRows) {
      return StackedRows.of(all);
    }
    // a final observation shares frames with those before it, so it has to come after them
    int[] order = new int[all.rows()];
    int[] places = new int[all.rows()];
    int filled = 0;
    for (int episode = 0; episode < demonstrations.episodes(); episode++) {
      int end = demonstrations.firstRow(episode + 1);
      for (int row = demonstrations.firstRow(episode); row < end; row++) {
        order[filled] = row;
        places[row] = filled++;
      }
      order[filled] = rows.rows() + episode;
      places[rows.rows() + episode] = filled++;
    }
    return StackedRows.of(all.select(order)).select(places);
  }

  private void writeStacks(
      String name, int[] stacks, int firstRow, int rows, int depth, boolean stacked)
      throws IOException {
    int[] shape = stacked ? new int[] {rows, depth} : new int[] {rows};
    out.numbers(
        name,
        "<i4",
        rows * depth,
        (buffer, i) -> buffer.putInt(stacks[firstRow * depth + i]),
        shape);
  }

  private static void copy(Frames frames, int[] order, OutputStream to) throws IOException {
    byte[] buffer = new byte[COPIED_TOGETHER * frames.size()];
    for (int i = 0; i < order.length; ) {
      int run = 1;
      while (run < COPIED_TOGETHER && i + run < order.length && order[i + run] == order[i] + run) {
        run++;
      }
      frames.read(order[i], run, buffer, 0);
      to.write(buffer, 0, run * frames.size());
      i += run;
    }
  }
}
