package org.apprentice.gail;

import java.util.Optional;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Space;

/** Rows and columns at the edges of pictures that the discriminator does not see. */
public record Crop(int top, int bottom, int left, int right) {
  static final Crop NONE = new Crop(0, 0, 0, 0);

  public Crop {
    requireNotNegative("top", top);
    requireNotNegative("bottom", bottom);
    requireNotNegative("left", left);
    requireNotNegative("right", right);
  }

  private static void requireNotNegative(String edge, int count) {
    if (count < 0) {
      throw new IllegalArgumentException("crop." + edge + " must be at least 0, found " + count);
    }
  }

  boolean cuts() {
    return !equals(NONE);
  }

  /** Why this cannot be cut from such observations. */
  Optional<String> conflict(Space space) {
    if (!cuts()) {
      return Optional.empty();
    }
    if (!(space instanceof ImageSpace image)) {
      return Optional.of(
          "crop cuts rows and columns from pictures, but observations are "
              + space
              + "; leave it at 0");
    }
    if (top + bottom >= image.rows() || left + right >= image.columns()) {
      return Optional.of(
          "crop leaves nothing of %s: top + bottom = %d must be less than %d, left + right = %d less than %d"
              .formatted(image, top + bottom, image.rows(), left + right, image.columns()));
    }
    return Optional.empty();
  }

  /** What is left. */
  Space of(Space space) {
    if (!cuts()) {
      return space;
    }
    ImageSpace image = (ImageSpace) space;
    return new ImageSpace(
        image.channels(), image.rows() - top - bottom, image.columns() - left - right);
  }

  /** Copies what is left of the first rows of a batch. */
  void copy(ImageSpace image, ObservationBatch from, ObservationBatch to, int rows) {
    byte[] whole = ((ObservationBatch.UInt8) from).values();
    byte[] part = ((ObservationBatch.UInt8) to).values();
    int columns = image.columns() - left - right;
    int target = 0;
    for (int picture = 0; picture < rows * image.channels(); picture++) {
      for (int row = top; row < image.rows() - bottom; row++) {
        int source = (picture * image.rows() + row) * image.columns() + left;
        System.arraycopy(whole, source, part, target, columns);
        target += columns;
      }
    }
  }
}
