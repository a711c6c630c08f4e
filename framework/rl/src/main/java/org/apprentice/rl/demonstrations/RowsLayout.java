package org.apprentice.rl.demonstrations;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;

/**
 * Arrays with a row per transition, episode after episode: ours, and Stable-Baselines 2's.
 *
 * @see DemonstrationFile
 */
final class RowsLayout {
  private final ArraySource source;
  private final Pictures pictures;
  private final Optional<ImageSpace> environment;

  private RowsLayout(ArraySource source, Pictures pictures, Optional<ImageSpace> environment) {
    this.source = source;
    this.pictures = pictures;
    this.environment = environment;
  }

  /**
   * @param pictures how picture files are understood, if observations are such
   * @param environment what pictures are made to look like
   */
  static Demonstrations read(
      ArraySource source, Pictures pictures, Optional<ImageSpace> environment) {
    return new RowsLayout(source, pictures, environment).read();
  }

  private Demonstrations read() {
    Optional<PictureFiles> files = pictures(source);
    Shown shown = null;
    if (files.isEmpty()) {
      shown = source.has(NpzArchive.FRAMES) ? stacks("stacks") : observations("obs");
    }
    int rows = files.isPresent() ? files.get().count() : shown.rows().rows();
    require(rows > 0, source.file() + " holds no transition");
    NpyArray actions = source.array("actions");
    requireRows("actions", actions, rows, files);
    boolean[] starts = starts(rows, files);
    if (files.isPresent()) {
      PictureRows read =
          new PictureRows(files.get(), source.file().toString(), pictures, environment);
      shown = new Shown(read.read(starts), read.shape());
    }
    float[] rewards = new float[rows];
    if (source.has("rewards")) {
      NpyArray array = source.array("rewards");
      requireRows("rewards", array, rows, files);
      rewards = array.floats();
    }
    int[] firsts = IntStream.range(0, rows).filter(row -> starts[row]).toArray();
    double[] returns = returns(rewards, firsts);
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
        new Episodes(firstRows, returns),
        endings(shown, firsts.length),
        null);
  }

  /** The pictures that observations are; empty if they are none. */
  static Optional<PictureFiles> pictures(ArraySource source) {
    if (source.has(NpzArchive.FRAMES)) {
      return Optional.empty();
    }
    if (source.has("obs")) {
      Path folder = source instanceof ArrayFolder ? source.file() : parent(source.file());
      return source.header("obs").text()
          ? Optional.of(PictureFiles.named(source.label("obs"), folder, source.texts("obs")))
          : Optional.empty();
    }
    return source instanceof ArrayFolder
        ? Optional.of(PictureFiles.numbered(source.file()))
        : Optional.empty();
  }

  private static Path parent(Path file) {
    return file.toAbsolutePath().getParent();
  }

  /** A folder need not say where episodes begin: then all is one. */
  private boolean[] starts(int rows, Optional<PictureFiles> files) {
    boolean[] starts = new boolean[rows];
    if (source instanceof ArrayFolder && !source.has("episode_starts")) {
      starts[0] = true;
      return starts;
    }
    NpyArray episodeStarts = source.array("episode_starts");
    requireRows("episode_starts", episodeStarts, rows, files);
    starts = episodeStarts.booleans();
    require(
        starts[0],
        source.label("episode_starts") + " must begin with true: the first row starts an episode");
    return starts;
  }

  /** A folder need not know returns: then they are sums of its rewards, which are 0 if unknown. */
  private double[] returns(float[] rewards, int[] firsts) {
    if (!(source instanceof ArrayFolder) || source.has("episode_returns")) {
      return source.array("episode_returns").doubles();
    }
    double[] returns = new double[firsts.length];
    for (int episode = 0; episode < firsts.length; episode++) {
      int end = episode + 1 < firsts.length ? firsts[episode + 1] : rewards.length;
      for (int row = firsts[episode]; row < end; row++) {
        returns[episode] += rewards[row];
      }
    }
    return returns;
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

  private void requireRows(String name, NpyArray array, int rows, Optional<PictureFiles> files) {
    requireArray(name, array.shape());
    String expected =
        files
            .map(
                it ->
                    "%d for as many pictures (%s to %s)"
                        .formatted(rows, it.file(0).getFileName(), it.file(rows - 1).getFileName()))
            .orElse(rows + " rows as in 'obs'");
    require(
        array.shape()[0] == rows && (array.count() == rows || name.equals("actions")),
        source.label(name)
            + " has shape "
            + Arrays.toString(array.shape())
            + ", expected "
            + expected);
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
