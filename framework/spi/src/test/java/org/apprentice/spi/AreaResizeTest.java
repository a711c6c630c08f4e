package org.apprentice.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AreaResizeTest {
  /** By real areas, in double precision. */
  private static int mean(byte[] plane, int[] size, int y, int x) {
    double height = (double) size[0] / size[2];
    double width = (double) size[1] / size[3];
    double sum = 0;
    for (int row = 0; row < size[0]; row++) {
      double vertical = Math.min(row + 1, (y + 1) * height) - Math.max(row, y * height);
      for (int column = 0; column < size[1] && vertical > 0; column++) {
        double horizontal = Math.min(column + 1, (x + 1) * width) - Math.max(column, x * width);
        if (horizontal > 0) {
          sum += vertical * horizontal * (plane[row * size[1] + column] & 0xFF);
        }
      }
    }
    return (int) Math.floor(sum / (height * width) + 0.5 + 1e-9);
  }

  @Test
  void pixelsAreMeansOfTheAreasThatTheyCover() {
    int[][] sizes = {{210, 160, 84, 84}, {7, 5, 3, 5}, {6, 6, 1, 1}, {4, 4, 4, 4}};
    for (int[] size : sizes) {
      byte[] plane = new byte[size[0] * size[1]];
      new Random(1).nextBytes(plane);
      byte[] small = new byte[size[2] * size[3]];

      new AreaResize(size[0], size[1], size[2], size[3]).resize(plane, 0, small, 0);

      for (int y = 0; y < size[2]; y++) {
        for (int x = 0; x < size[3]; x++) {
          assertThat(small[y * size[3] + x] & 0xFF).isEqualTo(mean(plane, size, y, x));
        }
      }
    }
  }

  @Test
  void picturesCannotBecomeLarger() {
    assertThatThrownBy(() -> new AreaResize(4, 8, 8, 8))
        .hasMessage("makes pictures smaller, and rows = 8, columns = 8 is larger than 4 x 8");
  }

  @Test
  void grayIsTheWeightedSumRounded() {
    byte[] colours = new byte[3 * 1000];
    new Random(2).nextBytes(colours);
    byte[] gray = new byte[1000];

    Grayscale.Weights.REC_601.grayscale().convert(colours, 1000, 0, 1000, gray);

    for (int i = 0; i < 1000; i++) {
      double exact =
          0.299 * (colours[i] & 0xFF)
              + 0.587 * (colours[1000 + i] & 0xFF)
              + 0.114 * (colours[2000 + i] & 0xFF);
      assertThat((gray[i] & 0xFF) - exact).isBetween(-0.51, 0.51);
    }
  }

  @Test
  void weightsOfAtariPicturesAreThePublishedOnes() {
    AreaWeights vertical = AreaWeights.of(210, 84);
    AreaWeights horizontal = AreaWeights.of(160, 84);
    assertThat(vertical.sum()).isEqualTo(5);
    assertThat(horizontal.sum()).isEqualTo(40);
    for (int y = 0; y < 84; y++) {
      assertThat(vertical.first(y)).isEqualTo(y / 2 * 5 + y % 2 * 2);
      assertThat(vertical.count(y)).isEqualTo(3);
      assertThat(vertical.weight(y, 0)).isEqualTo(y % 2 == 0 ? 2 : 1);
      assertThat(vertical.weight(y, 1)).isEqualTo(2);
      assertThat(vertical.weight(y, 2)).isEqualTo(y % 2 == 0 ? 1 : 2);
    }
    for (int x = 0; x < 84; x++) {
      int sum = 0;
      for (int i = 0; i < horizontal.count(x); i++) {
        sum += horizontal.weight(x, i);
      }
      assertThat(sum).isEqualTo(40);
      assertThat(horizontal.first(x)).isEqualTo(x * 40 / 21);
    }
    assertThat(new int[] {horizontal.weight(0, 0), horizontal.weight(0, 1)})
        .containsExactly(21, 19);
    assertThat(new int[] {horizontal.weight(1, 0), horizontal.weight(1, 1)}).containsExactly(2, 21);
    assertThat(horizontal.weight(1, 2)).isEqualTo(17);
  }

  @Test
  void quotientsAreExactUpToTheLargestDividend() {
    Random random = new Random(5);
    for (int divisor :
        new int[] {1, 2, 3, 5, 7, 200, 255, 33600, 65537, ExactQuotient.MAX_DIVISOR}) {
      ExactQuotient quotient = new ExactQuotient(divisor);
      for (int i = 0; i < 2000; i++) {
        int result = random.nextInt(256);
        long exact = (long) divisor * result;
        for (long dividend : new long[] {exact, exact + random.nextInt(divisor), exact - 1}) {
          if (dividend >= 0 && dividend <= 255L * divisor) {
            assertThat(quotient.rounded((int) dividend))
                .as("%d / %d", dividend, divisor)
                .isEqualTo((int) ((dividend + divisor / 2) / divisor));
          }
        }
      }
    }
  }
}
