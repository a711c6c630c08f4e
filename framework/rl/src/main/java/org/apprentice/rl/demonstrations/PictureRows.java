package org.apprentice.rl.demonstrations;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import org.apprentice.spi.AreaResize;
import org.apprentice.spi.Grayscale;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;

/**
 * Makes observations of picture files, one by one: gray, of the environment's size, and stacked as
 * the environment stacks them. Frames go to a temporary file.
 */
final class PictureRows {
  /** Channels of a picture in the form {@code STACKED}. */
  private static final int STACKED_FRAMES = 4;

  private static final int RED = 0;
  private static final int GREEN = 1;
  private static final int BLUE = 2;
  private static final int ALPHA = 3;

  /** From the oldest to the newest. */
  private static final int[] STACKED_ORDER = {BLUE, GREEN, RED, ALPHA};

  private static final int LOOKED_AT = 16;

  /** Of pixels that neighbouring frames of a game have in common, at least. */
  private static final double ALIKE = 0.9;

  private final PictureFiles files;
  private final String origin;
  private final Pictures settings;
  private final Grayscale gray;
  private final Picture first;
  private final boolean stacked;
  private final boolean colour;
  private final ImageSpace space;
  private final AreaResize resize;

  /**
   * @param origin names the pictures in messages
   * @param shown by the environment; empty to leave pictures as they are
   */
  PictureRows(PictureFiles files, String origin, Pictures settings, Optional<ImageSpace> shown) {
    this.files = files;
    this.origin = origin;
    this.settings = settings;
    gray = settings.gray().grayscale();
    first = Picture.read(files.file(0), label(0));
    stacked = isStacked();
    boolean colours = !stacked && first.bands() >= 3;
    colour = colours && (shown.isEmpty() || shown.get().channels() == 3);
    int channels = stacked ? STACKED_FRAMES : colour ? 3 : 1;
    space = shown.orElse(new ImageSpace(channels, first.rows(), first.columns()));
    if (stacked && space.channels() > STACKED_FRAMES) {
      throw new DemonstrationException(
          "%s are pictures of four frames each, the environment shows %s".formatted(origin, space));
    }
    boolean same = space.rows() == first.rows() && space.columns() == first.columns();
    try {
      resize =
          same
              ? null
              : new AreaResize(first.rows(), first.columns(), space.rows(), space.columns());
    } catch (IllegalArgumentException e) {
      throw new DemonstrationException(
          "%s are %s pixels (columns x rows), the environment shows %s; pictures can only be made smaller"
              .formatted(origin, first.size(), space),
          e);
    }
  }

  /** Of one observation. */
  int[] shape() {
    return space.shape();
  }

  private String label(int index) {
    return "picture %s of %s".formatted(files.file(index).getFileName(), origin);
  }

  /** A look at some pictures, spread over all of them. */
  private boolean isStacked() {
    if (settings.form() == Pictures.Form.COLOUR) {
      return false;
    }
    if (first.bands() < STACKED_FRAMES) {
      requireNotStacked();
      return false;
    }
    if (settings.form() == Pictures.Form.STACKED) {
      return true;
    }
    int looked = Math.min(LOOKED_AT, files.count());
    boolean opaque = true;
    double alike = 0;
    for (int i = 0; i < looked; i++) {
      int index = (int) ((long) i * files.count() / looked);
      Picture picture = Picture.read(files.file(index), label(index));
      requireLikeFirst(picture, index);
      opaque &= opaque(picture);
      alike += alike(picture) / looked;
    }
    if (!opaque && alike < ALIKE) {
      throw new DemonstrationException(
          "%s have an alpha channel, but the channels do not look like frames that follow each other (%.0f %% of pixels are the same from one to the next, expected %.0f %%); set demonstrations.pictures.form to stacked if they are four gray frames, or to colour if alpha means nothing"
              .formatted(origin, 100 * alike, 100 * ALIKE));
    }
    return !opaque;
  }

