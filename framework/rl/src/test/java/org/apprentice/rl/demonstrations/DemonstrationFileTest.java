package org.apprentice.rl.demonstrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ObservationBatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against archives written by NumPy; see README.md beside them. */
class DemonstrationFileTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"discrete", "compressed", "big-endian", "version-2", "version-3"})
  void readsWhatNumpyWrote(String name) throws IOException {
    Demonstrations demonstrations = DemonstrationFile.read(fixture(name + ".npz"));

    assertThat(demonstrations.observationShape()).containsExactly(4);
    assertThat(reals(demonstrations)).containsExactly(eighths(20));
    assertThat(((ActionBatch.Discrete) demonstrations.actions()).values())
        .containsExactly(0, 1, 1, 0, 1);
    assertThat(demonstrations.episodes()).isEqualTo(2);
    assertThat(demonstrations.length(0)).isEqualTo(3);
    assertThat(demonstrations.length(1)).isEqualTo(2);
    assertThat(demonstrations.reward(2)).isEqualTo(0.5f);
    assertThat(demonstrations.episodeReturn(1)).isEqualTo(3.0);
  }

  @Test
  void theSameContentHasTheSameDigestInEveryEncoding() throws IOException {
    String digest = DemonstrationFile.read(fixture("discrete.npz")).digest();

    for (String name : new String[] {"compressed", "big-endian", "version-2", "version-3"}) {
      assertThat(DemonstrationFile.read(fixture(name + ".npz")).digest()).isEqualTo(digest);
    }
    assertThat(DemonstrationFile.read(fixture("image.npz")).digest()).isNotEqualTo(digest);
  }

  @Test
  void columnMajorArraysAreTurned() throws IOException {
    Demonstrations demonstrations = DemonstrationFile.read(fixture("fortran.npz"));

    assertThat(demonstrations.observationShape()).containsExactly(2, 3);
    assertThat(reals(demonstrations)).containsExactly(counting(30));
    assertThat(((ActionBatch.Continuous) demonstrations.actions()).values())
        .containsExactly(counting(10));
  }

  @Test
  void unsignedBytesStayBytes() throws IOException {
    Demonstrations demonstrations = DemonstrationFile.read(fixture("image.npz"));

    assertThat(demonstrations.images()).isTrue();
    assertThat(demonstrations.observationShape()).containsExactly(1, 2, 3);
    byte[] bytes = ((ObservationBatch.UInt8) demonstrations.observations()).values();
    assertThat(Byte.toUnsignedInt(bytes[29])).isEqualTo(29 * 8);
  }

  @Test
  void paddingOfBaselinesIsCutOff() throws IOException {
    Demonstrations demonstrations = DemonstrationFile.read(fixture("baselines.npz"));

    assertThat(demonstrations.episodes()).isEqualTo(2);
    assertThat(demonstrations.length(1)).isEqualTo(2);
    assertThat(reals(demonstrations)).containsExactly(eighths(20));
    assertThat(((ActionBatch.Continuous) demonstrations.actions()).values())
        .containsExactly(.5f, .5f, .5f, .5f, .5f, .5f, -.25f, -.25f, -.25f, -.25f);
    assertThat(demonstrations.episodeReturn(0)).isEqualTo(2.5);
    assertThat(demonstrations.reward(4)).isEqualTo(2f);
  }

  @Test
  void lengthsOfBaselinesEvaluationAreObeyed() throws IOException {
    Demonstrations demonstrations = DemonstrationFile.read(fixture("baselines-evaluation.npz"));

    assertThat(demonstrations.rows()).isEqualTo(5);
    assertThat(((ActionBatch.Discrete) demonstrations.actions()).values())
        .containsExactly(0, 1, 1, 0, 1);
    assertThat(demonstrations.reward(0)).isZero();
  }

  @Test
  void foreignElementTypesAreRefusedWithTheMend() throws IOException {
    refused("object.npz", "'obs' of", "pickled Python objects", "allow_pickle=True", "np.savez");
    refused("text.npz", "'obs' of", "names picture 0 'a.png', which is missing; looked for");
    refused("half.npz", "type <f2, expected numbers: f4");
    refused("record.npz", "of several fields");
    refused("single.npy", "is a single npy array; expected an npz archive with obs, actions");
  }

  @Test
  void filesThatAreNoArchiveAreNamed() throws IOException {
    refused(folder.resolve("none.npz"), "there is no demonstrations file", "none.npz");
    refused(folder, "is a folder");
    refused(written(new byte[0]), "is empty");
    refused(
        written("name = cartpole".getBytes(StandardCharsets.US_ASCII)), "is not an npz archive");
    refused(written(new byte[] {(byte) 0x80, 4, (byte) 0x95, 0, 0, 0}), "is a Python pickle");
  }

  @Test
  void everyTruncationIsNoticed() throws IOException {
    byte[] whole = Files.readAllBytes(fixture("discrete.npz"));
    for (int length = 4; length < whole.length; length += 41) {
      refused(written(Arrays.copyOf(whole, length)), "is damaged or cut off");
    }
  }

  @Test
  void damagedElementsAreNoticed() throws IOException {
    byte[] whole = Files.readAllBytes(fixture("discrete.npz"));
    whole[200] ^= 1;

    refused(written(whole), "is damaged or cut off (the checksum of obs.npy does not fit)");
  }

  @Test
  void inconsistentArraysAreNamed() throws IOException {
    byte[] five = bytes(20);
    refused(
        archive("obs", array("<f4", five, 5), "actions", array("<i4", five, 5)),
        "has no 'episode_starts', it holds [actions, obs]");
    refused(archive("rews", array("<f4", five, 5)), "has no 'obs', it holds [rews]");
    refused(
        archive("obs", array("<f4", five, 5), "actions", array("<i4", bytes(16), 4)),
        "'actions' of",
        "has shape [4], expected 5 rows as in 'obs'");
    refused(
        archive(
            "obs", array("<f4", five, 5),
            "actions", array("<i4", five, 5),
            "episode_starts", array("|b1", bytes(5), 5)),
        "must begin with true");
    refused(
        archive(
            "obs", array("<f4", five, 5),
            "actions", array("<i4", five, 5),
            "episode_starts", array("|b1", new byte[] {1, 0, 1, 0, 0}, 5),
            "episode_returns", array("<f8", bytes(8), 1)),
        "has 1 elements, 'episode_starts' begins 2 episodes");
    refused(
        archive("obs", array("<f4", bytes(16), 5), "actions", array("<i4", five, 5)),
        "it has 16 bytes of elements, its shape needs 20");
    refused(
        archive("obs", array("<f4", bytes(0), 2_000_000_000, 4), "actions", five),
        "more than fits into memory");
    refused(
        archive("obs", array("<f4", five, 5), "acs", array("<f4", five, 5), "ep_rets", five),
        "'obs' of",
        "expected [episodes x steps x ...]");
  }

  @Test
  void writesWhatNumpyWrites() throws IOException {
    Demonstrations demonstrations = DemonstrationFile.read(fixture("discrete.npz"));
    Path copy = folder.resolve("made/here/copy.npz");

    DemonstrationFile.write(copy, demonstrations);

    assertThat(NpzArchive.read(copy).array("actions").ints("actions"))
        .containsExactly(0, 1, 1, 0, 1);
    assertThat(NpyHeader.write("<f8", 5, 4)).isEqualTo(headerOf("discrete.npz", "obs"));
    assertThat(NpyHeader.write("<f8", 2)).isEqualTo(headerOf("discrete.npz", "episode_returns"));
    try (Stream<Path> files = Files.list(copy.getParent())) {
      assertThat(files).containsExactly(copy);
    }
  }

  /** Some episodes end by themselves, with the observation of any row. */
  private static Demonstrations ended(Demonstrations episodes, Random random) {
    ObservationBatch finals = episodes.allocateObservations(episodes.episodes());
    ActionBatch ignored = episodes.allocateActions(episodes.episodes());
    boolean[] terminated = new boolean[episodes.episodes()];
    for (int episode = 0; episode < terminated.length; episode++) {
      episodes.copyRow(random.nextInt(episodes.rows()), finals, ignored, episode);
      terminated[episode] = random.nextBoolean();
    }
    return episodes.withEndings(finals, terminated);
  }

  @Property(tries = 50)
  void whatIsWrittenIsReadAgain(
      @ForAll @Size(min = 1, max = 6) int @IntRange(min = 1, max = 9) [] rawLengths,
      @ForAll @IntRange(min = 1, max = 5) int width,
      @ForAll boolean images,
      @ForAll boolean discrete,
      @ForAll long seed)
      throws IOException {
    int[] lengths = Arrays.stream(rawLengths).map(length -> Math.floorMod(length, 9) + 1).toArray();
    Demonstrations episodes = random(lengths, width, images, discrete, new Random(seed));
    Demonstrations demonstrations = seed % 2 == 0 ? episodes : ended(episodes, new Random(seed));
    Path directory = Files.createTempDirectory("demonstrations");
    Path first = directory.resolve("first.npz");
    Path second = directory.resolve("second.npz");

    DemonstrationFile.write(first, demonstrations);
    Demonstrations read = DemonstrationFile.read(first);
    DemonstrationFile.write(second, read);

    assertThat(read.digest()).isEqualTo(demonstrations.digest());
    assertThat(read.endingsKnown()).isEqualTo(demonstrations.endingsKnown());
    assertThat(second).hasSameBinaryContentAs(first);
    Files.delete(first);
    Files.delete(second);
    Files.delete(directory);
  }

  static Demonstrations random(
      int[] lengths, int width, boolean images, boolean discrete, Random random) {
    int rows = Arrays.stream(lengths).sum();
    ObservationBatch observations;
    if (images) {
      byte[] bytes = new byte[rows * width];
      random.nextBytes(bytes);
      observations = new ObservationBatch.UInt8(bytes, rows, width);
    } else {
      observations = new ObservationBatch.Float32(reals(rows * width, random), rows, width);
    }
    ActionBatch actions =
        discrete
            ? new ActionBatch.Discrete(random.ints(rows, 0, 4).toArray())
            : new ActionBatch.Continuous(reals(rows * 2, random), rows, 2);
    return Demonstrations.of(
        new int[] {width},
        observations,
        actions,
        reals(rows, random),
        lengths,
        random.doubles(lengths.length).toArray());
  }

  private static float[] reals(int count, Random random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float[] reals(Demonstrations demonstrations) {
    return ((ObservationBatch.Float32) demonstrations.observations()).values();
  }

  private static float[] counting(int count) {
    float[] values = new float[count];
    IntStream.range(0, count).forEach(i -> values[i] = i);
    return values;
  }

  private static float[] eighths(int count) {
    float[] values = counting(count);
    IntStream.range(0, count).forEach(i -> values[i] /= 8);
    return values;
  }

  private void refused(String fixture, String... parts) throws IOException {
    refused(fixture(fixture), parts);
  }

  private static void refused(Path file, String... parts) {
    ThrowingCallable read = () -> DemonstrationFile.read(file);
    assertThatThrownBy(read)
        .isInstanceOf(DemonstrationException.class)
        .hasMessageContaining(file.getFileName().toString())
        .hasMessageContainingAll(parts);
  }

  private byte[] headerOf(String fixture, String name) throws IOException {
    try (ZipFile zip = new ZipFile(fixture(fixture).toFile());
        InputStream in = zip.getInputStream(zip.getEntry(name + ".npy"))) {
      return in.readNBytes(128);
    }
  }

  private Path fixture(String name) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = DemonstrationFileTest.class.getResourceAsStream(name)) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }

  private Path written(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("written.npz"), bytes);
  }

  private static byte[] bytes(int count) {
    return new byte[count];
  }

  private static byte[] array(String type, byte[] elements, int... shape) {
    byte[] header = NpyHeader.write(type, shape);
    byte[] bytes = Arrays.copyOf(header, header.length + elements.length);
    System.arraycopy(elements, 0, bytes, header.length, elements.length);
    return bytes;
  }

  private Path archive(Object... namesAndBytes) throws IOException {
    Path file = folder.resolve("archive.npz");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < namesAndBytes.length; i += 2) {
        zip.putNextEntry(new ZipEntry(namesAndBytes[i] + ".npy"));
        zip.write((byte[]) namesAndBytes[i + 1]);
        zip.closeEntry();
      }
    }
    return file;
  }
}
