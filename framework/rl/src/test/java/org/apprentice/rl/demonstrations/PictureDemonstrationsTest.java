package org.apprentice.rl.demonstrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.Grayscale;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureDemonstrationsTest {
  private static final int SIDE = 8;

  @TempDir Path folder;

  /** A dot that moves one pixel per frame on a dark ground. */
  private static byte[] frame(int number) {
    byte[] frame = new byte[SIDE * SIDE];
    Arrays.fill(frame, (byte) 20);
    frame[Math.floorMod(number * 5, SIDE * SIDE)] = (byte) (200 + number);
    return frame;
  }

  private static void gray(Path file, byte[] pixels, int columns) throws IOException {
    BufferedImage image =
        new BufferedImage(columns, pixels.length / columns, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, columns, pixels.length / columns, pixels);
    ImageIO.write(image, "png", file.toFile());
  }

  /** What OpenCV writes of an array of four channels: blue, green, red, alpha. */
  private static void stack(Path file, byte[]... frames) throws IOException {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_4BYTE_ABGR);
    int[] bands = {2, 1, 0, 3};
    for (int channel = 0; channel < 4; channel++) {
      int[] samples = IntStream.range(0, SIDE * SIDE).toArray();
      for (int i = 0; i < samples.length; i++) {
        samples[i] = Byte.toUnsignedInt(frames[channel][i]);
      }
      image.getRaster().setSamples(0, 0, SIDE, SIDE, bands[channel], samples);
    }
    ImageIO.write(image, "png", file.toFile());
  }

  private Path written(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name), Arrays.asList(lines), StandardCharsets.UTF_8);
  }

  private static int[] pixels(Demonstrations demonstrations, int row) {
    ObservationBatch.UInt8 out = (ObservationBatch.UInt8) demonstrations.allocateObservations(1);
    demonstrations.copyRow(row, out, demonstrations.allocateActions(1), 0);
    return IntStream.range(0, out.width()).map(i -> Byte.toUnsignedInt(out.values()[i])).toArray();
  }

  private static int[] unsigned(byte[]... parts) {
    return Arrays.stream(parts)
        .flatMapToInt(it -> IntStream.range(0, it.length).map(i -> Byte.toUnsignedInt(it[i])))
        .toArray();
  }

  private Demonstrations read(Pictures.Form form, ImageSpace shown) {
    return DemonstrationFile.read(
        folder, new Pictures(form, Grayscale.Weights.REC_601), Optional.ofNullable(shown));
  }

  private void refused(String... parts) {
    assertThatThrownBy(() -> read(Pictures.Form.AUTO, null))
        .isInstanceOf(DemonstrationException.class)
        .hasMessageContainingAll(parts);
  }

  private void grays(int count) throws IOException {
    for (int i = 1; i <= count; i++) {
      gray(folder.resolve(i + ".png"), frame(i), SIDE);
    }
  }

  @Test
  void picturesFollowEachOtherByNumberAndNotByName() throws IOException {
    grays(12);
    written("actions.csv", "action", "0", "1", "2", "0", "1", "2", "0", "1", "2", "0", "1", "3");

    Demonstrations demonstrations = read(Pictures.Form.AUTO, null);

    assertThat(demonstrations.observationShape()).containsExactly(1, SIDE, SIDE);
    assertThat(demonstrations.episodes()).isEqualTo(1);
    for (int row = 0; row < 12; row++) {
      assertThat(pixels(demonstrations, row)).containsExactly(unsigned(frame(row + 1)));
    }
    assertThat(((ActionBatch.Discrete) demonstrations.actions()).values())
        .containsExactly(0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 3);
  }

  @Test
  void singleFramesAreStackedAsTheEnvironmentStacksThem() throws IOException {
    grays(5);
    written("actions.txt", "0", "1", "2", "0", "1");
    written("episode_starts.txt", "1", "0", "0", "1", "0");
    written("rewards.txt", "1", "0.5", "0", "0", "4");

    Demonstrations demonstrations = read(Pictures.Form.AUTO, new ImageSpace(3, SIDE, SIDE));

    assertThat(pixels(demonstrations, 0)).containsExactly(unsigned(frame(1), frame(1), frame(1)));
    assertThat(pixels(demonstrations, 2)).containsExactly(unsigned(frame(1), frame(2), frame(3)));
    assertThat(pixels(demonstrations, 3)).containsExactly(unsigned(frame(4), frame(4), frame(4)));
    assertThat(pixels(demonstrations, 4)).containsExactly(unsigned(frame(4), frame(4), frame(5)));
    assertThat(demonstrations.episodeReturn(0)).isEqualTo(1.5);
    assertThat(demonstrations.episodeReturn(1)).isEqualTo(4);
  }

  @Test
  void coloursBecomeGrayAndSmallerByMeansOfAreas() throws IOException {
    BufferedImage image = new BufferedImage(4, 2, BufferedImage.TYPE_3BYTE_BGR);
    int[][] colours = {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {10, 20, 30}};
    for (int x = 0; x < 4; x++) {
      image.getRaster().setPixel(x, 0, colours[x]);
      image.getRaster().setPixel(x, 1, colours[x]);
    }
    ImageIO.write(image, "png", folder.resolve("7.png").toFile());
    written("actions.txt", "1");

    // red 76.245, green 149.685, blue 29.07 and 18.15 are rounded before the means are taken
    assertThat(pixels(read(Pictures.Form.AUTO, new ImageSpace(1, 1, 2)), 0))
        .containsExactly((76 + 150 + 1) / 2, (29 + 18 + 1) / 2);
    assertThat(
            pixels(
                DemonstrationFile.read(
                    folder,
                    new Pictures(Pictures.Form.AUTO, Grayscale.Weights.ROUNDED_709),
                    Optional.of(new ImageSpace(1, 2, 4))),
                0))
        .containsExactly(54, 184, 18, 19, 54, 184, 18, 19);
    assertThat(pixels(read(Pictures.Form.AUTO, new ImageSpace(3, 1, 4)), 0))
        .containsExactly(255, 0, 0, 10, 0, 255, 0, 20, 0, 0, 255, 30);
  }

  @Test
  void fourFramesInBlueGreenRedAlphaAreFoundOutAndUnpacked() throws IOException {
    for (int i = 0; i < 9; i++) {
      stack(folder.resolve(i + ".png"), frame(i), frame(i + 1), frame(i + 2), frame(i + 3));
    }
    written("actions.txt", "0", "1", "2", "0", "1", "2", "0", "1", "2");

    Demonstrations found = read(Pictures.Form.AUTO, null);

    assertThat(found.observationShape()).containsExactly(4, SIDE, SIDE);
    for (int row = 0; row < 9; row++) {
      assertThat(pixels(found, row))
          .containsExactly(unsigned(frame(row), frame(row + 1), frame(row + 2), frame(row + 3)));
    }
    assertThat(((StackedRows) found.observationRows()).distinctFrames()).isEqualTo(12);
    assertThat(pixels(read(Pictures.Form.AUTO, new ImageSpace(1, SIDE, SIDE)), 2))
        .containsExactly(unsigned(frame(5)));
    assertThat(read(Pictures.Form.COLOUR, null).observationShape()).containsExactly(3, SIDE, SIDE);
  }

  @Test
  void anAlphaChannelThatIsNoFrameIsNotGuessed() throws IOException {
    byte[] noise = new byte[SIDE * SIDE];
    new Random(1).nextBytes(noise);
    stack(folder.resolve("1.png"), frame(1), frame(2), frame(3), noise);
    written("actions.txt", "0");

    refused(
        "have an alpha channel, but the channels do not look like frames",
        "set demonstrations.pictures.form to stacked",
        "or to colour");
    assertThat(read(Pictures.Form.STACKED, null).observationShape()).containsExactly(4, SIDE, SIDE);
  }

  @Test
  void anOpaqueAlphaChannelMeansNothing() throws IOException {
    byte[] opaque = new byte[SIDE * SIDE];
    Arrays.fill(opaque, (byte) 255);
    stack(folder.resolve("1.png"), frame(1), frame(2), frame(3), opaque);
    written("actions.txt", "0");

    assertThat(pixels(read(Pictures.Form.AUTO, null), 0))
        .containsExactly(unsigned(frame(3), frame(2), frame(1)));
  }

  /** Python: np.array(texts) as little-endian U. */
  private static byte[] texts(String... texts) {
    int width = Arrays.stream(texts).mapToInt(String::length).max().orElse(1);
    byte[] bytes = new byte[texts.length * width * 4];
    for (int i = 0; i < texts.length; i++) {
      for (int j = 0; j < texts[i].length(); j++) {
        bytes[(i * width + j) * 4] = (byte) texts[i].charAt(j);
      }
    }
    return array("<U" + width, bytes, texts.length);
  }

  private static byte[] array(String type, byte[] elements, int... shape) {
    byte[] header = NpyHeader.write(type, shape);
    byte[] bytes = Arrays.copyOf(header, header.length + elements.length);
    System.arraycopy(elements, 0, bytes, header.length, elements.length);
    return bytes;
  }

  private Path archive(String... paths) throws IOException {
    Path file = folder.resolve("expert.npz");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      Object[] arrays = {
        "obs", texts(paths),
        "actions", array("|u1", new byte[] {1, 2, 3}, 3, 1),
        "episode_starts", array("|b1", new byte[] {1, 0, 1}, 3),
        "episode_returns", array("<f8", new byte[16], 2)
      };
      for (int i = 0; i < arrays.length; i += 2) {
        zip.putNextEntry(new ZipEntry(arrays[i] + ".npy"));
        zip.write((byte[]) arrays[i + 1]);
        zip.closeEntry();
      }
    }
    return file;
  }

  @Test
  void archivesNameTheirPicturesWhereverTheyMovedTo() throws IOException {
    Path recorded = Files.createDirectories(folder.resolve("recorded"));
    for (int i = 0; i < 3; i++) {
      gray(recorded.resolve(i + ".png"), frame(i), SIDE);
    }
    gray(folder.resolve("9.png"), frame(9), SIDE);
    Path file = archive("recorded/0.png", "C:\\games\\recorded\\1.png", "/elsewhere/9.png");

    Demonstrations demonstrations = DemonstrationFile.read(file);

    assertThat(demonstrations.episodes()).isEqualTo(2);
    assertThat(pixels(demonstrations, 0)).containsExactly(unsigned(frame(0)));
    assertThat(pixels(demonstrations, 1)).containsExactly(unsigned(frame(1)));
    assertThat(pixels(demonstrations, 2)).containsExactly(unsigned(frame(9)));
    assertThat(DemonstrationFile.parts(file)).hasSize(4).contains(file, folder.resolve("9.png"));
    Files.delete(recorded.resolve("1.png"));
    assertThatThrownBy(() -> DemonstrationFile.read(file))
        .isInstanceOf(DemonstrationException.class)
        .hasMessageContainingAll(
            "'obs' of",
            "names picture 1 'C:\\games\\recorded\\1.png', which is missing",
            recorded.resolve("1.png").toString());
  }

  @Test
  void separateArraysMakeDemonstrations() throws IOException {
    byte[] images = new byte[3 * 4];
    new Random(1).nextBytes(images);
    Files.write(folder.resolve("obs.npy"), array("|u1", images, 3, 1, 2, 2));
    Files.write(folder.resolve("actions.npy"), array("|u1", new byte[] {1, 0, 1}, 3));
    Files.write(folder.resolve("episode_starts.npy"), array("|b1", new byte[] {1, 1, 0}, 3));
    Files.write(folder.resolve("episode_returns.npy"), array("<f8", new byte[16], 2));

    Demonstrations demonstrations = DemonstrationFile.read(folder);

    assertThat(demonstrations.observationShape()).containsExactly(1, 2, 2);
    assertThat(demonstrations.length(1)).isEqualTo(2);
    assertThat(pixels(demonstrations, 1))
        .containsExactly(unsigned(Arrays.copyOfRange(images, 4, 8)));
    assertThat(DemonstrationFile.parts(folder)).hasSize(4);
    Path npz = folder.resolve("all.npz");
    DemonstrationFile.write(npz, demonstrations);
    assertThat(DemonstrationFile.read(npz).digest()).isEqualTo(demonstrations.digest());
  }

  @Test
  void everyFaultIsNamedByFileAndNumber() throws IOException {
    refused("is a folder without actions.npy, actions.csv or actions.txt");
    written("actions.txt", "0", "1", "2");
    refused("holds no transition");
    grays(4);
    refused("actions.txt has shape [3], expected 4 for as many pictures (1.png to 4.png)");
    written("actions.txt", "0", "1", "2", "LEFT");
    refused("actions.txt:4: expected one number", "LEFT");
    written("actions.txt", "0", "1", "2", "3");
    Files.delete(folder.resolve("3.png"));
    refused("has no picture 3: they are numbered 1 to 4, and after 2.png comes 4.png (1 are");
    gray(folder.resolve("3.png"), new byte[16], 4);
    refused("picture 3.png of", "has 4 x 4 pixels", "in 1 channels, the first one 8 x 8 in 1");
    Files.writeString(folder.resolve("3.png"), "no picture");
    refused("picture 3.png of", "is no picture");
    gray(folder.resolve("3.png"), frame(3), SIDE);
    gray(folder.resolve("003.png"), frame(3), SIDE);
    refused("has picture 3 twice: 003.png and 3.png");
    Files.delete(folder.resolve("003.png"));
    assertThatThrownBy(() -> read(Pictures.Form.AUTO, new ImageSpace(1, 84, 84)))
        .hasMessageContainingAll("are 8 x 8 pixels", "pictures can only be made smaller");
    assertThatThrownBy(() -> read(Pictures.Form.STACKED, null))
        .hasMessageContaining("have 1 channels; demonstrations.pictures.form = stacked needs");
  }

  @Test
  void otherFoldersAreNoDemonstrations() {
    assertThat(DemonstrationFile.parts(folder)).isEmpty();
  }
}