  private void requireNotStacked() {
    if (settings.form() == Pictures.Form.STACKED) {
      throw new DemonstrationException(
          "%s have %d channels; demonstrations.pictures.form = stacked needs the four of RGBA"
              .formatted(origin, first.bands()));
    }
  }

  private static boolean opaque(Picture picture) {
    int pixels = picture.pixels();
    for (int i = ALPHA * pixels; i < (ALPHA + 1) * pixels; i++) {
      if (picture.samples()[i] != (byte) 255) {
        return false;
      }
    }
    return true;
  }

  /** The share of pixels that are the same in frames next to each other. */
  private static double alike(Picture picture) {
    byte[] samples = picture.samples();
    int pixels = picture.pixels();
    long same = 0;
    for (int newer = 1; newer < STACKED_FRAMES; newer++) {
      int a = STACKED_ORDER[newer - 1] * pixels;
      int b = STACKED_ORDER[newer] * pixels;
      for (int i = 0; i < pixels; i++) {
        same += samples[a + i] == samples[b + i] ? 1 : 0;
      }
    }
    return (double) same / ((STACKED_FRAMES - 1L) * pixels);
  }

  private void requireLikeFirst(Picture picture, int index) {
    boolean fits = picture.bands() >= (stacked || first.bands() == 4 ? first.bands() : 1);
    if (picture.rows() != first.rows() || picture.columns() != first.columns() || !fits) {
      throw new DemonstrationException(
          "%s has %s pixels (columns x rows) in %d channels, the first one %s in %d; all must be alike"
              .formatted(
                  label(index), picture.size(), picture.bands(), first.size(), first.bands()));
    }
  }

  /**
   * One observation per picture.
   *
   * @param starts {@code [pictures]}, where an episode begins: frames of different ones are not
   *     stacked
   */
  StackedRows read(boolean[] starts) {
    int size = space.rows() * space.columns();
    int channels = space.channels();
    StackBuilder builder =
        new StackBuilder(new Frames.Spool(Frames.Spool.temporary(), size), channels);
    byte[] image = new byte[channels * size];
    ObservationBatch row = new ObservationBatch.UInt8(image, 1, image.length);
    Deque<byte[]> recent = new ArrayDeque<>();
    for (int index = 0; index < files.count(); index++) {
      Picture picture = Picture.read(files.file(index), label(index));
      requireLikeFirst(picture, index);
      byte[][] planes = planes(picture);
      if (planes.length == 1 && starts[index]) {
        recent.clear();
      }
      if (planes.length == 1) {
        do {
          recent.addLast(planes[0]);
        } while (recent.size() < channels);
        while (recent.size() > channels) {
          recent.removeFirst();
        }
        planes = recent.toArray(new byte[0][]);
      }
      for (int channel = 0; channel < channels; channel++) {
        byte[] plane = planes[planes.length - channels + channel];
        System.arraycopy(plane, 0, image, channel * size, size);
      }
      builder.add(row, 0);
    }
    return builder.build();
  }

  /** What a picture shows, in the environment's size: four frames, three colours, or gray. */
  private byte[][] planes(Picture picture) {
    int pixels = picture.pixels();
    byte[] samples = picture.samples();
    if (stacked) {
      return Arrays.stream(STACKED_ORDER)
          .mapToObj(band -> sized(samples, band * pixels))
          .toArray(byte[][]::new);
    }
    if (picture.bands() >= 3 && !colour) {
      byte[] light = new byte[pixels];
      gray.convert(samples, pixels, 0, pixels, light);
      return new byte[][] {sized(light, 0)};
    }
    if (colour) {
      // a gray picture among colours has the same in each
      int stride = picture.bands() < 3 ? 0 : pixels;
      return new byte[][] {
        sized(samples, RED * stride), sized(samples, GREEN * stride), sized(samples, BLUE * stride)
      };
    }
    return new byte[][] {sized(samples, 0)};
  }

  private byte[] sized(byte[] samples, int start) {
    if (resize == null) {
      return Arrays.copyOfRange(samples, start, start + first.pixels());
    }
    byte[] small = new byte[resize.rows() * resize.columns()];
    resize.resize(samples, start, small, 0);
    return small;
  }
}
