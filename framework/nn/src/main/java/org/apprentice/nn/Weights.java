package org.apprentice.nn;

import java.util.SplittableRandom;

/**
 * A matrix in the flat vector, {@code [blocks x width x inputs]} row-major, with the copies of it
 * that products want. A row of outputs holds the blocks (the gates of a memory) one after the
 * other, each padded to whole vectors. The copies belong to the layer, scratch to a stage: several
 * stages may use the copies at the same time.
 */
final class Weights {
  /** Rows that are transposed together: a multiple of the lanes of any vector. */
  private static final int PIECE = 16;

  final int inputs;
  final int inputStride;

  /** Length of a row of outputs. */
  final int outputStride;

  private final int offset;
  private final int blocks;
  private final int width;
  private final int blockStride;

  /** Rows of the untransposed copy. */
  private final int outputs;

  private final Kernels kernels;

  /** Where the rows of a piece begin. */
  private final int[] starts = new int[PIECE];

  /** Columns of a panel of the transposed matrix. */
  private final int panel;

  /**
   * {@code [outputStride / panel x inputs x panel]}: rows of a wide matrix would be so far apart
   * that they share few places in the cache. The last panel may be narrower.
   */
  private final float[] transposed;

  /** Columns of a panel of the untransposed matrix. */
  private final int inputPanel;

  /**
   * {@code [inputStride / inputPanel x outputs x inputPanel]}; null where the flat vector itself
   * has that shape.
   */
  private final float[] padded;

  Weights(int offset, int inputs, int blocks, int width, Kernels kernels) {
    int lanes = kernels.lanes();
    this.kernels = kernels;
    for (int row = 0; row < PIECE; row++) {
      starts[row] = row * inputs;
    }
    this.offset = offset;
    this.inputs = inputs;
    this.blocks = blocks;
    this.width = width;
    this.inputStride = Signal.roundUp(inputs, lanes);
    this.blockStride = Signal.roundUp(width, lanes);
    this.outputStride = blocks * blockStride;
    this.outputs = blocks == 1 ? width : outputStride;
    this.panel = kernels.panel(outputStride);
    this.transposed = new float[inputs * outputStride];
    this.inputPanel = kernels.panel(inputStride);
    this.padded =
        inputPanel == inputs && outputs == blocks * width ? null : new float[outputs * inputStride];
  }

  /**
   * Whether a memory had better multiply its inputs step by step: all steps at once is faster as
   * such, but what few inputs save, sums that leave the cache until their step comes cost.
   */
  boolean fewInputs() {
    return inputs <= 64;
  }

  /** Elements of the flat vector. */
  int count() {
    return blocks * width * inputs;
  }

  /** Room for what {@link #gradient} and {@link #transpose} of any of them need. */
  static float[] scratch(Weights... matrices) {
    int length = 0;
    for (Weights matrix : matrices) {
      length = Math.max(length, matrix.inputs * matrix.outputStride);
      length = Math.max(length, matrix.outputs * matrix.inputStride);
    }
    return new float[length];
  }

  /** Initial weights of gates: each is a matrix of its own, with a gain of 1. */
  void initialize(float[] parameters, Initialization initialization, SplittableRandom random) {
    for (int block = 0; block < blocks; block++) {
      initialization.fill(parameters, offset + block * width * inputs, inputs, width, 1, random);
    }
  }

  /** Brings the copies up to date. */
  void refresh(float[] parameters) {
    transpose(parameters, transposed);
    if (padded == null) {
      return;
    }
    for (int column = 0; column < inputs; column += inputPanel) {
      int columns = Math.min(inputPanel, inputStride - column);
      for (int row = 0; row < blocks * width; row++) {
        System.arraycopy(
            parameters,
            offset + row * inputs + column,
            padded,
            column * outputs + (row / width * blockStride + row % width) * columns,
            Math.min(columns, inputs - column));
      }
    }
  }

  /** Writes the transposed matrix of a vector laid out like the parameters. */
  void transpose(float[] from, float[] to) {
    for (int block = 0; block < blocks; block++) {
      transpose(from, offset + block * width * inputs, to, block * blockStride);
    }
  }

