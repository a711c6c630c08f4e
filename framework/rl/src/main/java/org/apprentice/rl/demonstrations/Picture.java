package org.apprentice.rl.demonstrations;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * A picture as its file stores it.
 *
 * @param bands 1 (gray), 3 (red, green, blue) or 4 (and alpha)
 * @param samples {@code [bands x rows x columns]}
 */
record Picture(int rows, int columns, int bands, byte[] samples) {
  /**
   * @param label how messages call it
   * @throws DemonstrationException if it is missing or no picture
   */
  static Picture read(Path file, String label) {
    BufferedImage image;
    try {
      if (!Files.isRegularFile(file)) {
        throw new DemonstrationException("%s is missing: there is no %s".formatted(label, file));
      }
      image = ImageIO.read(file.toFile());
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new DemonstrationException(
          "%s cannot be read from %s: %s".formatted(label, file, e.getMessage()), e);
    }
    if (image == null) {
      throw new DemonstrationException(
          "%s is no picture: expected png, jpg, bmp or gif in %s".formatted(label, file));
    }
    return of(image);
  }

  private static Picture of(BufferedImage image) {
    // Only palettes are resolved: the colour spaces of Java would change gray pixels.
    return image.getColorModel() instanceof IndexColorModel
        ? ofPalette(image)
        : ofRaster(image.getRaster(), image.getSampleModel().getSampleSize(0));
  }

  private static Picture ofPalette(BufferedImage image) {
    int pixels = image.getWidth() * image.getHeight();
    int[] colours =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    byte[] samples = new byte[3 * pixels];
    for (int i = 0; i < pixels; i++) {
      samples[i] = (byte) (colours[i] >> 16);
      samples[pixels + i] = (byte) (colours[i] >> 8);
      samples[2 * pixels + i] = (byte) colours[i];
    }
    return new Picture(image.getHeight(), image.getWidth(), 3, samples);
  }

  private static Picture ofRaster(Raster raster, int bits) {
    int rows = raster.getHeight();
    int columns = raster.getWidth();
    // gray with alpha: the alpha means nothing
    int bands = raster.getNumBands() == 2 ? 1 : raster.getNumBands();
    byte[] samples = new byte[bands * rows * columns];
    int[] line = new int[columns];
    for (int band = 0; band < bands; band++) {
      for (int row = 0; row < rows; row++) {
        raster.getSamples(raster.getMinX(), raster.getMinY() + row, columns, 1, band, line);
        for (int column = 0; column < columns; column++) {
          samples[(band * rows + row) * columns + column] =
              (byte) (bits > 8 ? line[column] >> (bits - 8) : line[column]);
        }
      }
    }
    return new Picture(rows, columns, bands, samples);
  }

  int pixels() {
    return rows * columns;
  }

  String size() {
    return "%d x %d".formatted(columns, rows);
  }
}
