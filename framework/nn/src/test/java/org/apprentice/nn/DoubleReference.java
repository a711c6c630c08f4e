package org.apprentice.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An architecture evaluated in double precision, straight from its definition: the oracle of the
 * kernels.
 */
final class DoubleReference {
  private final Architecture architecture;

  DoubleReference(Architecture architecture) {
    this.architecture = architecture;
  }

  /** Outputs of the heads for one row. */
  double[][] outputs(double[] parameters, double[] observation, double[] actions) {
    return step(parameters, observation, actions, new double[0]);
  }

  /** Outputs of the heads for one step of one sequence, whose carried state is updated. */
  double[][] step(double[] parameters, double[] observation, double[] actions, double[] state) {
    int offset = 0;
    int column = 0;
    List<double[]> torsos = new ArrayList<>();
    for (Architecture.Torso torso : architecture.torsos()) {
      double[] x = observation;
      Shape shape = Shape.of(architecture.observationSpace());
      for (Architecture.Layer layer : torso.layers()) {
        x = layer(layer, shape, parameters, offset, x, actions, state, column);
        offset += (int) layer.parameterCount(shape);
        column += layer.stateWidth();
        shape = layer.output(shape);
      }
      torsos.add(x);
    }
    double[][] result = new double[architecture.heads().size()][];
    for (int head = 0; head < result.length; head++) {
      Architecture.Head description = architecture.heads().get(head);
      double[] x = torsos.get(description.torso());
      result[head] = affine(parameters, offset, x, description.width());
      offset += (x.length + 1) * description.width();
    }
    return result;
  }

  private static double[] layer(
      Architecture.Layer layer,
      Shape input,
      double[] parameters,
      int offset,
      double[] x,
      double[] actions,
      double[] state,
      int column) {
    if (layer instanceof Architecture.Layer.Dense dense) {
      double[] y = affine(parameters, offset, x, dense.width());
      for (int i = 0; i < y.length; i++) {
        y[i] = activate(dense.activation(), y[i]);
      }
      return y;
    }
    if (layer instanceof Architecture.Layer.Lstm lstm) {
      return TorchLstm.ofFlatVector(parameters, offset, x.length, lstm.width())
          .step(x, state, column);
    }
    if (layer instanceof Architecture.Layer.Gru gru) {
      return TorchGru.ofFlatVector(parameters, offset, x.length, gru.width())
          .step(x, state, column);
    }
    if (layer instanceof ImageLayer.Convolution convolution) {
      double[] y = convolve(convolution, (Shape.Image) input, parameters, offset, x);
      for (int i = 0; i < y.length; i++) {
        y[i] = activate(convolution.activation(), y[i]);
      }
      return y;
    }
    if (layer instanceof ImageLayer.MaxPooling pooling) {
      return maxima(pooling, (Shape.Image) input, x);
    }
    if (layer instanceof ImageLayer.Flatten) {
      return x;
    }
    double[] joined = Arrays.copyOf(x, x.length + actions.length);
    System.arraycopy(actions, 0, joined, x.length, actions.length);
    return joined;
  }

  /**
   * torch.nn.LSTM: {@code i = sigmoid(W_ii x + b_ii + W_hi h + b_hi)}, f alike, {@code g =
   * tanh(W_ig x + b_ig + W_hg h + b_hg)}, o like i; {@code c = f c + i g}, {@code h = o tanh(c)}.
   *
   * @param weightIh {@code [4n x inputs]} with the rows of i, f, g, o in this order
   */
  record TorchLstm(double[][] weightIh, double[][] weightHh, double[] biasIh, double[] biasHh) {
    /**
     * The flat vector holds the blocks in the order g, f, o, i (DL4J's), all input weights, all
     * recurrent weights, and one bias, which is PyTorch's {@code b_ih + b_hh}.
     */
    static TorchLstm ofFlatVector(double[] parameters, int offset, int inputs, int n) {
      int[] blocks = {3, 1, 0, 2};
      double[] bias = new double[4 * n];
      int biases = offset + 4 * n * (inputs + n);
      for (int row = 0; row < 4 * n; row++) {
        bias[row] = parameters[biases + blocks[row / n] * n + row % n];
      }
      return new TorchLstm(
          rows(parameters, offset, inputs, n, blocks),
          rows(parameters, offset + 4 * n * inputs, n, n, blocks),
          bias,
          new double[4 * n]);
    }

    double[] step(double[] x, double[] state, int column) {
      int n = biasIh.length / 4;
      double[] h = Arrays.copyOfRange(state, column, column + n);
      double[] result = new double[n];
      for (int j = 0; j < n; j++) {
        double i = sigmoid(gate(j, x, h));
        double f = sigmoid(gate(n + j, x, h));
        double g = Math.tanh(gate(2 * n + j, x, h));
        double o = sigmoid(gate(3 * n + j, x, h));
        double c = f * state[column + n + j] + i * g;
        state[column + n + j] = c;
        result[j] = o * Math.tanh(c);
      }
      System.arraycopy(result, 0, state, column, n);
      return result;
    }

