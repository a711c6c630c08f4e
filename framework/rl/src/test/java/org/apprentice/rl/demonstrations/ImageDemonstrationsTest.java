package org.apprentice.rl.demonstrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apprentice.rl.RandomStreams;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images by reference, in memory and on disk, against the same images side by side. */
class ImageDemonstrationsTest {
  private static final int DEPTH = 3;
  private static final int SIZE = 4;
  private static final int WIDTH = DEPTH * SIZE;

  @TempDir Path folder;

  /** Stacks of the newest frames, the first one repeated; of random frames. */
  private static Demonstrations games(Random random, int... lengths) {
    int rows = IntStream.of(lengths).sum();
    byte[] images = new byte[rows * WIDTH];
    byte[] finals = new byte[lengths.length * WIDTH];
    boolean[] terminated = new boolean[lengths.length];
    int row = 0;
    for (int episode = 0; episode < lengths.length; episode++) {
      byte[][] frames = new byte[lengths[episode] + 1][SIZE];
      for (byte[] frame : frames) {
        random.nextBytes(frame);
      }
      for (int step = 0; step <= lengths[episode]; step++) {
        for (int channel = 0; channel < DEPTH; channel++) {
          byte[] frame = frames[Math.max(0, step - DEPTH + 1 + channel)];
          boolean last = step == lengths[episode];
          System.arraycopy(
              frame,
              0,
              last ? finals : images,
              (last ? episode : row) * WIDTH + channel * SIZE,
              SIZE);
        }
        row += step < lengths[episode] ? 1 : 0;
      }
      terminated[episode] = random.nextBoolean();
    }
    return Demonstrations.of(
            new int[] {DEPTH, 2, 2},
            new ObservationBatch.UInt8(images, rows, WIDTH),
            new ActionBatch.Discrete(random.ints(rows, 0, 3).toArray()),
            new float[rows],
            lengths,
            random.doubles(lengths.length).toArray())
        .withEndings(new ObservationBatch.UInt8(finals, lengths.length, WIDTH), terminated);
  }

  private static Demonstrations onDisk(Path file, Demonstrations demonstrations) {
    DemonstrationFile.write(file, demonstrations);
    return DemonstrationFile.read(file);
  }

  private static void assertSame(Demonstrations found, Demonstrations expected) {
    assertThat(found.digest()).isEqualTo(expected.digest());
    ObservationBatch all = found.allocateObservations(found.rows());
    found.copy(0, found.rows(), all, found.allocateActions(found.rows()));
    assertThat(bytes(all)).containsExactly(bytes(expected.observations()));
    for (int row = 0; row < found.rows(); row++) {
      assertThat(found.hasSuccessor(row)).isEqualTo(expected.hasSuccessor(row));
      assertThat(found.terminates(row)).isEqualTo(expected.terminates(row));
      if (found.hasSuccessor(row)) {
        assertThat(successor(found, row)).containsExactly(successor(expected, row));
      }
    }
  }

  private static byte[] successor(Demonstrations demonstrations, int row) {
    ObservationBatch out = demonstrations.allocateObservations(1);
    demonstrations.copySuccessor(row, out, 0);
    return bytes(out);
  }

  private static byte[] bytes(ObservationBatch batch) {
    return ((ObservationBatch.UInt8) batch).values();
  }

  @Property(tries = 40)
  void imagesOnDiskAreThoseInMemoryWhateverIsChosenOfThem(
      @ForAll @IntRange(min = 1, max = 7) int length,
      @ForAll @IntRange(min = 1, max = 4) int every,
      @ForAll long seed)
      throws IOException {
    Path directory = Files.createTempDirectory("demonstrations");
    Path file = directory.resolve("images.npz");
    Demonstrations dense = games(new Random(seed), length, 3, length + 2);
    Demonstrations stored = onDisk(file, dense);

    assertThat(stored.observationRows()).isInstanceOf(StackedRows.class);
    assertSame(stored, dense);
    assertSame(stored.limit(2), dense.limit(2));
    assertSame(stored.select(2, 0), dense.select(2, 0));
    assertSame(stored.subsample(every), dense.subsample(every));
    assertSame(
        stored.subsample(every).select(1).followedBy(stored.select(0)),
        dense.subsample(every).select(1).followedBy(dense.select(0)));
    assertSame(stored.followedBy(dense), dense.followedBy(dense));
    assertSame(dense.followedBy(stored), dense.followedBy(dense));
    Files.delete(file);
    Files.delete(directory);
  }

