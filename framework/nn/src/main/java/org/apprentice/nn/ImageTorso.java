package org.apprentice.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apprentice.nn.Architecture.Layer;

/**
 * The first layers of a torso that sees images, computed together by a native library in its own
 * memory: bytes go in, and what the layer behind needs comes out.
 */
final class ImageTorso extends KernelLayer {
  private static final long ACTIVATION_BYTES = 1L << 29;

  private final List<Layer> layers;
  private final Shape.Image image;
  private final Convolutions convolutions;

  /** What each layer is given, and at last the output. */
  private final List<Shape> shapes = new ArrayList<>();

  private final int parameterCount;

  /** A copy of the parameters that native code sees, shared by all stages. */
  private NativeVector nativeParameters;

  /** Number of the last change of the parameters. */
  private long version;

  ImageTorso(int offset, List<Layer> layers, Shape.Image image, Convolutions convolutions) {
    super(offset);
    this.layers = List.copyOf(layers);
    this.image = image;
    this.convolutions = convolutions;
    convolutions
        .limit(precision())
        .ifPresent(
            limit -> {
              throw new IllegalArgumentException(limit);
            });
    Shape shape = image;
    long count = 0;
    for (Layer layer : layers) {
      shapes.add(shape);
      count += layer.parameterCount(shape);
      shape = layer.output(shape);
    }
    shapes.add(shape);
    this.parameterCount = (int) count;
  }

  /** Whether a torso begins with a layer that sees the image as such. */
  static boolean begins(List<Layer> layers) {
    return !layers.isEmpty() && isImageLayer(layers.get(0));
  }

  static boolean isImageLayer(Layer layer) {
    return layer instanceof ImageLayer.Convolution || layer instanceof ImageLayer.MaxPooling;
  }

  List<Layer> layers() {
    return layers;
  }

  Shape.Image image() {
    return image;
  }

  /** What the layer behind sees. */
  Shape output() {
    return input(layers.size());
  }

  /** What one of the layers is given; that of the one behind the last is the output. */
  Shape input(int layer) {
    return shapes.get(layer);
  }

  /** Of the actions that join; 0 where none do. */
  int actionWidth() {
    return layers.stream()
        .mapToInt(layer -> layer instanceof Layer.JoinActions join ? join.width() : 0)
        .sum();
  }

  Precision precision() {
    return precision(layers);
  }

  static Precision precision(List<Layer> layers) {
    boolean halves =
        layers.stream()
            .anyMatch(
                layer ->
                    layer instanceof ImageLayer.Convolution convolution
                        && convolution.precision() == Precision.BF16);
    return halves ? Precision.BF16 : Precision.F32;
  }

  @Override
  int parameterCount() {
    return parameterCount;
  }

  NativeVector nativeParameters() {
    return nativeParameters;
  }

  long version() {
    return version;
  }

  /** Each layer draws from a generator of its own, as it does where no native library takes it. */
  @Override
  void initializeFrom(float[] parameters, SplittableRandom parent) {
    Shape shape = image;
    int at = offset;
    for (Layer layer : layers) {
      SplittableRandom random = parent.split();
      if (layer instanceof ImageLayer.Convolution convolution) {
        int inputs = ((Shape.Image) shape).channels();
        convolution
            .initialization()
            .fillFilters(
                parameters,
                at + convolution.channels(),
                inputs,
                convolution.channels(),
                convolution.kernel(),
                random);
      } else if (layer instanceof Layer.Dense dense) {
        Initialization initialization = dense.initialization();
        initialization.fill(
            parameters, at, shape.width(), dense.width(), initialization.hiddenGain(), random);
      }
      at += (int) layer.parameterCount(shape);
      shape = layer.output(shape);
    }
  }

  @Override
  void initialize(float[] parameters, SplittableRandom random) {
    throw new IllegalStateException("each of the layers has a generator of its own");
  }

  @Override
  void refresh(float[] parameters) {
    if (nativeParameters == null) {
      nativeParameters = new NativeVector(parameterCount);
    }
    nativeParameters.put(0, parameters, offset, parameterCount);
    version++;
  }

  /** How many rows are computed at once, so that their activations take half a gigabyte at most. */
  int rowsAtOnce() {
    long width = shapes.stream().mapToLong(Shape::width).sum();
    return (int) Math.max(1, ACTIVATION_BYTES / (width * Float.BYTES));
  }

  @Override
  Stage stage(Signal input, Signal actions, Kernels kernels, int maxRows) {
    return stage(input, actions, kernels, maxRows, rowsAtOnce());
  }

  /**
   * @param atOnce how many rows are computed at once
   */
  Stage stage(Signal input, Signal actions, Kernels kernels, int maxRows, int atOnce) {
    if (maxRows <= atOnce) {
      return whole(input, actions, kernels, maxRows);
    }
    return new ChunkedStage(
        this,
        input,
        actionWidth() == 0 ? null : actions,
        output(kernels, maxRows),
        kernels,
        atOnce,
        (chunk, chunkActions, rows) -> whole(chunk, chunkActions, kernels, rows));
  }

  private Signal output(Kernels kernels, int maxRows) {
    return new Signal(output().width(), kernels.lanes(), maxRows);
  }

  private Stage whole(Signal input, Signal actions, Kernels kernels, int maxRows) {
    Signal signal = output(kernels, maxRows);
    return switch (convolutions) {
      case ONEDNN -> new OneDnnStage(this, input, actions, signal, maxRows);
      case ND4J -> new Nd4jStage(this, input, signal);
    };
  }
}
