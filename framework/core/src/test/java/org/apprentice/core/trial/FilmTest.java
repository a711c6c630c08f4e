package org.apprentice.core.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.apprentice.core.config.Trial;
import org.apprentice.rl.Evaluation;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Frame;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.VectorEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilmTest {
  @TempDir Path folder;

  /** Shows a picture per step. */
  private record Pictures(IntFunction<Frame> frames, int[] step) implements VectorEnvironment {
    @Override
    public int size() {
      return 1;
    }

    @Override
    public Frame render(int copy) {
      return frames.apply(step[0]);
    }

    @Override
    public EnvironmentSpec spec() {
      throw new AssertionError("not looked at");
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

  private Gif film(int episodes, int steps, IntFunction<Frame> frames) throws IOException {
    Film film = new Film(episodes);
    Evaluation.Spectator spectator = film.spectator();
    Pictures pictures = new Pictures(frames, new int[1]);
    for (int step = 0; step < steps; step++) {
      pictures.step()[0] = step;
      spectator.watch(pictures, 0);
    }
    spectator.watch(pictures, episodes);
    Path file = folder.resolve("new/it.gif");
    film.write(file);
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
    Gif gif = film(1, 3, step -> plain(20, 10, 0x102030 + step));
    assertThat(gif.images()).hasSize(3);
    assertThat(gif.images().get(0).getWidth()).isEqualTo(20);
    assertThat(gif.images().get(0).getHeight()).isEqualTo(10);
    for (int step = 0; step < 3; step++) {
      assertThat(gif.color(step, 19, 9)).isEqualTo(0x102030 + step);
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
      int color = gif.color(0, pixel % 64, pixel / 64);
      for (int channel = 0; channel < 3; channel++) {
        int found = (color >> (16 - 8 * channel)) & 0xFF;
        int wanted = frame.rgb()[3 * pixel + channel] & 0xFF;
        assertThat(Math.abs(found - wanted)).isLessThanOrEqualTo(26);
      }
    }
  }

  @Test
  void aVideoOfWhatCannotBeDrawnIsRefusedBeforeTraining() throws IOException {
    Climbing climbing = new Climbing(folder.resolve("results"));
    for (String when : List.of("every", "final")) {
      Trial trial = Climbing.trial(folder, "evaluation.video=" + when);
      assertThatThrownBy(() -> climbing.run(trial))
          .isInstanceOf(TrialException.class)
          .hasMessage(
              "environment hill cannot be drawn, so there can be no video of it; set"
                  + " evaluation.video = none");
    }
  }
}
