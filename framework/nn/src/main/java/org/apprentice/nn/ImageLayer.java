package org.apprentice.nn;

import java.util.List;

/** A layer of a torso that sees the image as such: the first ones, up to {@link Flatten}. */
public sealed interface ImageLayer extends Architecture.Layer {
  @Override
  default boolean seesImages() {
    return true;
  }

  /**
   * A square filter per output channel, without dilation. Parameters: biases, then weights {@code
   * [channels x input channels x kernel x kernel]}, as DL4J has them.
   *
   * @param kernel rows and columns of a filter
   * @param stride pixels from one place of the filter to the next; what does not fill a whole step
   *     at the right and at the bottom is not seen
   * @param padding zeros around the image
   * @param precision what this layer computes in, and the layers behind it up to the first one that
   *     is not an image layer, dense or {@link Architecture.Layer.JoinActions}
   */
  record Convolution(
      int channels,
      int kernel,
      int stride,
      int padding,
      Activation activation,
      Initialization initialization,
      Precision precision)
      implements ImageLayer {
    public Convolution {
      requireAtLeastOne("channels", channels);
      requireAtLeastOne("kernel", kernel);
      requireAtLeastOne("stride", stride);
      if (padding < 0 || padding >= kernel) {
        throw new IllegalArgumentException(
            "padding of a convolution must be at least 0 and less than its kernel ("
                + kernel
                + "), found "
                + padding);
      }
    }

    @Override
    public Shape.Image output(Shape input) {
      return slide(this, input, channels, kernel, stride, padding);
    }

    @Override
    public long parameterCount(Shape input) {
      return (((Shape.Image) input).channels() * (long) kernel * kernel + 1) * channels;
    }

    /** Behind the biases. */
    @Override
    public List<WeightMatrix> weightMatrices(Shape input, int offset) {
      int inputs = ((Shape.Image) input).channels() * kernel * kernel;
      return List.of(new WeightMatrix(offset + channels, channels, inputs));
    }

    @Override
    public String toString() {
      return "convolution(%d, %dx%d/%d%s, %s)"
          .formatted(
              channels,
              kernel,
              kernel,
              stride,
              padding == 0 ? "" : "+" + padding,
              activation.label());
    }
  }

  /** The largest value of each square window, channel by channel. */
  record MaxPooling(int size, int stride) implements ImageLayer {
    public MaxPooling {
      requireAtLeastOne("size", size);
      requireAtLeastOne("stride", stride);
    }

    @Override
    public Shape.Image output(Shape input) {
      int channels = input instanceof Shape.Image image ? image.channels() : 1;
      return slide(this, input, channels, size, stride, 0);
    }

    @Override
    public long parameterCount(Shape input) {
      return 0;
    }

    @Override
    public String toString() {
      return "max-pooling(" + size + "x" + size + "/" + stride + ")";
    }
  }

  /** An image as a vector, channel by channel, then row by row. */
  record Flatten() implements ImageLayer {
    @Override
    public Shape output(Shape input) {
      return new Shape.Vector(input.width());
    }

    @Override
    public long parameterCount(Shape input) {
      return 0;
    }

    @Override
    public String toString() {
      return "flatten";
    }
  }

  private static void requireAtLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " of a layer must be at least 1, found " + value);
    }
  }

  /** The places of a window of {@code size x size} pixels in an image. */
  private static Shape.Image slide(
      ImageLayer layer, Shape input, int channels, int size, int stride, int padding) {
    if (!(input instanceof Shape.Image image)) {
      throw new IllegalArgumentException(
          layer + " takes an image, but is given a vector of " + input);
    }
    if (image.rows() + 2 * padding < size || image.columns() + 2 * padding < size) {
      throw new IllegalArgumentException(
          "%s does not fit into the image of %s that reaches it; choose smaller kernels, strides or pooling"
              .formatted(layer, image));
    }
    return new Shape.Image(
        channels,
        (image.rows() + 2 * padding - size) / stride + 1,
        (image.columns() + 2 * padding - size) / stride + 1);
  }
}
