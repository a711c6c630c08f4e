package org.apprentice.nn;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Long short-term memory without peepholes, in DL4J's layout. Parameters: input weights {@code [4n
 * x inputs]}, recurrent weights {@code [4n x n]}, both row-major with the rows of the candidate a
 * and of the gates f, o, i one after the other, then {@code 4n} biases. Carried state: h, then c.
 */
final class LstmLayer extends KernelLayer {
  private static final int GATES = 4;

  private final int stateColumn;
  private final int width;
  private final Architecture.Layer.Lstm settings;
  private final Weights input;
  private final Weights recurrent;
  private final float[] bias;

  LstmLayer(
      int offset, int stateColumn, int inputs, Architecture.Layer.Lstm settings, Kernels kernels) {
    super(offset);
    this.stateColumn = stateColumn;
    this.width = settings.width();
    this.settings = settings;
    this.input = new Weights(offset, inputs, GATES, width, kernels);
    this.recurrent = new Weights(offset + input.count(), width, GATES, width, kernels);
    this.bias = new float[input.outputStride];
  }

  private int biasOffset() {
    return offset + input.count() + recurrent.count();
  }

  @Override
  int parameterCount() {
    return input.count() + recurrent.count() + GATES * width;
  }

  @Override
  void initialize(float[] parameters, SplittableRandom random) {
    Initialization initialization = settings.initialization();
    input.initialize(parameters, initialization, random);
    recurrent.initialize(parameters, initialization, random);
    int from = biasOffset();
    Arrays.fill(parameters, from, from + GATES * width, 0f);
    Arrays.fill(parameters, from + width, from + 2 * width, (float) settings.forgetBias());
  }

  @Override
  void refresh(float[] parameters) {
    input.refresh(parameters);
    recurrent.refresh(parameters);
    input.pad(parameters, biasOffset(), bias);
  }

  @Override
  Stage stage(Signal observed, Signal actions, Kernels kernels, int maxRows) {
    return new LstmStage(observed, kernels, maxRows);
  }

  private final class LstmStage extends Stage {
    private final Signal observed;
    private final Kernels kernels;
    private final Cells arithmetic;
    private final int stride;

    /** {@code [rows x 4 stride]}. */
    private final float[] gates;

    private final float[] cells;

    /** tanh of the cells. */
    private final float[] squashed;

    private final Carried outputs;
    private final Carried memory;
    private Backward backward;
    private Tangent tangent;

    LstmStage(Signal observed, Kernels kernels, int maxRows) {
      super(new Signal(width, kernels.lanes(), maxRows));
      this.observed = observed;
      this.kernels = kernels;
      this.arithmetic = kernels.cells();
      this.stride = output.stride;
      this.gates = new float[GATES * output.values.length];
      this.cells = new float[output.values.length];
      this.squashed = new float[output.values.length];
      this.outputs = new Carried(stateColumn, width, stride, maxRows);
      this.memory = new Carried(stateColumn + width, width, stride, maxRows);
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
        input.forward(kernels, observed.values, 0, bias, 0, 0, gates, 0, extent.paddedRows());
      }
      for (int step = 0; step < extent.steps; step++) {
        if (step == 0) {
          outputs.begin(extent);
          memory.begin(extent);
        } else {
          outputs.advance(extent, step, output.values);
          memory.advance(extent, step, cells);
        }
        int row = step * extent.batch;
        if (input.fewInputs()) {
          int from = row * observed.stride;
          int to = row * GATES * stride;
          input.forward(kernels, observed.values, from, bias, 0, 0, gates, to, extent.batch);
        }
        addRecurrent(outputs.previous, row, gates, extent.batch);
        arithmetic.lstm(
            gates, memory.previous, cells, squashed, output.values, row, extent.batch, stride);
      }
      outputs.end(extent, output.values);
      memory.end(extent, cells);
    }