  @Test
  void stacksShareTheirFrames() {
    Demonstrations stored = onDisk(folder.resolve("images.npz"), games(new Random(1), 10, 20));

    NpzArchive archive = NpzArchive.read(folder.resolve("images.npz"));
    // one per step and the final one of each episode
    assertThat(archive.header("frames").shape()).containsExactly(32, 2, 2);
    assertThat(archive.array("stacks").shape()).containsExactly(30, DEPTH);
    assertThat(Arrays.copyOf(archive.array("stacks").ints("stacks"), 9))
        .containsExactly(0, 0, 0, 0, 0, 1, 0, 1, 2);
    DemonstrationFile.write(folder.resolve("second.npz"), stored.select(1));
    assertThat(NpzArchive.read(folder.resolve("second.npz")).header("frames").shape())
        .containsExactly(21, 2, 2);
  }

  @Test
  void readsWhatNumpyIndexes() throws IOException {
    Demonstrations demonstrations = DemonstrationFile.read(fixture("stacks.npz"));

    assertThat(demonstrations.observationShape()).containsExactly(2, 2, 3);
    assertThat(demonstrations.terminated(0)).isTrue();
    byte[] third = new byte[60];
    ObservationBatch out = new ObservationBatch.UInt8(third, 5, 12);
    demonstrations.copy(0, 5, out, demonstrations.allocateActions(5));
    assertThat(IntStream.range(24, 36).map(i -> Byte.toUnsignedInt(third[i])))
        .containsExactly(30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85);
    assertThat(successor(demonstrations, 2)[11]).isEqualTo((byte) 175);
  }

  @Test
  void theNewestChannelsAreTheLast() {
    Demonstrations dense = games(new Random(2), 6, 4);

    Demonstrations newest =
        onDisk(folder.resolve("images.npz"), dense).newestOf(new ImageSpace(1, 2, 2));

    assertThat(newest.observationShape()).containsExactly(1, 2, 2);
    assertSame(dense.newestOf(new ImageSpace(1, 2, 2)), newest);
    ObservationBatch out = newest.allocateObservations(1);
    newest.copyRow(3, out, newest.allocateActions(1), 0);
    assertThat(bytes(out)).containsExactly(Arrays.copyOfRange(bytes(dense.observations()), 44, 48));
    assertThat(successor(newest, 9))
        .containsExactly(Arrays.copyOfRange(successor(dense, 9), 8, 12));
  }

  @Test
  void largeImageArraysOfOthersStayOnDiskPackedOrNot() throws IOException {
    Demonstrations dense = games(new Random(3), 5, 4);
    for (int method : new int[] {ZipEntry.STORED, ZipEntry.DEFLATED}) {
      Path file = others(dense, method);

      Demonstrations read =
          RowsLayout.read(NpzArchive.read(file, 50), Pictures.DEFAULT, Optional.empty());

      assertThat(read.observationRows()).isInstanceOf(StackedRows.class);
      assertThat(bytes(read.observations())).containsExactly(bytes(dense.observations()));
      assertThat(read.digest()).isEqualTo(DemonstrationFile.read(file).digest());
    }
  }

