package org.apprentice.nn;

import java.util.SplittableRandom;

/**
 * A layer of a {@link KernelNetwork}: its part of the parameter vector and its working copies of
 * it.
 */
abstract class KernelLayer {
  /** Where the layer's parameters begin in the flat vector. */
  final int offset;

  KernelLayer(int offset) {
    this.offset = offset;
  }

  abstract int parameterCount();

  abstract void initialize(float[] parameters, SplittableRandom random);

  /** Initialises with one generator split off for each layer of the architecture in this one. */
  void initializeFrom(float[] parameters, SplittableRandom parent) {
    initialize(parameters, parent.split());
  }

  /** Brings the working copies (transposed, padded) up to date. */
  abstract void refresh(float[] parameters);

  /** The layer at work on rows of its own. */
  abstract Stage stage(Signal input, Signal actions, Kernels kernels, int maxRows);

  /**
   * A layer at work in one slice of a pass: a small problem of its own with {@code steps x batch}
   * rows, time-major. Only the thread that runs the slice touches it.
   */
  abstract static class Stage {
    final Signal output;

    Stage(Signal output) {
      this.output = output;
    }

    abstract void forward(Extent extent);

    /**
     * Turns the gradient of the output into that of the parameters, which is overwritten, and adds
     * to that of the inputs where wanted.
     */
    abstract void backward(Extent extent, float[] parameters, float[] parameterGradient);

    /** Turns tangents of inputs and a direction of parameters into the tangent of the output. */
    abstract void tangent(Extent extent, float[] direction);

    /** Whether the gradient of the output is needed, given what is wanted of the inputs. */
    abstract boolean gradientWanted();
  }

  /** How many rows a slice has now. */
  static final class Extent {
    int steps;
    int batch;

    /** {@code [rows]}, or null for none. */
    boolean[] resets;

    /**
     * The carried state of the pass: a row for each of its sequences. Layers read and write their
     * columns in forward only.
     */
    float[] state;

    int stateStride;

    /** Which row of the state is that of the slice's first sequence. */
    int firstSequence;

    /** How many sequences the pass has now. */
    int totalBatch;

    /** Dropout drops, by this seed. */
    boolean training;

    long dropoutSeed;

    /** The place of a row of the slice among those of the pass. */
    int rowOfBatch(int row) {
      return row / batch * totalBatch + firstSequence + row % batch;
    }

    boolean reset(int step, int sequence) {
      return resets != null && resets[step * batch + sequence];
    }

    int rows() {
      return steps * batch;
    }

    /** As many rows as kernels compute, padding included. */
    int paddedRows() {
      return Signal.roundUp(rows(), Kernels.ROWS);
    }
  }
}