    /** Adds the recurrent part to the sums of the gates of one step. */
    private void addRecurrent(float[] previous, int row, float[] sums, int rows) {
      int at = row * GATES * stride;
      recurrent.forward(kernels, previous, row * stride, sums, at, GATES * stride, sums, at, rows);
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
      float[] sums = backward.gateGradients;
      int rows = extent.rows();
      input.gradient(kernels, sums, observed.values, rows, backward.scratch, parameterGradient);
      recurrent.gradient(
          kernels, sums, outputs.previous, rows, backward.scratch, parameterGradient);
      kernels.columnSums(sums, GATES * stride, rows, backward.biasSums, GATES * stride);
      input.unpad(backward.biasSums, parameterGradient, biasOffset());
      if (observed.gradientWanted) {
        input.backward(
            kernels,
            sums,
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
      final float[] gateGradients = new float[gates.length];
      final float[] biasSums = new float[GATES * stride];
      final float[] scratch = Weights.scratch(input, recurrent);

      /** d loss / dh and d loss / dc of the following step, {@code [batch x stride]}. */
      private float[] carried = new float[0];

      private float[] carriedCells = new float[0];

      void throughTime(Extent extent, float[] parameters) {
        int batch = extent.batch;
        if (carried.length < batch * stride) {
          carried = new float[batch * stride];
          carriedCells = new float[batch * stride];
        }
        Arrays.fill(carried, 0f);
        Arrays.fill(carriedCells, 0f);
        for (int step = extent.steps - 1; step >= 0; step--) {
          int row = step * batch;
          arithmetic.lstmGradient(
              gates,
              memory.previous,
              squashed,
              output.gradients(),
              carried,
              carriedCells,
              gateGradients,
              row,
              batch,
              stride);
          if (step > 0) {
            recurrent.backward(
                kernels, gateGradients, row * GATES * stride, parameters, false, carried, 0, batch);
            Carried.forget(extent, step, carried, 0, stride);
            Carried.forget(extent, step, carriedCells, 0, stride);
          }
        }
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
      private final float[] cellTangents = new float[cells.length];
      private final float[] previousOutputs = new float[cells.length];
      private final float[] previousCells = new float[cells.length];
      private final float[] scratch = Weights.scratch(input, recurrent);
      private final float[] biasTangent = new float[GATES * stride];

      void throughTime(Extent extent, float[] direction) {
        inputs(extent.paddedRows(), direction);
        int batch = extent.batch;
        int length = batch * stride;
        for (int step = 0; step < extent.steps; step++) {
          int row = step * batch;
          if (step == 0) {
            // what was carried into the pass is a constant
            Arrays.fill(previousOutputs, 0, length, 0f);
            Arrays.fill(previousCells, 0, length, 0f);
          } else {
            int from = (row - batch) * stride;
            System.arraycopy(output.tangents(), from, previousOutputs, from + length, length);
            System.arraycopy(cellTangents, from, previousCells, from + length, length);
            Carried.forget(extent, step, previousOutputs, from + length, stride);
            Carried.forget(extent, step, previousCells, from + length, stride);
            addRecurrent(previousOutputs, row, gateTangents, batch);
          }
          arithmetic.lstmTangent(
              gates,
              memory.previous,
              squashed,
              gateTangents,
              previousCells,
              cellTangents,
              output.tangents(),
              row,
              batch,
              stride);
        }
      }

      /** All that does not go through the recurrence, for all steps at once. */
      private void inputs(int rows, float[] direction) {
        int width = GATES * stride;
        input.transpose(direction, scratch);
        input.pad(direction, biasOffset(), biasTangent);
        input.product(
            kernels, observed.values, 0, scratch, biasTangent, 0, 0, gateTangents, 0, rows);
        if (observed.hasTangent) {
          input.forward(
              kernels, observed.tangents(), 0, gateTangents, 0, width, gateTangents, 0, rows);
        }
        recurrent.transpose(direction, scratch);
        recurrent.product(
            kernels, outputs.previous, 0, scratch, gateTangents, 0, width, gateTangents, 0, rows);
      }
    }
  }
}