    private double gate(int row, double[] x, double[] h) {
      return dot(weightIh[row], x) + biasIh[row] + dot(weightHh[row], h) + biasHh[row];
    }
  }

  /**
   * torch.nn.GRU: {@code r = sigmoid(W_ir x + b_ir + W_hr h + b_hr)}, z alike, {@code n = tanh(W_in
   * x + b_in + r (W_hn h + b_hn))}, {@code h' = (1 - z) n + z h}.
   *
   * @param weightIh {@code [3n x inputs]} with the rows of r, z, n in this order
   */
  record TorchGru(double[][] weightIh, double[][] weightHh, double[] biasIh, double[] biasHh) {
    /** The flat vector is weight_ih, weight_hh, bias_ih, bias_hh. */
    static TorchGru ofFlatVector(double[] parameters, int offset, int inputs, int n) {
      int[] blocks = {0, 1, 2};
      int biases = offset + 3 * n * (inputs + n);
      return new TorchGru(
          rows(parameters, offset, inputs, n, blocks),
          rows(parameters, offset + 3 * n * inputs, n, n, blocks),
          Arrays.copyOfRange(parameters, biases, biases + 3 * n),
          Arrays.copyOfRange(parameters, biases + 3 * n, biases + 6 * n));
    }

    double[] step(double[] x, double[] state, int column) {
      int width = biasIh.length / 3;
      double[] h = Arrays.copyOfRange(state, column, column + width);
      double[] result = new double[width];
      for (int j = 0; j < width; j++) {
        double r = sigmoid(ofInputs(j, x) + ofMemory(j, h));
        double z = sigmoid(ofInputs(width + j, x) + ofMemory(width + j, h));
        double n = Math.tanh(ofInputs(2 * width + j, x) + r * ofMemory(2 * width + j, h));
        result[j] = (1 - z) * n + z * h[j];
      }
      System.arraycopy(result, 0, state, column, width);
      return result;
    }

    private double ofInputs(int row, double[] x) {
      return dot(weightIh[row], x) + biasIh[row];
    }

    private double ofMemory(int row, double[] h) {
      return dot(weightHh[row], h) + biasHh[row];
    }
  }

  /** torch.nn.Conv2d; biases come first in the flat vector. */
  private static double[] convolve(
      ImageLayer.Convolution layer,
      Shape.Image image,
      double[] parameters,
      int offset,
      double[] x) {
    Shape.Image output = layer.output(image);
    int kernel = layer.kernel();
    double[] result = new double[output.width()];
    for (int i = 0; i < result.length; i++) {
      int filter = i / (output.rows() * output.columns());
      int top = i / output.columns() % output.rows() * layer.stride() - layer.padding();
      int left = i % output.columns() * layer.stride() - layer.padding();
      result[i] = parameters[offset + filter];
      int weights = offset + layer.channels() + filter * image.channels() * kernel * kernel;
      for (int channel = 0; channel < image.channels(); channel++) {
        for (int y = Math.max(0, -top); y < kernel && top + y < image.rows(); y++) {
          for (int z = Math.max(0, -left); z < kernel && left + z < image.columns(); z++) {
            result[i] +=
                parameters[weights + (channel * kernel + y) * kernel + z]
                    * x[(channel * image.rows() + top + y) * image.columns() + left + z];
          }
        }
      }
    }
    return result;
  }

  private static double[] maxima(ImageLayer.MaxPooling layer, Shape.Image image, double[] x) {
    Shape.Image output = layer.output(image);
    double[] result = new double[output.width()];
    for (int i = 0; i < result.length; i++) {
      int channel = i / (output.rows() * output.columns());
      int top = i / output.columns() % output.rows() * layer.stride();
      int left = i % output.columns() * layer.stride();
      result[i] = Double.NEGATIVE_INFINITY;
      for (int place = 0; place < layer.size() * layer.size(); place++) {
        int y = top + place / layer.size();
        int z = left + place % layer.size();
        result[i] = Math.max(result[i], x[(channel * image.rows() + y) * image.columns() + z]);
      }
    }
    return result;
  }

  private static double[][] rows(
      double[] parameters, int offset, int columns, int n, int[] blocks) {
    double[][] rows = new double[blocks.length * n][];
    for (int row = 0; row < rows.length; row++) {
      int from = offset + (blocks[row / n] * n + row % n) * columns;
      rows[row] = Arrays.copyOfRange(parameters, from, from + columns);
    }
    return rows;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double[] affine(double[] parameters, int offset, double[] x, int width) {
    double[] y = new double[width];
    for (int i = 0; i < width; i++) {
      y[i] = parameters[offset + x.length * width + i];
      for (int j = 0; j < x.length; j++) {
        y[i] += parameters[offset + i * x.length + j] * x[j];
      }
    }
    return y;
  }

  private static double activate(Activation activation, double x) {
    return switch (activation) {
      case IDENTITY -> x;
      case TANH -> Math.tanh(x);
      case RELU -> Math.max(0, x);
      case LEAKY_RELU -> x > 0 ? x : 0.01 * x;
      case ELU -> x > 0 ? x : Math.expm1(x);
    };
  }
}
