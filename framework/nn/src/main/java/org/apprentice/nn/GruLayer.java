package org.apprentice.nn;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Gated recurrent unit with PyTorch's equations (the reset gate acts on the recurrent sum of the
 * candidate, bias included) and layout. Parameters: input weights {@code [3n x inputs]}, recurrent
 * weights {@code [3n x n]}, both row-major with the rows of the gates r, z and of the candidate one
 * after the other, then {@code 3n} biases of the inputs and {@code 3n} of the recurrence. Carried
 * state: h.
 */
final class GruLayer extends KernelLayer {
  private static final int GATES = 3;

  private final int stateColumn;
  private final int width;
  private final Initialization initialization;
  private final Weights input;
  private final Weights recurrent;
  private final float[] inputBias;
  private final float[] recurrentBias;

  GruLayer(
      int offset, int stateColumn, int inputs, Architecture.Layer.Gru settings, Kernels kernels) {
    super(offset);
    this.stateColumn = stateColumn;
    this.width = settings.width();
    this.initialization = settings.initialization();
    this.input = new Weights(offset, inputs, GATES, width, kernels);
    this.recurrent = new Weights(offset + input.count(), width, GATES, width, kernels);
    this.inputBias = new float[input.outputStride];
    this.recurrentBias = new float[input.outputStride];
  }

  private int inputBiasOffset() {
    return offset + input.count() + recurrent.count();
  }

  private int recurrentBiasOffset() {
    return inputBiasOffset() + GATES * width;
  }

  @Override
  int parameterCount() {
    return input.count() + recurrent.count() + 2 * GATES * width;
  }

  @Override
  void initialize(float[] parameters, SplittableRandom random) {
    input.initialize(parameters, initialization, random);
    recurrent.initialize(parameters, initialization, random);
    Arrays.fill(parameters, inputBiasOffset(), offset + parameterCount(), 0f);
  }

  @Override
  void refresh(float[] parameters) {
    input.refresh(parameters);
    recurrent.refresh(parameters);
    input.pad(parameters, inputBiasOffset(), inputBias);
    input.pad(parameters, recurrentBiasOffset(), recurrentBias);
  }

  @Override
  Stage stage(Signal observed, Signal actions, Kernels kernels, int maxRows) {
    return new GruStage(observed, kernels, maxRows);
  }

  private final class GruStage extends Stage {
    private final Signal observed;
    private final Kernels kernels;
    private final Cells arithmetic;
    private final int stride;

    /** {@code [rows x 3 stride]}. */
    private final float[] gates;

    /** The recurrent sums, {@code [rows x 3 stride]}. */
    private final float[] memory;

    private final Carried outputs;
    private Backward backward;
    private Tangent tangent;

    GruStage(Signal observed, Kernels kernels, int maxRows) {
      super(new Signal(width, kernels.lanes(), maxRows));
      this.observed = observed;
      this.kernels = kernels;
      this.arithmetic = kernels.cells();
      this.stride = output.stride;
      this.gates = new float[GATES * output.values.length];
      this.memory = new float[GATES * output.values.length];
      this.outputs = new Carried(stateColumn, width, stride, maxRows);
    }

    @Override
    boolean gradientWanted() {
      return true;
    }

    @Override
    void forward(Extent extent) {
      if (extent.rows() == 0) {
        return;
      }
      if (!input.fewInputs()) {
        input.forward(kernels, observed.values, 0, inputBias, 0, 0, gates, 0, extent.paddedRows());
      }
      for (int step = 0; step < extent.steps; step++) {
        if (step == 0) {
          outputs.begin(extent);
        } else {
          outputs.advance(extent, step, output.values);
        }
        int row = step * extent.batch;
        int to = row * GATES * stride;
        int rows = extent.batch;
        if (input.fewInputs()) {
          int from = row * observed.stride;
          input.forward(kernels, observed.values, from, inputBias, 0, 0, gates, to, rows);
        }
        recurrent.forward(
            kernels, outputs.previous, row * stride, recurrentBias, 0, 0, memory, to, rows);
        arithmetic.gru(gates, memory, outputs.previous, output.values, row, extent.batch, stride);
      }
      outputs.end(extent, output.values);
    }

