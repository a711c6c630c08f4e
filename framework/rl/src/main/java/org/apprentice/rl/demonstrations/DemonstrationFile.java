package org.apprentice.rl.demonstrations;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ObservationBatch;

/**
 * Demonstrations as npz files, or, by their name {@code observations_NAME.csv}, as text (see {@link
 * CsvPair}).
 *
 * <p>Of npz files, written and read (as Stable-Baselines 2 does): {@code obs [rows x ...]} (f4, or
 * u1 for images), {@code actions} ({@code [rows x 1]} i8 for indices, {@code [rows x width]} f4),
 * {@code rewards [rows]}, {@code episode_starts [rows]}, {@code episode_returns [episodes]};
 * besides, where it is known how episodes ended, {@code final_obs [episodes x ...]} and {@code
 * terminated [episodes]}. Read only: OpenAI Baselines' {@code obs}, {@code acs}, {@code rews},
 * {@code ep_rets} with leading axes
 */
public final class DemonstrationFile {
  /** The first date that a zip can hold: equal data shall give equal bytes. */
  private static final LocalDateTime TIMESTAMP = LocalDateTime.of(1980, 1, 1, 0, 0);

  private static final int CHUNK = 1 << 16;

  private DemonstrationFile() {}

  /**
   * @throws DemonstrationException if the file is missing, damaged, of another format or
   *     inconsistent
   */
  public static Demonstrations read(Path file) {
    if (CsvPair.isText(file)) {
      return CsvPair.read(file);
    }
    NpzArchive archive = NpzArchive.read(file);
    return archive.has("acs") ? BaselinesLayout.read(archive, file) : readRows(archive, file);
  }

  /** The files that demonstrations of this name lie in, the file itself first. */
  public static List<Path> parts(Path file) {
    return CsvPair.isPair(file) ? CsvPair.files(file) : List.of(file);
  }

  private static Demonstrations readRows(NpzArchive archive, Path file) {
    NpyArray obs = archive.array("obs");
    NpyArray actions = archive.array("actions");
    int rows = leading(archive, "obs", obs);
    require(rows > 0, file + " holds no transition");
    requireRows(archive, "actions", actions, rows);
    boolean[] starts = new boolean[rows];
    NpyArray episodeStarts = archive.array("episode_starts");
    requireRows(archive, "episode_starts", episodeStarts, rows);
    System.arraycopy(episodeStarts.booleans(), 0, starts, 0, rows);
    require(
        starts[0],
        archive.label("episode_starts") + " must begin with true: the first row starts an episode");
    float[] rewards = new float[rows];
    if (archive.has("rewards")) {
      NpyArray array = archive.array("rewards");
      requireRows(archive, "rewards", array, rows);
      rewards = array.floats();
    }
    int[] firsts = IntStream.range(0, rows).filter(row -> starts[row]).toArray();
    int[] lengths =
        IntStream.range(0, firsts.length)
            .map(i -> (i + 1 < firsts.length ? firsts[i + 1] : rows) - firsts[i])
            .toArray();
    double[] returns = archive.array("episode_returns").doubles();
    require(
        returns.length == lengths.length,
        archive.label("episode_returns")
            + " has "
            + returns.length
            + " elements, 'episode_starts' begins "
            + lengths.length
            + " episodes");
    return new Demonstrations(
        elementShape(obs, 1),
        observations(obs, rows, 1),
        actions(archive, "actions", actions, rows, 1),
        rewards,
        Demonstrations.firstRows(lengths),
        returns,
        endings(archive, obs, lengths.length));
  }

  /** Null where the file does not say how episodes ended. */
  private static Endings endings(NpzArchive archive, NpyArray obs, int episodes) {
    if (!archive.has("final_obs") || !archive.has("terminated")) {
      return null;
    }
    NpyArray finals = archive.array("final_obs");
    NpyArray terminated = archive.array("terminated");
    boolean sameKind =
        (finals.kind() == 'u' && finals.itemSize() == 1)
            == (obs.kind() == 'u' && obs.itemSize() == 1);
    require(
        leading(archive, "final_obs", finals) == episodes
            && sameKind
            && Arrays.equals(elementShape(finals, 1), elementShape(obs, 1)),
        archive.label("final_obs")
            + " has shape "
            + Arrays.toString(finals.shape())
            + ", expected one observation like those of 'obs' for each of "
            + episodes
            + " episodes");
    require(
        terminated.count() == episodes,
        archive.label("terminated")
            + " has "
            + terminated.count()
            + " elements, expected one for each of "
            + episodes
            + " episodes");
    return new Endings(observations(finals, episodes, 1), terminated.booleans());
  }

