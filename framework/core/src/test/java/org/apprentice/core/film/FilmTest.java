package org.apprentice.core.film;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.IntFunction;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.apprentice.rl.Evaluation;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Explanation;
import org.apprentice.spi.Frame;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.VectorEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilmTest {
  @TempDir Path folder;

  /** Shows a picture per step. */
  private record Pictures(EnvironmentSpec spec, IntFunction<Frame> frames, int[] step)
      implements VectorEnvironment {
    @Override
    public int size() {
      return 1;
    }

    @Override
    public Frame render(int copy) {
      return frames.apply(step[0]);
    }

    @Override
    public void reset(long seed, ObservationBatch out) {}

    @Override
    public void step(ActionBatch in, StepBatch out) {}

    @Override
    public byte[] save() {
      return new byte[0];
    }

    @Override
    public void restore(byte[] state) {}
  }

  /** What a GIF holds: its pictures and how long each is shown, in hundredths of a second. */
  private record Gif(List<BufferedImage> images, List<Integer> delays) {
    static Gif read(Path file) throws IOException {
      List<BufferedImage> images = new ArrayList<>();
      List<Integer> delays = new ArrayList<>();
      ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
      try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
        reader.setInput(in);
        for (int i = 0; i < reader.getNumImages(true); i++) {
          images.add(reader.read(i));
          IIOMetadataNode root =
              (IIOMetadataNode) reader.getImageMetadata(i).getAsTree("javax_imageio_gif_image_1.0");
          IIOMetadataNode control =
              (IIOMetadataNode) root.getElementsByTagName("GraphicControlExtension").item(0);
          delays.add(Integer.parseInt(control.getAttribute("delayTime")));
        }
      } finally {
        reader.dispose();
      }
      return new Gif(images, delays);
    }

    int color(int image, int x, int y) {
      return images.get(image).getRGB(x, y) & 0xFFFFFF;
    }
  }

  private static final EnvironmentSpec ARCADE =
      new EnvironmentSpec(
          new ImageSpace(4, 20, 10), new ActionSpace.Discrete(3), List.of("NOOP", "LEFT", "RIGHT"));

  /** Is sure of the first action at first and of the second later; the value grows. */
  private static final class Thoughts extends PolicyState {
    private int steps;

    Thoughts() {
      super(1, new float[0], new Random(1));
    }

    @Override
    public Explanation explain(int row) {
      float sure = steps < 5 ? 1 : 0;
      return new Explanation(new float[] {sure, 1 - sure, 0}, OptionalDouble.of(steps));
    }
  }

  private static Film played(
      int episodes, boolean explained, int steps, IntFunction<Frame> frames) {
    Film film = new Film(episodes, explained);
    Evaluation.Spectator spectator = film.spectator();
    Pictures pictures = new Pictures(ARCADE, frames, new int[1]);
    ObservationBatch.UInt8 seen =
        (ObservationBatch.UInt8) ObservationBatch.allocate(ARCADE.observationSpace(), 1);
    for (int i = 0; i < seen.values().length; i++) {
      seen.values()[i] = (byte) (40 * (i / 200 + 1));
    }
    int[] action = {0};
    Thoughts thoughts = new Thoughts();
    Evaluation.Scene scene =
        new Evaluation.Scene(
            pictures,
            PolicyInput.of(seen, new boolean[1]),
            thoughts,
            new ActionBatch.Discrete(action));
    for (int step = 0; step < steps; step++) {
      pictures.step()[0] = step;
      thoughts.steps = step;
      action[0] = step < 5 ? 0 : 1;
      spectator.watch(scene, 0);
    }
    spectator.watch(scene, episodes);
    return film;
  }

  private Gif film(int episodes, int steps, IntFunction<Frame> frames) throws IOException {
    return gif(played(episodes, false, steps, frames));
  }

  private Gif gif(Film film) throws IOException {
    Path file = folder.resolve("new/it.gif");
    film.writeGif(file);
    String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
    assertThat(bytes).startsWith("GIF89a").contains("NETSCAPE2.0\u0003\u0001\u0000\u0000");
    return Gif.read(file);
  }

  private static Frame plain(int width, int height, int color) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (color >> (16 - 8 * (i % 3)));
    }
    return new Frame(width, height, rgb);
  }

  @Test
  void everyStepOfAShortEpisodeIsShownInItsColours() throws IOException {
    Gif gif = film(1, 3, step -> plain(250, 10, 0x102030 + step));
    assertThat(gif.images()).hasSize(3);
    assertThat(gif.images().get(0).getWidth()).isEqualTo(250);
    assertThat(gif.images().get(0).getHeight()).isEqualTo(10);
    for (int step = 0; step < 3; step++) {
      assertThat(gif.color(step, 249, 9)).isEqualTo(0x102030 + step);
    }
    assertThat(gif.delays()).containsExactly(3, 3, 100);
  }

  @Test
  void longEpisodesLeaveOutStepsAndTakeTheirTime() throws IOException {
    Gif gif = film(1, 1000, step -> plain(4, 4, step));
    assertThat(gif.images()).hasSize(250);
    for (int i = 0; i < 250; i++) {
      assertThat(gif.color(i, 0, 0)).isEqualTo(4 * i);
    }
    assertThat(gif.delays().subList(0, 249)).containsOnly(12);
    assertThat(film(4, 1000, step -> plain(4, 4, step)).images()).hasSize(1000);
  }

  @Test
  void hoursBecomeATimeLapse() throws IOException {
    Gif gif = film(1, 108_000, step -> plain(4, 4, step));
    assertThat(gif.images()).hasSizeBetween(150, 300);
    int distance = gif.color(1, 0, 0);
    for (int i = 0; i < gif.images().size(); i++) {
      assertThat(gif.color(i, 0, 0)).as("evenly").isEqualTo(distance * i);
    }
    assertThat(distance * gif.images().size()).as("to the end").isGreaterThan(107_000);
    assertThat(gif.delays().get(0)).isEqualTo(12);
  }

  @Test
  void smallPicturesAreDoubled() throws IOException {
    Frame frame = plain(160, 210, 0x804020);
    frame.rgb()[3 * (160 * 7 + 5)] = 0;
    Gif gif = film(1, 1, step -> frame);
    assertThat(gif.images().get(0).getWidth()).isEqualTo(320);
    assertThat(gif.images().get(0).getHeight()).isEqualTo(420);
    for (int i = 0; i < 4; i++) {
      assertThat(gif.color(0, 10 + i % 2, 14 + i / 2)).isEqualTo(0x4020);
    }
    assertThat(gif.color(0, 9, 14)).isEqualTo(0x804020);
    assertThat(gif.color(0, 12, 15)).isEqualTo(0x804020);
  }

  @Test
  void explainedPicturesShowInputsActionsAndValues() throws IOException {
    Film film = played(1, true, 8, step -> plain(160, 210, 0x804020));
    Gif gif = gif(film);
    assertThat(gif.images()).hasSize(8);
    // The game stays as it is, and the four panels are the channels in their order.
    assertThat(gif.color(7, 319, 419)).isEqualTo(0x804020);
    List<Integer> grays = new ArrayList<>();
    for (int[] at : new int[][] {{340, 40}, {522, 40}, {340, 212}, {522, 212}}) {
      grays.add(gif.color(7, at[0], at[1]));
    }
    assertThat(grays).containsExactly(0x282828, 0x505050, 0x787878, 0xA0A0A0);
    // Of three bars, the chosen action's is long and red: first the first, then the second.
    int right = 320 + 12 + 352 + 12 + 88;
    for (int step : new int[] {0, 7}) {
      for (int action = 0; action < 3; action++) {
        boolean chosen = action == (step < 5 ? 0 : 1);
        int far = gif.color(step, right + 130, 12 + 16 * (action + 1) + 8);
        assertThat(far)
            .as("step %d, action %d", step, action)
            .isEqualTo(chosen ? 0xD04020 : 0xFFFFFF);
      }
    }
    // The curve rises from step to step: in the last picture it is there, in the first not yet.
    assertThat(count(gif, 0, 0x2060C0)).isZero();
    assertThat(count(gif, 7, 0x2060C0)).isGreaterThan(10);
  }

  private static int count(Gif gif, int image, int color) {
    int count = 0;
    for (int i = 0; i < gif.images().get(image).getWidth(); i++) {
      for (int j = 0; j < gif.images().get(image).getHeight(); j++) {
        count += gif.color(image, i, j) == color ? 1 : 0;
      }
    }
    return count;
  }

  @Test
  void mp4HoldsEveryPicture() throws Exception {
    assumeTrue(Film.canWriteMp4(), "there is no ffmpeg on the path");
    Path file = folder.resolve("new/it.mp4");
    played(1, false, 20, step -> plain(151, 101, step < 10 ? 0xC00000 : 0x0000C0)).writeMp4(file);
    Path raw = folder.resolve("it.rgb");
    Process decoder =
        new ProcessBuilder(
                "ffmpeg",
                "-v",
                "error",
                "-i",
                file.toString(),
                "-f",
                "rawvideo",
                "-pix_fmt",
                "rgb24",
                raw.toString())
            .inheritIO()
            .start();
    assertThat(decoder.waitFor()).isZero();
    byte[] rgb = Files.readAllBytes(raw);
    int size = 3 * 302 * 202;
    assertThat(rgb).hasSize(20 * size);
    for (int step = 0; step < 20; step++) {
      int at = step * size + size / 2;
      int[] expected = {step < 10 ? 0xC0 : 0, 0, step < 10 ? 0 : 0xC0};
      for (int i = 0; i < 3; i++) {
        assertThat(rgb[at + i - at % 3] & 0xFF).isCloseTo(expected[i], within(12));
      }
    }
  }

  @Test
  void ffmpegsComplaintIsHeard() throws Exception {
    assumeTrue(Film.canWriteMp4(), "there is no ffmpeg on the path");
    Path impossible = folder.resolve("folder.mp4");
    Files.createDirectories(impossible.resolve("not-empty"));
    Film film = played(1, false, 2, step -> plain(10, 10, step));
    assertThatThrownBy(() -> film.writeMp4(impossible)).isInstanceOf(IOException.class);
    assertThat(folder).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void largePicturesAreShrunkToMeans() throws IOException {
    Gif gif =
        film(
            1,
            1,
            step -> {
              Frame frame = plain(600, 400, 0);
              frame.rgb()[0] = (byte) 200;
              frame.rgb()[3 * 601 + 1] = (byte) 100;
              return frame;
            });
    assertThat(gif.images().get(0).getWidth()).isEqualTo(300);
    assertThat(gif.images().get(0).getHeight()).isEqualTo(200);
    assertThat(gif.color(0, 0, 0)).isEqualTo((50 << 16) | (25 << 8));
    assertThat(gif.color(0, 1, 0)).isZero();
  }

  @Test
  void moreColoursThanAGifHoldsAreRounded() throws IOException {
    Frame frame = plain(64, 64, 0);
    for (int i = 0; i < frame.rgb().length; i++) {
      frame.rgb()[i] = (byte) (i * 31);
    }
    Gif gif = film(1, 1, step -> frame);
    for (int pixel = 0; pixel < 64 * 64; pixel++) {
      int color = gif.color(0, 2 * (pixel % 64), 2 * (pixel / 64));
      for (int channel = 0; channel < 3; channel++) {
        int found = (color >> (16 - 8 * channel)) & 0xFF;
        int wanted = frame.rgb()[3 * pixel + channel] & 0xFF;
        assertThat(Math.abs(found - wanted)).isLessThanOrEqualTo(26);
      }
    }
  }
}