  private Path others(Demonstrations demonstrations, int method) throws IOException {
    Path file = folder.resolve("others.npz");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setLevel(9);
      byte[] starts = {1, 0, 0, 0, 0, 1, 0, 0, 0};
      put(zip, "obs", "|u1", bytes(demonstrations.observations()), method, 9, DEPTH, 2, 2);
      put(zip, "actions", "|u1", new byte[9], method, 9);
      put(zip, "episode_starts", "|b1", starts, method, 9);
      put(zip, "episode_returns", "<f8", new byte[16], method, 2);
    }
    return file;
  }

  private static void put(
      ZipOutputStream zip, String name, String type, byte[] elements, int method, int... shape)
      throws IOException {
    byte[] header = NpyHeader.write(type, shape);
    byte[] bytes = Arrays.copyOf(header, header.length + elements.length);
    System.arraycopy(elements, 0, bytes, header.length, elements.length);
    ZipEntry entry = new ZipEntry(name + ".npy");
    entry.setMethod(method);
    if (method == ZipEntry.STORED) {
      java.util.zip.CRC32 checksum = new java.util.zip.CRC32();
      checksum.update(bytes);
      entry.setSize(bytes.length);
      entry.setCrc(checksum.getValue());
    }
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  @Test
  void recordedGamesKeepEachFrameOnce() {
    Demonstrations recorded =
        DemonstrationRecorder.record(
            (input, done) -> {
              Arrays.fill(((ActionBatch.Discrete) done).values(), 1);
              return done;
            },
            new StackingGame(2),
            3,
            7);

    assertThat(IntStream.range(0, 3).map(recorded::length)).containsExactly(5, 6, 5);
    for (int episode = 0; episode < 3; episode++) {
      int copy = episode % 2;
      for (int step = 0; step < recorded.length(episode); step++) {
        ObservationBatch out = recorded.allocateObservations(1);
        int row = recorded.firstRow(episode) + step;
        recorded.copyRow(row, out, recorded.allocateActions(1), 0);
        assertThat(bytes(out)).containsExactly(StackingGame.image(copy, episode / 2, step));
        assertThat(successor(recorded, row))
            .containsExactly(StackingGame.image(copy, episode / 2, step + 1));
      }
    }
    assertThat(((StackedRows) recorded.observationRows()).distinctFrames()).isEqualTo(16);
    assertThat(onDisk(folder.resolve("recorded.npz"), recorded).digest())
        .isEqualTo(recorded.digest());
  }

  @Test
  void nothingIsLeftOfARecordingThatWasNotWritten() throws IOException {
    Frames.Spool spool = new Frames.Spool(folder, SIZE);
    spool.add(new byte[SIZE], 0);
    StackedRows rows = new StackedRows(spool, new int[] {0, 0, 99}, DEPTH);
    Demonstrations broken =
        new Demonstrations(
            new int[] {DEPTH, 2, 2},
            rows,
            new ActionBatch.Discrete(new int[1]),
            new float[1],
            new Episodes(new int[] {0, 1}, new double[1]),
            null,
            null);

    assertThatThrownBy(() -> DemonstrationFile.write(folder.resolve("x.npz"), broken))
        .isInstanceOf(RuntimeException.class);

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void damageWithinFramesIsNoticed() throws IOException {
    Path file = folder.resolve("images.npz");
    DemonstrationFile.write(file, games(new Random(4), 30));
    byte[] whole = Files.readAllBytes(file);
    whole[200] ^= 1;
    Files.write(file, whole);

    assertThatThrownBy(() -> DemonstrationFile.read(file))
        .hasMessageContaining("damaged or cut off (the checksum of frames.npy does not fit)");
  }

  @Test
  void framesThatAreNotThereAreNamed() throws IOException {
    Path file = folder.resolve("short.npz");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      put(zip, "frames", "|u1", new byte[8], ZipEntry.DEFLATED, 2, 2, 2);
      byte[] numbers = ByteBuffer.allocate(4).put(1, (byte) 2).array();
      put(zip, "stacks", "|u1", numbers, ZipEntry.DEFLATED, 2, 2);
    }

    assertThatThrownBy(() -> DemonstrationFile.read(file))
        .isInstanceOf(DemonstrationException.class)
        .hasMessageContainingAll("'stacks' of", "frame 2 in row 0, expected 0 .. 1");
  }

  @Test
  void aFileThatBecomesShorterInUseIsNamed() throws IOException {
    Path file = folder.resolve("images.npz");
    Demonstrations stored = onDisk(file, games(new Random(5), 30));
    try (java.nio.channels.FileChannel channel =
        java.nio.channels.FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(150);
    }

    assertThatThrownBy(() -> successor(stored, 20))
        .isInstanceOf(DemonstrationException.class)
        .hasMessageContaining("images.npz became shorter while it was in use");
  }

  @Test
  void shuffledActionsLeaveTheImagesWhereTheyAre() {
    Demonstrations stored = onDisk(folder.resolve("images.npz"), games(new Random(6), 12));

    Demonstrations shuffled = stored.shuffleActions(new RandomStreams(1).stream("x"));

    assertThat(shuffled.observationRows()).isSameAs(stored.observationRows());
  }

  private Path fixture(String name) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = ImageDemonstrationsTest.class.getResourceAsStream(name)) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }
}