    @Override
    void backward(Extent extent, float[] parameters, float[] parameterGradient) {
      if (!output.hasGradient) {
        Arrays.fill(parameterGradient, offset, offset + parameterCount(), 0f);
        return;
      }
      if (backward == null) {
        backward = new Backward();
      }
      backward.throughTime(extent, parameters);
      backward.ofParameters(extent.rows(), parameterGradient);
      if (observed.gradientWanted) {
        input.backward(
            kernels,
            backward.inputGradients,
            0,
            parameters,
            observed.hasGradient,
            observed.gradients(),
            0,
            extent.paddedRows());
        observed.hasGradient = true;
      }
    }

    /** What going backward needs. */
    private final class Backward {
      private final float[] inputGradients = new float[gates.length];
      private final float[] memoryGradients = new float[gates.length];
      private final float[] biasSums = new float[GATES * stride];
      private final float[] scratch = Weights.scratch(input, recurrent);

      /** d loss / dh of the following step, {@code [batch x stride]}. */
      private float[] carried = new float[0];

      void throughTime(Extent extent, float[] parameters) {
        int batch = extent.batch;
        if (carried.length < batch * stride) {
          carried = new float[batch * stride];
        }
        Arrays.fill(carried, 0f);
        for (int step = extent.steps - 1; step >= 0; step--) {
          int row = step * batch;
          arithmetic.gruGradient(
              gates,
              memory,
              outputs.previous,
              output.gradients(),
              carried,
              inputGradients,
              memoryGradients,
              row,
              batch,
              stride);
          if (step > 0) {
            recurrent.backward(
                kernels,
                memoryGradients,
                row * GATES * stride,
                parameters,
                true,
                carried,
                0,
                batch);
            Carried.forget(extent, step, carried, 0, stride);
          }
        }
      }

      void ofParameters(int rows, float[] gradient) {
        input.gradient(kernels, inputGradients, observed.values, rows, scratch, gradient);
        recurrent.gradient(kernels, memoryGradients, outputs.previous, rows, scratch, gradient);
        int length = GATES * stride;
        kernels.columnSums(inputGradients, length, rows, biasSums, length);
        input.unpad(biasSums, gradient, inputBiasOffset());
        kernels.columnSums(memoryGradients, length, rows, biasSums, length);
        input.unpad(biasSums, gradient, recurrentBiasOffset());
      }
    }

    @Override
    void tangent(Extent extent, float[] direction) {
      if (tangent == null) {
        tangent = new Tangent();
      }
      tangent.throughTime(extent, direction);
      output.hasTangent = true;
    }

    /** What the forward mode needs. */
    private final class Tangent {
      private final float[] gateTangents = new float[gates.length];
      private final float[] memoryTangents = new float[gates.length];
      private final float[] previousOutputs = new float[output.values.length];
      private final float[] scratch = Weights.scratch(input, recurrent);
      private final float[] biasTangent = new float[GATES * stride];

      void throughTime(Extent extent, float[] direction) {
        withoutRecurrence(extent.paddedRows(), direction);
        int batch = extent.batch;
        int length = batch * stride;
        for (int step = 0; step < extent.steps; step++) {
          int row = step * batch;
          if (step == 0) {
            // what was carried into the pass is a constant
            Arrays.fill(previousOutputs, 0, length, 0f);
          } else {
            int to = row * stride;
            System.arraycopy(output.tangents(), to - length, previousOutputs, to, length);
            Carried.forget(extent, step, previousOutputs, to, stride);
            int at = row * GATES * stride;
            recurrent.forward(
                kernels,
                previousOutputs,
                to,
                memoryTangents,
                at,
                GATES * stride,
                memoryTangents,
                at,
                batch);
          }
          arithmetic.gruTangent(
              gates,
              memory,
              outputs.previous,
              gateTangents,
              memoryTangents,
              previousOutputs,
              output.tangents(),
              row,
              batch,
              stride);
        }
      }

      private void withoutRecurrence(int rows, float[] direction) {
        int length = GATES * stride;
        input.transpose(direction, scratch);
        input.pad(direction, inputBiasOffset(), biasTangent);
        input.product(
            kernels, observed.values, 0, scratch, biasTangent, 0, 0, gateTangents, 0, rows);
        if (observed.hasTangent) {
          input.forward(
              kernels, observed.tangents(), 0, gateTangents, 0, length, gateTangents, 0, rows);
        }
        recurrent.transpose(direction, scratch);
        recurrent.pad(direction, recurrentBiasOffset(), biasTangent);
        recurrent.product(
            kernels, outputs.previous, 0, scratch, biasTangent, 0, 0, memoryTangents, 0, rows);
      }
    }
  }
}