  static int leading(NpzArchive archive, String name, NpyArray array) {
    require(array.shape().length > 0, archive.label(name) + " is a single number, not an array");
    return array.shape()[0];
  }

  private static void requireRows(NpzArchive archive, String name, NpyArray array, int rows) {
    int found = leading(archive, name, array);
    require(
        found == rows && (array.count() == rows || name.equals("actions")),
        archive.label(name)
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
  static int[] elementShape(NpyArray array, int leadingAxes) {
    int[] shape = array.shape();
    return shape.length <= leadingAxes
        ? new int[] {1}
        : Arrays.copyOfRange(shape, leadingAxes, shape.length);
  }

  static ObservationBatch observations(NpyArray array, int rows, int leadingAxes) {
    int width = width(array, leadingAxes);
    return array.kind() == 'u' && array.itemSize() == 1
        ? new ObservationBatch.UInt8(array.bytes(), rows, width)
        : new ObservationBatch.Float32(array.floats(), rows, width);
  }

  /** Integral actions are indices, real ones vectors. */
  static ActionBatch actions(
      NpzArchive archive, String name, NpyArray array, int rows, int leadingAxes) {
    int width = width(array, leadingAxes);
    if (!array.integral()) {
      return new ActionBatch.Continuous(array.floats(), rows, width);
    }
    require(
        width == 1,
        archive.label(name)
            + " holds "
            + width
            + " integers per step, expected one index or real numbers (continuous actions)");
    return new ActionBatch.Discrete(array.ints(archive.label(name)));
  }

  private static int width(NpyArray array, int leadingAxes) {
    return Arrays.stream(elementShape(array, leadingAxes)).reduce(1, (a, b) -> a * b);
  }

  /**
   * Writes further episodes behind those that the file holds; the same as {@link #write} where it
   * does not exist.
   *
   * @throws DemonstrationException if they are of another kind, or the file does not say where its
   *     last episode ends
   */
  public static void append(Path file, Demonstrations more) {
    if (!Files.exists(file)) {
      write(file, more);
      return;
    }
    if (CsvPair.isText(file)) {
      CsvPair.requireEpisodes(file);
    }
    Demonstrations before = read(file);
    if (!before.isLike(more)) {
      throw new DemonstrationException(
          "cannot append to %s: it holds %s, these are %s"
              .formatted(file, before.kind(), more.kind()));
    }
    write(file, before.followedBy(more));
  }

  /**
   * Writes the file at once or not at all. Equal demonstrations give equal bytes (images: with the
   * same zlib; real numbers are stored uncompressed, as NumPy does).
   */
  public static void write(Path file, Demonstrations demonstrations) {
    try {
      replace(file, demonstrations);
    } catch (IOException e) {
      Path folder = file.toAbsolutePath().getParent();
      String reason = e.getMessage();
      if (Files.exists(folder) && !Files.isDirectory(folder)) {
        reason = folder + " is a file, not a folder";
      } else if (e instanceof FileSystemException named && named.getReason() == null) {
        reason = "its folder may not be written to";
      }
      throw new DemonstrationException(
          "cannot write demonstrations to "
              + file
              + " ("
              + reason
              + "); choose a file in a folder that can be written, with room for it",
          e);
    }
  }

  private static void replace(Path file, Demonstrations demonstrations) throws IOException {
    if (CsvPair.isText(file)) {
      CsvPair.write(file, demonstrations);
      return;
    }
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path partial = Files.createTempFile(folder, file.getFileName().toString(), ".part");
    try {
      try (ZipOutputStream zip =
          new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(partial)))) {
        writeArrays(zip, demonstrations);
      }
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private static void writeArrays(ZipOutputStream zip, Demonstrations demonstrations)
      throws IOException {
    int rows = demonstrations.rows();
    int episodes = demonstrations.episodes();
    int[] shape =
        IntStream.concat(IntStream.of(rows), IntStream.of(demonstrations.observationShape()))
            .toArray();
    if (demonstrations.observations() instanceof ObservationBatch.Float32 real) {
      floats(zip, "obs", real.values(), shape);
    } else if (demonstrations.observations() instanceof ObservationBatch.UInt8 bytes) {
      entry(zip, "obs", true, NpyArray.header("|u1", shape), out -> out.write(bytes.values()));
    }
    if (demonstrations.actions() instanceof ActionBatch.Discrete indices) {
      numbers(
          zip,
          "actions",
          NpyArray.header("<i8", rows, 1),
          rows,
          (buffer, i) -> buffer.putLong(indices.values()[i]));
    } else if (demonstrations.actions() instanceof ActionBatch.Continuous real) {
      floats(zip, "actions", real.values(), rows, real.width());
    }
    numbers(
        zip,
        "rewards",
        NpyArray.header("<f4", rows),
        rows,
        (buffer, i) -> buffer.putFloat(demonstrations.reward(i)));
    byte[] starts = new byte[rows];
    for (int episode = 0; episode < episodes; episode++) {
      starts[demonstrations.firstRow(episode)] = 1;
    }
    entry(zip, "episode_starts", false, NpyArray.header("|b1", rows), out -> out.write(starts));
    numbers(
        zip,
        "episode_returns",
        NpyArray.header("<f8", episodes),
        episodes,
        (buffer, i) -> buffer.putDouble(demonstrations.episodeReturn(i)));
    if (demonstrations.endings() != null) {
      writeEndings(zip, demonstrations, shape);
    }
  }

  private static void writeEndings(
      ZipOutputStream zip, Demonstrations demonstrations, int[] observationsShape)
      throws IOException {
    int episodes = demonstrations.episodes();
    int[] shape = observationsShape.clone();
    shape[0] = episodes;
    ObservationBatch finals = demonstrations.endings().observations();
    if (finals instanceof ObservationBatch.Float32 real) {
      floats(zip, "final_obs", real.values(), shape);
    } else if (finals instanceof ObservationBatch.UInt8 bytes) {
      entry(
          zip, "final_obs", true, NpyArray.header("|u1", shape), out -> out.write(bytes.values()));
    }
    byte[] terminated = new byte[episodes];
    for (int episode = 0; episode < episodes; episode++) {
      terminated[episode] = (byte) (demonstrations.terminated(episode) ? 1 : 0);
    }
    entry(zip, "terminated", false, NpyArray.header("|b1", episodes), out -> out.write(terminated));
  }

  private interface Content {
    void write(OutputStream out) throws IOException;
  }

  private interface Element {
    void put(ByteBuffer buffer, int index);
  }

  private static void floats(ZipOutputStream zip, String name, float[] values, int... shape)
      throws IOException {
    numbers(
        zip,
        name,
        NpyArray.header("<f4", shape),
        values.length,
        (buffer, i) -> buffer.putFloat(values[i]));
  }

  private static void numbers(
      ZipOutputStream zip, String name, byte[] header, int count, Element element)
      throws IOException {
    entry(
        zip,
        name,
        false,
        header,
        out -> {
          ByteBuffer buffer = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
          for (int i = 0; i < count; i++) {
            element.put(buffer, i);
            if (buffer.remaining() < Double.BYTES || i == count - 1) {
              out.write(buffer.array(), 0, buffer.position());
              buffer.clear();
            }
          }
        });
  }

  /** Stored entries need size and checksum in front, so their content is produced twice. */
  private static void entry(
      ZipOutputStream zip, String name, boolean compressed, byte[] header, Content content)
      throws IOException {
    ZipEntry entry = new ZipEntry(name + ".npy");
    entry.setTimeLocal(TIMESTAMP);
    if (!compressed) {
      CRC32 checksum = new CRC32();
      long[] size = {header.length};
      checksum.update(header);
      content.write(
          new CheckedOutputStream(new CountingOutputStream(count -> size[0] += count), checksum));
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(size[0]);
      entry.setCrc(checksum.getValue());
    }
    zip.putNextEntry(entry);
    zip.write(header);
    content.write(zip);
    zip.closeEntry();
  }

  /** Drops what is written and says how much it was. */
  private static final class CountingOutputStream extends OutputStream {
    private final IntConsumer written;

    CountingOutputStream(IntConsumer written) {
      this.written = written;
    }

    @Override
    public void write(int value) {
      written.accept(1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      written.accept(length);
    }
  }
}
