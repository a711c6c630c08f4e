package org.apprentice.nn;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * {@code y = f(W x + b)}. Parameters: weights {@code [outputs x inputs]} row-major, then biases.
 */
final class DenseLayer extends KernelLayer {
  private final int inputs;
  private final int outputs;
  private final int inputStride;
  private final int outputStride;
  private final Activation activation;
  private final Initialization initialization;
  private final double gain;

  /** {@code [inputs x outputStride]}. */
  private final float[] transposed;

  /** {@code [outputs x inputStride]}; null where the flat vector itself has that shape. */
  private final float[] padded;

  private final float[] bias;

  DenseLayer(
      int offset,
      int inputs,
      int outputs,
      Activation activation,
      Initialization initialization,
      double gain,
      int lanes) {
    super(offset);
    this.inputs = inputs;
    this.outputs = outputs;
    this.inputStride = Signal.roundUp(inputs, lanes);
    this.outputStride = Signal.roundUp(outputs, lanes);
    this.activation = activation;
    this.initialization = initialization;
    this.gain = gain;
    this.transposed = new float[inputs * outputStride];
    this.padded = inputStride == inputs ? null : new float[outputs * inputStride];
    this.bias = new float[outputStride];
  }

  @Override
  int parameterCount() {
    return (inputs + 1) * outputs;
  }

  @Override
  void initialize(float[] parameters, SplittableRandom random) {
    initialization.fill(parameters, offset, inputs, outputs, gain, random);
    Arrays.fill(parameters, offset + inputs * outputs, offset + parameterCount(), 0f);
  }

  @Override
  void refresh(float[] parameters) {
    transpose(parameters, offset, transposed);
    if (padded != null) {
      for (int row = 0; row < outputs; row++) {
        System.arraycopy(parameters, offset + row * inputs, padded, row * inputStride, inputs);
      }
    }
    System.arraycopy(parameters, offset + inputs * outputs, bias, 0, outputs);
  }

  /** Blocks of 16 columns keep the lines that are written to in the first-level cache. */
  private void transpose(float[] from, int start, float[] to) {
    for (int block = 0; block < outputs; block += 16) {
      int end = Math.min(block + 16, outputs);
      for (int column = 0; column < inputs; column++) {
        int source = start + block * inputs + column;
        int target = column * outputStride;
        for (int row = block; row < end; row++) {
          to[target + row] = from[source];
          source += inputs;
        }
      }
    }
  }

  @Override
  Stage stage(Signal input, Signal actions, Kernels kernels, int maxRows) {
    return new DenseStage(input, kernels, new Signal(outputs, kernels.lanes(), maxRows));
  }

  private final class DenseStage extends Stage {
    private final Signal input;
    private final Kernels kernels;

    /** {@code [inputs x outputStride]} or {@code [outputs x inputStride]}. */
    private final float[] scratch;

    /** Columns of the gradient's narrow side are fewer when it is computed transposed. */
    private final boolean transposedGradient;

    private final float[] sums = new float[outputStride];

    DenseStage(Signal input, Kernels kernels, Signal output) {
      super(output);
      this.input = input;
      this.kernels = kernels;
      this.transposedGradient =
          inputStride != inputs && (long) inputs * outputStride < (long) outputs * inputStride;
      this.scratch = new float[Math.max(inputs * outputStride, outputs * inputStride)];
    }

    @Override
    boolean gradientWanted() {
      return true;
    }

    @Override
    void forward(Extent extent) {
      int rows = extent.paddedRows();
      kernels.affine(
          input.values,
          0,
          input.stride,
          transposed,
          0,
          outputStride,
          bias,
          0,
          0,
          output.values,
          0,
          outputStride,
          rows,
          outputStride,
          inputs);
      kernels.activate(activation, output.values, rows * outputStride);
    }

    @Override
    void backward(Extent extent, float[] parameters, float[] parameterGradient) {
      if (!output.hasGradient) {
        Arrays.fill(parameterGradient, offset, offset + parameterCount(), 0f);
        return;
      }
      int rows = extent.rows();
      kernels.derive(
          activation, output.values, output.gradients(), extent.paddedRows() * outputStride);
      weightGradient(rows, parameterGradient);
      kernels.columnSums(output.gradients(), outputStride, rows, sums, outputStride);
      System.arraycopy(sums, 0, parameterGradient, offset + inputs * outputs, outputs);
      if (input.gradientWanted) {
        float[] target = input.gradients();
        kernels.affine(
            output.gradients(),
            0,
            outputStride,
            padded == null ? parameters : padded,
            padded == null ? offset : 0,
            inputStride,
            input.hasGradient ? target : null,
            0,
            inputStride,
            target,
            0,
            inputStride,
            extent.paddedRows(),
            inputStride,
            outputs);
        input.hasGradient = true;
      }
    }

    private void weightGradient(int rows, float[] parameterGradient) {
      float[] gradients = output.gradients();
      if (transposedGradient) {
        kernels.outer(
            input.values,
            input.stride,
            gradients,
            outputStride,
            scratch,
            0,
            outputStride,
            inputs,
            outputStride,
            rows);
        for (int row = 0; row < outputs; row++) {
          for (int column = 0; column < inputs; column++) {
            parameterGradient[offset + row * inputs + column] =
                scratch[column * outputStride + row];
          }
        }
      } else if (padded == null) {
        kernels.outer(
            gradients,
            outputStride,
            input.values,
            input.stride,
            parameterGradient,
            offset,
            inputs,
            outputs,
            inputs,
            rows);
      } else {
        kernels.outer(
            gradients,
            outputStride,
            input.values,
            input.stride,
            scratch,
            0,
            inputStride,
            outputs,
            inputStride,
            rows);
        for (int row = 0; row < outputs; row++) {
          System.arraycopy(
              scratch, row * inputStride, parameterGradient, offset + row * inputs, inputs);
        }
      }
    }

    @Override
    void tangent(Extent extent, float[] direction) {
      int rows = extent.paddedRows();
      float[] target = output.tangents();
      transpose(direction, offset, scratch);
      System.arraycopy(direction, offset + inputs * outputs, sums, 0, outputs);
      kernels.affine(
          input.values,
          0,
          input.stride,
          scratch,
          0,
          outputStride,
          sums,
          0,
          0,
          target,
          0,
          outputStride,
          rows,
          outputStride,
          inputs);
      if (input.hasTangent) {
        kernels.affine(
            input.tangents(),
            0,
            input.stride,
            transposed,
            0,
            outputStride,
            target,
            0,
            outputStride,
            target,
            0,
            outputStride,
            rows,
            outputStride,
            inputs);
      }
      kernels.derive(activation, output.values, target, rows * outputStride);
      output.hasTangent = true;
    }
  }
}