  /**
   * Pieces of {@link #PIECE} columns keep the lines that are written to in the first-level cache.
   */
  private void transpose(float[] from, int start, float[] to, int firstColumn) {
    for (int piece = 0; piece < width; ) {
      int column = firstColumn + piece;
      int columns = Math.min(panel, outputStride - column / panel * panel);
      int target = column / panel * panel * inputs + column % panel;
      int end = Math.min(width, piece + Math.min(PIECE, columns - column % panel));
      int source = start + piece * inputs;
      if (end - piece == starts.length) {
        kernels.transpose(from, source, starts, to, target, columns, inputs);
      } else {
        for (int row = piece; row < end; row++, source += inputs) {
          for (int input = 0; input < inputs; input++) {
            to[target + input * columns + row - piece] = from[source + input];
          }
        }
      }
      piece = end;
    }
  }

  /** Copies a row of outputs (a bias) from the flat vector to its padded form. */
  void pad(float[] from, int start, float[] to) {
    for (int block = 0; block < blocks; block++) {
      System.arraycopy(from, start + block * width, to, block * blockStride, width);
    }
  }

  /** The reverse of {@link #pad}. */
  void unpad(float[] from, float[] to, int start) {
    for (int block = 0; block < blocks; block++) {
      System.arraycopy(from, block * blockStride, to, start + block * width, width);
    }
  }

  /**
   * {@code y = initial + W x}.
   *
   * @param initial a bias for all rows if {@code initialStride} is 0, else rows like those of y
   *     (may be y itself)
   */
  void forward(
      Kernels kernels,
      float[] x,
      int xOffset,
      float[] initial,
      int initialOffset,
      int initialStride,
      float[] y,
      int yOffset,
      int rows) {
    product(
        kernels, x, xOffset, transposed, initial, initialOffset, initialStride, y, yOffset, rows);
  }

  /** {@link #forward} with the matrix of a direction, as {@link #transpose} wrote it. */
  void product(
      Kernels kernels,
      float[] x,
      int xOffset,
      float[] matrix,
      float[] initial,
      int initialOffset,
      int initialStride,
      float[] y,
      int yOffset,
      int rows) {
    for (int column = 0; column < outputStride; column += panel) {
      int columns = Math.min(panel, outputStride - column);
      kernels.affine(
          x,
          xOffset,
          inputStride,
          matrix,
          column * inputs,
          columns,
          initial,
          initialOffset + column,
          initialStride,
          y,
          yOffset + column,
          outputStride,
          rows,
          columns,
          inputs);
    }
  }

  /** {@code dx = W' dy}, or {@code dx += W' dy}. */
  void backward(
      Kernels kernels,
      float[] dy,
      int dyOffset,
      float[] parameters,
      boolean add,
      float[] dx,
      int dxOffset,
      int rows) {
    for (int column = 0; column < inputStride; column += inputPanel) {
      int columns = Math.min(inputPanel, inputStride - column);
      kernels.affine(
          dy,
          dyOffset,
          outputStride,
          padded == null ? parameters : padded,
          padded == null ? offset : column * outputs,
          columns,
          add ? dx : null,
          dxOffset + column,
          inputStride,
          dx,
          dxOffset + column,
          inputStride,
          rows,
          columns,
          outputs);
    }
  }

  /** Writes the gradient of the matrix, {@code sum over rows of dy x'}, to its place. */
  void gradient(
      Kernels kernels,
      float[] dy,
      float[] x,
      int rows,
      float[] scratch,
      float[] parameterGradient) {
    if (inputStride == inputs && outputs == blocks * width) {
      kernels.outer(
          dy,
          outputStride,
          x,
          inputStride,
          parameterGradient,
          offset,
          inputs,
          outputs,
          inputs,
          rows);
    } else if ((long) inputs * outputStride < (long) outputs * inputStride) {
      // narrow inputs leave less padding in the transposed product
      kernels.outer(
          x, inputStride, dy, outputStride, scratch, 0, outputStride, inputs, outputStride, rows);
      for (int block = 0; block < blocks; block++) {
        untranspose(
            scratch, block * blockStride, parameterGradient, offset + block * width * inputs);
      }
    } else {
      kernels.outer(
          dy, outputStride, x, inputStride, scratch, 0, inputStride, outputs, inputStride, rows);
      for (int block = 0; block < blocks; block++) {
        for (int row = 0; row < width; row++) {
          System.arraycopy(
              scratch,
              (block * blockStride + row) * inputStride,
              parameterGradient,
              offset + (block * width + row) * inputs,
              inputs);
        }
      }
    }
  }

  private void untranspose(float[] from, int start, float[] to, int target) {
    for (int row = 0; row < width; row++) {
      for (int column = 0; column < inputs; column++) {
        to[target + row * inputs + column] = from[start + column * outputStride + row];
      }
    }
  }
}
