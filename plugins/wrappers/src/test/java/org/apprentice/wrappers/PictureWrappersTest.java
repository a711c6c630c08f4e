package org.apprentice.wrappers;

import static org.apprentice.wrappers.ScriptedGame.Moment.showing;
import static org.apprentice.wrappers.ScriptedGame.seen;
import static org.apprentice.wrappers.ScriptedGame.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.Environment;
import org.apprentice.spi.ImageSpace;
import org.apprentice.wrappers.ScriptedGame.Moment;
import org.junit.jupiter.api.Test;

/** Wrappers that change pictures. */
class PictureWrappersTest {
  private static GrayConfig gray(GrayConfig.Weights weights) {
    return new GrayConfig(weights, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static double[] noise(Random random, int size) {
    double[] picture = new double[size];
    for (int i = 0; i < size; i++) {
      picture[i] = random.nextInt(256);
    }
    return picture;
  }

  private static ScriptedGame game(ImageSpace image, Moment... moments) {
    return new ScriptedGame(ScriptedGame.arcade(image), moments);
  }

  @Test
  void grayIsTheWeightedSum() {
    // Red, green and blue of white, red, green, blue, and of a colour.
    double[] colours = {255, 255, 0, 0, 200, 255, 0, 255, 0, 72, 255, 0, 0, 255, 30};
    assertThat(gray(GrayConfig.Weights.REC_601, colours)).containsExactly(255, 76, 150, 29, 105);
    assertThat(gray(GrayConfig.Weights.REC_709, colours)).containsExactly(255, 54, 182, 18, 96);
    // .21 * 200 + .72 * 72 + .07 * 30 = 95.94
    assertThat(gray(GrayConfig.Weights.ROUNDED_709, colours)).containsExactly(255, 54, 184, 18, 96);
  }

  private static int[] gray(GrayConfig.Weights weights, double[] colours) {
    ScriptedGame game = game(new ImageSpace(3, 1, colours.length / 3), showing(colours));
    Environment wrapped = WrappersPlugin.GRAY.wrap(gray(weights), game);
    assertThat(wrapped.spec().observationSpace())
        .isEqualTo(new ImageSpace(1, 1, colours.length / 3));
    wrapped.reset();
    return seen(wrapped);
  }

  @Test
  void linesThatChangeBecomeGrayAnew() {
    ImageSpace image = new ImageSpace(3, 4, 2);
    Random random = new Random(1);
    double[] first = noise(random, 24);
    double[] second = first.clone();
    second[8 + 4] = 255 - second[8 + 4]; // green of the third row
    double[] third = second.clone();
    third[16 + 7] = 255 - third[16 + 7]; // blue of the last row
    Environment wrapped =
        WrappersPlugin.GRAY.wrap(
            gray(GrayConfig.Weights.REC_601),
            game(image, showing(first), showing(second), showing(third)));
    wrapped.reset();
    for (double[] picture : new double[][] {first, second, third, first, second}) {
      int[] expected = new int[8];
      for (int i = 0; i < 8; i++) {
        expected[i] =
            (int) (picture[i] * 9798 + picture[8 + i] * 19235 + picture[16 + i] * 3735 + 16384)
                / 32768;
      }
      assertThat(seen(wrapped)).containsExactly(expected);
      step(wrapped, 0);
    }
  }

  @Test
  void grayRefusesWhatIsNotColour() {
    assertThatThrownBy(
            () ->
                WrappersPlugin.GRAY.spec(
                    gray(GrayConfig.Weights.REC_601), ScriptedGame.arcade(new ImageSpace(1, 4, 2))))
        .hasMessage(
            "needs images of 3 channels (red, green, blue), and the environment shows uint8"
                + " image[1, 4, 2], which is gray already: leave gray out");
    assertThatThrownBy(
            () ->
                WrappersPlugin.GRAY.spec(
                    gray(GrayConfig.Weights.REC_601), ScriptedGame.arcade(BoxSpace.unbounded(3))))
        .hasMessage("needs images, and the environment shows box[3]");
  }

  @Test
  void ownWeightsOfGraySumToOne() {
    GrayConfig own =
        new GrayConfig(
            GrayConfig.Weights.CUSTOM, Optional.of(.5), Optional.of(.25), Optional.of(.25));
    byte[] gray = new byte[1];
    own.grayscale().convert(new byte[] {100, 20, 40}, 1, 0, 1, gray);
    assertThat(gray[0]).isEqualTo((byte) 65);
    assertThatThrownBy(
            () ->
                new GrayConfig(
                    GrayConfig.Weights.CUSTOM, Optional.of(.5), Optional.of(.5), Optional.of(.5)))
        .hasMessage("red, green and blue must be at least 0 and sum to 1, found 0.5, 0.5, 0.5");
    assertThatThrownBy(() -> gray(GrayConfig.Weights.CUSTOM))
        .hasMessage("red, green and blue must be given with weights = custom");
    assertThatThrownBy(
            () ->
                new GrayConfig(
                    GrayConfig.Weights.REC_709,
                    Optional.of(1.),
                    Optional.empty(),
                    Optional.empty()))
        .hasMessage("red, green and blue must be left out, or weights be custom");
  }

  /** The mean over the area by its definition: the integral over unit squares, exactly. */
  private static int areaMean(
      double[] picture, int start, int rows, int columns, int toRows, int toColumns, int index) {
    int y = index / toColumns;
    int x = index % toColumns;
    BigInteger integral = BigInteger.ZERO;
    for (int r = 0; r < rows; r++) {
      long high = Math.min((long) (r + 1) * toRows, (long) (y + 1) * rows);
      long tall = Math.max(0, high - Math.max((long) r * toRows, (long) y * rows));
      for (int c = 0; c < columns && tall > 0; c++) {
        long right = Math.min((long) (c + 1) * toColumns, (long) (x + 1) * columns);
        long wide = Math.max(0, right - Math.max((long) c * toColumns, (long) x * columns));
        long pixel = (long) picture[start + r * columns + c];
        integral = integral.add(BigInteger.valueOf(tall * wide * pixel));
      }
    }
    BigInteger area = BigInteger.valueOf((long) rows * columns);
    return integral.add(integral).add(area).divide(area.add(area)).intValueExact();
  }

  @Property(tries = 300)
  void resizeIsTheExactMeanOfTheArea(
      @ForAll @IntRange(min = 1, max = 40) int rows,
      @ForAll @IntRange(min = 1, max = 40) int columns,
      @ForAll @IntRange(min = 1, max = 40) int toRows,
      @ForAll @IntRange(min = 1, max = 40) int toColumns,
      @ForAll @IntRange(min = 1, max = 3) int channels,
      @ForAll long seed) {
    int smallRows = Math.min(rows, toRows);
    int smallColumns = Math.min(columns, toColumns);
    Random random = new Random(seed);
    double[] first = noise(random, channels * rows * columns);
    double[] second = first.clone();
    second[random.nextInt(second.length)] = random.nextInt(256);
    double[] white = new double[first.length];
    java.util.Arrays.fill(white, 255);
    ScriptedGame game =
        game(
            new ImageSpace(channels, rows, columns),
            showing(first),
            showing(second),
            showing(white));
    Environment wrapped =
        WrappersPlugin.RESIZE.wrap(new ResizeConfig(smallRows, smallColumns), game);
    assertThat(wrapped.spec().observationSpace())
        .isEqualTo(new ImageSpace(channels, smallRows, smallColumns));
    wrapped.reset();
    for (double[] picture : new double[][] {first, second, white, first}) {
      int[] expected = new int[channels * smallRows * smallColumns];
      for (int i = 0; i < expected.length; i++) {
        int channel = i / (smallRows * smallColumns);
        expected[i] =
            areaMean(
                picture,
                channel * rows * columns,
                rows,
                columns,
                smallRows,
                smallColumns,
                i % (smallRows * smallColumns));
      }
      assertThat(seen(wrapped)).containsExactly(expected);
      step(wrapped, 0);
    }
  }

  @Test
  void resizeRefusesLargerPictures() {
    assertThatThrownBy(
            () ->
                WrappersPlugin.RESIZE.spec(
                    new ResizeConfig(84, 84), ScriptedGame.arcade(new ImageSpace(1, 8, 8))))
        .hasMessage(
            "makes pictures smaller, and rows = 84, columns = 84 is larger than the environment's"
                + " uint8 image[1, 8, 8]");
    assertThatThrownBy(
            () ->
                WrappersPlugin.RESIZE.spec(
                    new ResizeConfig(7, 7), ScriptedGame.arcade(new ImageSpace(1, 9000, 9000))))
        .hasMessageContaining("cannot take means over a picture as large as");
  }

  @Test
  void cropCutsEveryChannel() {
    double[] picture = new double[2 * 3 * 4];
    for (int i = 0; i < picture.length; i++) {
      picture[i] = i;
    }
    Environment wrapped =
        WrappersPlugin.CROP.wrap(
            new CropConfig(1, 1, 2, 1), game(new ImageSpace(2, 3, 4), showing(picture)));
    assertThat(wrapped.spec().observationSpace()).isEqualTo(new ImageSpace(2, 1, 1));
    wrapped.reset();
    assertThat(seen(wrapped)).containsExactly(6, 18);
    Environment wider =
        WrappersPlugin.CROP.wrap(
            new CropConfig(0, 1, 1, 0), game(new ImageSpace(2, 3, 4), showing(picture)));
    wider.reset();
    assertThat(seen(wider)).containsExactly(1, 2, 3, 5, 6, 7, 13, 14, 15, 17, 18, 19);
  }

  @Test
  void cropLeavesSomething() {
    assertThatThrownBy(
            () ->
                WrappersPlugin.CROP.spec(
                    new CropConfig(2, 1, 0, 0), ScriptedGame.arcade(new ImageSpace(1, 3, 4))))
        .hasMessageContaining("must leave something of the picture");
  }
}
