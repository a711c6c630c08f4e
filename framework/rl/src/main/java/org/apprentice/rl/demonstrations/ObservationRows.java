package org.apprentice.rl.demonstrations;

import java.util.List;
import org.apprentice.spi.ObservationBatch;

/** Observations by row, wherever they lie. Immutable. */
sealed interface ObservationRows permits DenseRows, StackedRows {
  int rows();

  /** Numbers of one observation. */
  int width();

  /** Whether observations are unsigned bytes. */
  boolean images();

  /** Copies consecutive rows into a batch of the same kind and width. */
  void copyTo(int row, ObservationBatch target, int targetRow, int count);

  /** These rows, in this order. */
  ObservationRows select(int[] chosen);

  /** Adds every pixel or number of every row; for images the same wherever they lie. */
  void addTo(ContentDigest digest);

  /** All rows in memory; the live batch where they are already. */
  ObservationBatch whole();

  /** A batch that {@link #copyTo} can write to. */
  default ObservationBatch allocate(int rows) {
    return images()
        ? new ObservationBatch.UInt8(new byte[rows * width()], rows, width())
        : new ObservationBatch.Float32(new float[rows * width()], rows, width());
  }

  /** Those rows and then these, of the same kind and width. */
  static ObservationRows join(ObservationRows first, ObservationRows second) {
    return join(List.of(first, second));
  }

  /** All rows, one part after the other, of the same kind and width. */
  static ObservationRows join(List<ObservationRows> parts) {
    if (parts.stream().allMatch(DenseRows.class::isInstance)) {
      return DenseRows.joined(parts.stream().map(DenseRows.class::cast).toList());
    }
    return StackedRows.joined(parts.stream().map(StackedRows::of).toList());
  }

  /** Takes observations one after the other. */
  sealed interface Builder permits DenseRows.Builder, StackBuilder {
    /** Copies a row of a batch. */
    void add(ObservationBatch from, int row);

    /** All observations so far. */
    ObservationRows build();
  }
}
