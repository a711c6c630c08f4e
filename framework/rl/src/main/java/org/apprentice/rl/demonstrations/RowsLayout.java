package org.apprentice.rl.demonstrations;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ObservationBatch;

/**
 * Arrays with a row per transition, episode after episode: ours, and Stable-Baselines 2's.
 *
 * @see DemonstrationFile
 */
final class RowsLayout {
  private final ArraySource source;

  private RowsLayout(ArraySource source) {
    this.source = source;
  }

  static Demonstrations read(ArraySource source) {
    return new RowsLayout(source).read();
  }

  private Demonstrations read() {
    Shown shown = source.has(NpzArchive.FRAMES) ? stacks("stacks") : observations("obs");
    int rows = shown.rows().rows();
    require(rows > 0, source.file() + " holds no transition");
    NpyArray actions = source.array("actions");
    requireRows("actions", actions, rows);
    NpyArray episodeStarts = source.array("episode_starts");
    requireRows("episode_starts", episodeStarts, rows);
    boolean[] starts = episodeStarts.booleans();
    require(
        starts[0],
        source.label("episode_starts") + " must begin with true: the first row starts an episode");
    float[] rewards = new float[rows];
    if (source.has("rewards")) {
      NpyArray array = source.array("rewards");
      requireRows("rewards", array, rows);
      rewards = array.floats();
    }
    int[] firsts = IntStream.range(0, rows).filter(row -> starts[row]).toArray();
    double[] returns = source.array("episode_returns").doubles();
    require(
        returns.length == firsts.length,
        source.label("episode_returns")
            + " has "
            + returns.length
            + " elements, 'episode_starts' begins "
            + firsts.length
            + " episodes");
    int[] firstRows = Arrays.copyOf(firsts, firsts.length + 1);
    firstRows[firsts.length] = rows;
    return new Demonstrations(
        shown.shape(),
        shown.rows(),
        actions(source, "actions", actions, rows, 1),
        rewards,
        firstRows,
        returns,
        endings(shown, firsts.length),
        null);
  }

  /** Observations and the shape of one. */
  private record Shown(ObservationRows rows, int[] shape) {}

  private Shown observations(String name) {
    NpyHeader header = source.header(name);
    requireArray(name, header.shape());
    int[] shape = elementShape(header.shape(), 1);
    if (source.isLarge(name) && header.unsignedBytes()) {
      int depth = Demonstrations.frames(shape);
      Frames frames = source.frames(name, product(shape) / depth);
      int[] all = IntStream.range(0, header.shape()[0] * depth).toArray();
      return new Shown(new StackedRows(frames, all, depth), shape);
    }
    NpyArray array = source.array(name);
    ObservationBatch batch = observations(array, array.shape()[0], 1);
    return new Shown(new DenseRows(batch, Demonstrations.frames(shape)), shape);
  }

  /** Images that share frames: {@code frames[stacks]}. */
  private Shown stacks(String name) {
    NpyHeader header = source.header(NpzArchive.FRAMES);
    requireArray(NpzArchive.FRAMES, header.shape());
    int[] frameShape = elementShape(header.shape(), 1);
    Frames frames = source.frames(NpzArchive.FRAMES, product(frameShape));
    return stacks(name, frames, frameShape);
  }

  private Shown stacks(String name, Frames frames, int[] frameShape) {
    NpyArray array = source.array(name);
    requireArray(name, array.shape());
    require(
        array.integral() && array.shape().length <= 2,
        source.label(name)
            + " has shape "
            + Arrays.toString(array.shape())
            + ", expected whole numbers [rows x frames of an observation]");
    boolean stacked = array.shape().length == 2;
    int depth = stacked ? array.shape()[1] : 1;
    int[] numbers = array.ints(source.label(name));
    for (int i = 0; i < numbers.length; i++) {
      require(
          numbers[i] >= 0 && numbers[i] < frames.count(),
          source.label(name)
              + " refers to frame "
              + numbers[i]
              + " in row "
              + i / depth
              + ", expected 0 .. "
              + (frames.count() - 1)
              + " as in 'frames'");
    }
    int[] shape =
        stacked
            ? IntStream.concat(IntStream.of(depth), IntStream.of(frameShape)).toArray()
            : frameShape;
    return new Shown(new StackedRows(frames, numbers, depth), shape);
  }

  /** Null where nothing says how episodes ended. */
  private Endings endings(Shown shown, int episodes) {
    boolean stacked = source.has(NpzArchive.FRAMES);
    String name = stacked ? "final_stacks" : "final_obs";
    if (!source.has(name) || !source.has("terminated")) {
      return null;
    }
    NpyArray terminated = source.array("terminated");
    Shown finals =
        stacked && shown.rows() instanceof StackedRows rows
            ? stacks(name, rows.frames(), elementShape(source.header(NpzArchive.FRAMES).shape(), 1))
            : observations(name);
    require(
        finals.rows().rows() == episodes
            && finals.rows().images() == shown.rows().images()
            && Arrays.equals(finals.shape(), shown.shape()),
        source.label(name)
            + " has shape "
            + Arrays.toString(source.header(name).shape())
            + ", expected one observation like those of '"
            + (stacked ? "stacks" : "obs")
            + "' for each of "
            + episodes
            + " episodes");
    require(
        terminated.count() == episodes,
        source.label("terminated")
            + " has "
            + terminated.count()
            + " elements, expected one for each of "
            + episodes
            + " episodes");
    return new Endings(finals.rows(), terminated.booleans());
  }

  private void requireArray(String name, int[] shape) {
    require(shape.length > 0, source.label(name) + " is a single number, not an array");
  }

  private void requireRows(String name, NpyArray array, int rows) {
    requireArray(name, array.shape());
    require(
        array.shape()[0] == rows && (array.count() == rows || name.equals("actions")),
        source.label(name)
            + " has shape "
            + Arrays.toString(array.shape())
            + ", expected "
            + rows
            + " rows as in 'obs'");
  }

  static void require(boolean condition, String message) {
    if (!condition) {
      throw new DemonstrationException(message);
    }
  }

  /** Shape behind the first axes; {@code [1]} for single numbers. */
  static int[] elementShape(int[] shape, int leadingAxes) {
    return shape.length <= leadingAxes
        ? new int[] {1}
        : Arrays.copyOfRange(shape, leadingAxes, shape.length);
  }

  static ObservationBatch observations(NpyArray array, int rows, int leadingAxes) {
    int width = width(array, leadingAxes);
    return array.unsignedBytes()
        ? new ObservationBatch.UInt8(array.bytes(), rows, width)
        : new ObservationBatch.Float32(array.floats(), rows, width);
  }

  /** Integral actions are indices, real ones vectors. */
  static ActionBatch actions(
      ArraySource source, String name, NpyArray array, int rows, int leadingAxes) {
    int width = width(array, leadingAxes);
    if (!array.integral()) {
      return new ActionBatch.Continuous(array.floats(), rows, width);
    }
    require(
        width == 1,
        source.label(name)
            + " holds "
            + width
            + " integers per step, expected one index or real numbers (continuous actions)");
    return new ActionBatch.Discrete(array.ints(source.label(name)));
  }

  private static int width(NpyArray array, int leadingAxes) {
    return product(elementShape(array.shape(), leadingAxes));
  }

  private static int product(int[] sizes) {
    return Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
  }
}
