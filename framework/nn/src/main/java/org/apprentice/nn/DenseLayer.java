package org.apprentice.nn;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * {@code y = f(W x + b)}. Parameters: weights {@code [outputs x inputs]} row-major, then biases.
 */
final class DenseLayer extends KernelLayer {
  private final int outputs;
  private final Activation activation;
  private final Initialization initialization;
  private final double gain;
  private final Weights weights;
  private final float[] bias;

  DenseLayer(
      int offset,
      int inputs,
      int outputs,
      Activation activation,
      Initialization initialization,
      double gain,
      Kernels kernels) {
    super(offset);
    this.outputs = outputs;
    this.activation = activation;
    this.initialization = initialization;
    this.gain = gain;
    this.weights = new Weights(offset, inputs, 1, outputs, kernels);
    this.bias = new float[weights.outputStride];
  }

  private int biasOffset() {
    return offset + weights.count();
  }

  @Override
  int parameterCount() {
    return weights.count() + outputs;
  }

  @Override
  void initialize(float[] parameters, SplittableRandom random) {
    initialization.fill(parameters, offset, weights.inputs, outputs, gain, random);
    Arrays.fill(parameters, biasOffset(), offset + parameterCount(), 0f);
  }

  @Override
  void refresh(float[] parameters) {
    weights.refresh(parameters);
    weights.pad(parameters, biasOffset(), bias);
  }

  @Override
  Stage stage(Signal input, Signal actions, Kernels kernels, int maxRows) {
    return new DenseStage(input, kernels, new Signal(outputs, kernels.lanes(), maxRows));
  }

  private final class DenseStage extends Stage {
    private final Signal input;
    private final Kernels kernels;
    private final float[] scratch = Weights.scratch(weights);
    private final float[] sums = new float[weights.outputStride];

    DenseStage(Signal input, Kernels kernels, Signal output) {
      super(output);
      this.input = input;
      this.kernels = kernels;
    }

    @Override
    boolean gradientWanted() {
      return true;
    }

    @Override
    void forward(Extent extent) {
      int rows = extent.paddedRows();
      weights.forward(kernels, input.values, 0, bias, 0, 0, output.values, 0, rows);
      kernels.activate(activation, output.values, rows * output.stride);
    }

    @Override
    void backward(Extent extent, float[] parameters, float[] parameterGradient) {
      if (!output.hasGradient) {
        Arrays.fill(parameterGradient, offset, offset + parameterCount(), 0f);
        return;
      }
      float[] gradients = output.gradients();
      int padded = extent.paddedRows();
      kernels.derive(activation, output.values, gradients, padded * output.stride);
      weights.gradient(kernels, gradients, input.values, extent.rows(), scratch, parameterGradient);
      kernels.columnSums(gradients, output.stride, extent.rows(), sums, output.stride);
      weights.unpad(sums, parameterGradient, biasOffset());
      if (input.gradientWanted) {
        weights.backward(
            kernels, gradients, 0, parameters, input.hasGradient, input.gradients(), 0, padded);
        input.hasGradient = true;
      }
    }

    @Override
    void tangent(Extent extent, float[] direction) {
      int rows = extent.paddedRows();
      float[] target = output.tangents();
      weights.transpose(direction, scratch);
      weights.pad(direction, biasOffset(), sums);
      weights.product(kernels, input.values, 0, scratch, sums, 0, 0, target, 0, rows);
      if (input.hasTangent) {
        weights.forward(kernels, input.tangents(), 0, target, 0, output.stride, target, 0, rows);
      }
      kernels.derive(activation, output.values, target, rows * output.stride);
      output.hasTangent = true;
    }
  }
}
