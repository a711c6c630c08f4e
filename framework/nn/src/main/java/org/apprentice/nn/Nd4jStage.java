package org.apprentice.nn;

import java.util.Arrays;
import java.util.List;
import org.apprentice.nn.Architecture.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * An {@link ImageTorso} at work in a slice by ND4J's operations, for machines where oneDNN does not
 * load. It allocates in each step and is several times slower.
 */
final class Nd4jStage extends KernelLayer.Stage {
  private static final float SCALE = 1f / 255;

  private final ImageTorso torso;
  private final List<Layer> layers;
  private final Signal input;

  /** Of the last forward: what each layer was given, and at last the output. */
  private final INDArray[] values;

  /** Where the maxima of pooling layers were. */
  private final int[][] places;

  Nd4jStage(ImageTorso torso, Signal input, Signal output) {
    super(output);
    this.torso = torso;
    this.layers = torso.layers();
    this.input = input;
    this.values = new INDArray[layers.size() + 1];
    this.places = new int[layers.size()][];
  }

  @Override
  boolean gradientWanted() {
    return true;
  }

  @Override
  void forward(KernelLayer.Extent extent) {
    if (extent.rows() == 0) {
      return;
    }
    values[0] = image(extent.rows());
    int offset = 0;
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      Shape shape = torso.input(i);
      Shape next = torso.input(i + 1);
      if (layer instanceof ImageLayer.Convolution convolution) {
        INDArray[] filters = filters(convolution, shape, torso.nativeParameters(), offset);
        values[i + 1] = convolve(convolution, values[i], filters, next);
        activate(convolution.activation(), values[i + 1]);
      } else if (layer instanceof ImageLayer.MaxPooling pooling) {
        places[i] = maxima(pooling, (Shape.Image) shape, (Shape.Image) next, values[i]);
        values[i + 1] = picked(values[i], places[i], next);
      } else {
        values[i + 1] = values[i];
      }
      offset += (int) layer.parameterCount(shape);
    }
    copyRows(values[layers.size()], output.values);
  }

  private INDArray image(int rows) {
    float[] scaled = new float[rows * input.width];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (input.real ? input.realPixels().get(i) : input.pixels.get(i) & 0xff) * SCALE;
    }
    return array(scaled, torso.image());
  }

  private static INDArray array(float[] rows, Shape shape) {
    INDArray flat = Nd4j.createFromArray(rows);
    long count = rows.length / shape.width();
    return shape instanceof Shape.Image image
        ? flat.reshape('c', count, image.channels(), image.rows(), image.columns())
        : flat.reshape('c', count, shape.width());
  }

  /** Weights and biases of a layer in a vector. */
  private static INDArray[] filters(
      ImageLayer.Convolution layer, Shape input, NativeVector vector, int offset) {
    int kernel = layer.kernel();
    int channels = ((Shape.Image) input).channels();
    float[] biases = new float[layer.channels()];
    vector.get(offset, biases, 0, biases.length);
    float[] weights = new float[layer.channels() * channels * kernel * kernel];
    vector.get(offset + biases.length, weights, 0, weights.length);
    return new INDArray[] {
      Nd4j.createFromArray(weights).reshape('c', layer.channels(), channels, kernel, kernel),
      Nd4j.createFromArray(biases)
    };
  }

  private static int[] arguments(ImageLayer.Convolution layer) {
    int kernel = layer.kernel();
    int stride = layer.stride();
    int padding = layer.padding();
    int noDilation = 1;
    int paddingAsGiven = 0;
    int channelsFirst = 0;
    int filtersFirst = 1;
    return new int[] {
      kernel,
      kernel,
      stride,
      stride,
      padding,
      padding,
      noDilation,
      noDilation,
      paddingAsGiven,
      channelsFirst,
      filtersFirst
    };
  }

  private static INDArray convolve(
      ImageLayer.Convolution layer, INDArray from, INDArray[] filters, Shape output) {
    Shape.Image image = (Shape.Image) output;
    INDArray to =
        Nd4j.create(from.dataType(), from.size(0), image.channels(), image.rows(), image.columns());
    Nd4j.exec(
        DynamicCustomOp.builder("conv2d")
            .addInputs(from, filters[0], filters[1])
            .addOutputs(to)
            .addIntegerArguments(arguments(layer))
            .build());
    return to;
  }

  private static void activate(Activation activation, INDArray y) {
    switch (activation) {
      case IDENTITY -> {}
      case TANH -> Transforms.tanh(y, false);
      case RELU -> Transforms.relu(y, false);
      case LEAKY_RELU -> Transforms.leakyRelu(y, Activation.LEAKY_SLOPE, false);
      case ELU -> Transforms.elu(y, false);
    }
  }

  /** {@code d *= f'} where {@code y = f}. */
  private static void derive(Activation activation, INDArray y, INDArray d) {
    switch (activation) {
      case IDENTITY -> {}
      case TANH -> d.muli(y.mul(y).rsubi(1));
      case RELU -> d.muli(y.gt(0).castTo(y.dataType()));
      case LEAKY_RELU -> {
        INDArray slope = y.gt(0).castTo(y.dataType());
        d.muli(slope.muli(1 - Activation.LEAKY_SLOPE).addi(Activation.LEAKY_SLOPE));
      }
      case ELU -> d.muli(Transforms.min(y, 0, true).addi(1));
    }
  }

  /** For each output, the index of its window's first maximum among all inputs. */
  private static int[] maxima(
      ImageLayer.MaxPooling layer, Shape.Image from, Shape.Image to, INDArray values) {
    float[] x = values.data().asFloat();
    int planes = x.length / (from.rows() * from.columns());
    int[] result = new int[planes * to.rows() * to.columns()];
    int at = 0;
    for (int plane = 0; plane < planes; plane++) {
      for (int y = 0; y < to.rows(); y++) {
        for (int column = 0; column < to.columns(); column++) {
          int corner =
              (plane * from.rows() + y * layer.stride()) * from.columns() + column * layer.stride();
          int best = corner;
          for (int place = 1; place < layer.size() * layer.size(); place++) {
            int index = corner + place / layer.size() * from.columns() + place % layer.size();
            best = x[index] > x[best] ? index : best;
          }
          result[at++] = best;
        }
      }
    }
    return result;
  }

  private static INDArray picked(INDArray from, int[] places, Shape shape) {
    float[] all = from.data().asFloat();
    float[] result = new float[places.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = all[places[i]];
    }
    return array(result, shape);
  }

  /** Into the padded rows of the output signal. */
  private void copyRows(INDArray from, float[] rows) {
    float[] flat = from.data().asFloat();
    for (int row = 0; row < flat.length / output.width; row++) {
      System.arraycopy(flat, row * output.width, rows, row * output.stride, output.width);
    }
  }

  @Override
  void backward(KernelLayer.Extent extent, float[] parameters, float[] parameterGradient) {
    if (!output.hasGradient) {
      Arrays.fill(parameterGradient, torso.offset, torso.offset + torso.parameterCount(), 0f);
      return;
    }
    float[] rows = new float[extent.rows() * output.width];
    for (int row = 0; row < extent.rows(); row++) {
      System.arraycopy(
          output.gradients(), row * output.stride, rows, row * output.width, output.width);
    }
    INDArray d = array(rows, torso.output());
    int end = torso.parameterCount();
    for (int i = layers.size() - 1; i >= 0; i--) {
      Shape shape = torso.input(i);
      Layer layer = layers.get(i);
      int offset = end - (int) layer.parameterCount(shape);
      if (layer instanceof ImageLayer.Convolution convolution) {
        derive(convolution.activation(), values[i + 1], d);
        d = convolveBack(convolution, i, d, offset, parameterGradient);
      } else if (layer instanceof ImageLayer.MaxPooling) {
        d = scattered(d, places[i], shape);
      } else {
        d = array(d.data().asFloat(), shape);
      }
      end = offset;
    }
    if (input.gradientWanted) {
      addInputGradient(d);
    }
  }

  private INDArray convolveBack(
      ImageLayer.Convolution layer, int index, INDArray d, int offset, float[] parameterGradient) {
    Shape shape = torso.input(index);
    INDArray[] filters = filters(layer, shape, torso.nativeParameters(), offset);
    INDArray dx = values[index].like();
    INDArray dw = filters[0].like();
    INDArray db = filters[1].like();
    Nd4j.exec(
        DynamicCustomOp.builder("conv2d_bp")
            .addInputs(values[index], filters[0], filters[1], d)
            .addOutputs(dx, dw, db)
            .addIntegerArguments(arguments(layer))
            .build());
    int at = torso.offset + offset;
    System.arraycopy(db.data().asFloat(), 0, parameterGradient, at, layer.channels());
    float[] weights = dw.data().asFloat();
    System.arraycopy(weights, 0, parameterGradient, at + layer.channels(), weights.length);
    return dx;
  }

  private static INDArray scattered(INDArray from, int[] places, Shape shape) {
    float[] gradients = from.data().asFloat();
    float[] result = new float[(int) (from.size(0) * shape.width())];
    for (int i = 0; i < places.length; i++) {
      result[places[i]] += gradients[i];
    }
    return array(result, shape);
  }

  private void addInputGradient(INDArray d) {
    float[] flat = d.data().asFloat();
    float[] target = input.gradients();
    for (int i = 0; i < flat.length; i++) {
      int at = i / input.width * input.stride + i % input.width;
      target[at] = input.hasGradient ? target[at] + flat[i] : flat[i];
    }
    input.hasGradient = true;
  }

  @Override
  void tangent(KernelLayer.Extent extent, float[] direction) {
    output.hasTangent = torso.parameterCount() > 0;
    if (!output.hasTangent) {
      return;
    }
    NativeVector vector = new NativeVector(torso.parameterCount());
    vector.put(0, direction, torso.offset, torso.parameterCount());
    INDArray t = null;
    int offset = 0;
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      Shape shape = torso.input(i);
      Shape next = torso.input(i + 1);
      if (layer instanceof ImageLayer.Convolution convolution) {
        INDArray moved =
            convolve(convolution, values[i], filters(convolution, shape, vector, offset), next);
        if (t != null) {
          INDArray[] filters = filters(convolution, shape, torso.nativeParameters(), offset);
          filters[1].assign(0);
          moved.addi(convolve(convolution, t, filters, next));
        }
        derive(convolution.activation(), values[i + 1], moved);
        t = moved;
      } else if (t != null && layer instanceof ImageLayer.MaxPooling) {
        t = picked(t, places[i], next);
      }
      offset += (int) layer.parameterCount(shape);
    }
    copyRows(t, output.tangents());
  }
}
