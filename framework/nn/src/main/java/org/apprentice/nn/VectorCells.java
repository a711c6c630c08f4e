package org.apprentice.nn;

import static org.apprentice.nn.VectorKernels.L;
import static org.apprentice.nn.VectorKernels.broadcast;
import static org.apprentice.nn.VectorKernels.load;

import jdk.incubator.vector.FloatVector;

/**
 * {@link Cells} on the Vector API: {@link JavaCells} with a vector for a number. Each row's loops
 * are methods of their own, small enough for C2 to inline all that they call.
 */
final class VectorCells implements Cells {
  private static final FloatVector ONE = broadcast(1f);
  private static final FloatVector HALF = broadcast(0.5f);

  private static void halve(float[] y, int from, int to) {
    for (int i = from; i < to; i += L) {
      load(y, i).mul(HALF).intoArray(y, i);
    }
  }

  /** {@code y (1 - y)}. */
  private static FloatVector slopeOfSigmoid(FloatVector y) {
    return y.mul(ONE.sub(y));
  }

  /** {@code 1 - y^2}. */
  private static FloatVector slopeOfTanh(FloatVector y) {
    return ONE.sub(y.mul(y));
  }

  @Override
  public void lstm(
      float[] gates,
      float[] previous,
      float[] cells,
      float[] squashed,
      float[] outputs,
      int row,
      int rows,
      int stride) {
    for (int r = row; r < row + rows; r++) {
      int a = r * 4 * stride;
      halve(gates, a + stride, a + 4 * stride);
    }
    VectorKernels.tanh(gates, row * 4 * stride, (row + rows) * 4 * stride);
    for (int r = row; r < row + rows; r++) {
      remember(gates, r * 4 * stride, previous, cells, squashed, r * stride, stride);
    }
    VectorKernels.tanh(squashed, row * stride, (row + rows) * stride);
    for (int r = row; r < row + rows; r++) {
      recall(gates, (r * 4 + 2) * stride, squashed, outputs, r * stride, stride);
    }
  }

  /** Opens the gates, {@code sigmoid(x) = (tanh(x / 2) + 1) / 2}, and fills the cells. */
  private static void remember(
      float[] gates, int a, float[] previous, float[] cells, float[] squashed, int h, int stride) {
    int f = a + stride;
    int o = f + stride;
    int g = o + stride;
    for (int i = 0; i < stride; i += L) {
      FloatVector forget = load(gates, f + i).fma(HALF, HALF);
      FloatVector in = load(gates, g + i).fma(HALF, HALF);
      forget.intoArray(gates, f + i);
      in.intoArray(gates, g + i);
      load(gates, o + i).fma(HALF, HALF).intoArray(gates, o + i);
      FloatVector c = forget.fma(load(previous, h + i), in.mul(load(gates, a + i)));
      c.intoArray(cells, h + i);
      c.intoArray(squashed, h + i);
    }
  }

  private static void recall(
      float[] gates, int o, float[] squashed, float[] outputs, int h, int stride) {
    for (int i = 0; i < stride; i += L) {
      load(squashed, h + i).mul(load(gates, o + i)).intoArray(outputs, h + i);
    }
  }

  @Override
  public void lstmGradient(
      float[] gates,
      float[] previous,
      float[] squashed,
      float[] outputGradients,
      float[] carried,
      float[] carriedCells,
      float[] gateGradients,
      int row,
      int rows,
      int stride) {
    for (int r = 0; r < rows; r++) {
      int a = (row + r) * 4 * stride;
      int h = (row + r) * stride;
      int c = r * stride;
      forgetting(
          gates,
          a + 2 * stride,
          squashed,
          outputGradients,
          h,
          carried,
          carriedCells,
          c,
          gateGradients,
          stride);
      remembering(gates, a, previous, h, carriedCells, c, gateGradients, stride);
    }
  }

  /** The output gate and d loss / dc. */
  private static void forgetting(
      float[] gates,
      int o,
      float[] squashed,
      float[] outputGradients,
      int h,
      float[] carried,
      float[] carriedCells,
      int c,
      float[] gateGradients,
      int stride) {
    for (int i = 0; i < stride; i += L) {
      FloatVector s = load(squashed, h + i);
      FloatVector out = load(gates, o + i);
      FloatVector dh = load(outputGradients, h + i).add(load(carried, c + i));
      dh.mul(s).mul(slopeOfSigmoid(out)).intoArray(gateGradients, o + i);
      dh.mul(out).fma(slopeOfTanh(s), load(carriedCells, c + i)).intoArray(carriedCells, c + i);
    }
  }

  /** The other gates and d loss / dc'. */
  private static void remembering(
      float[] gates,
      int a,
      float[] previous,
      int h,
      float[] carriedCells,
      int c,
      float[] gateGradients,
      int stride) {
    int f = a + stride;
    int g = a + 3 * stride;
    for (int i = 0; i < stride; i += L) {
      FloatVector dc = load(carriedCells, c + i);
      FloatVector candidate = load(gates, a + i);
      FloatVector in = load(gates, g + i);
      dc.mul(in).mul(slopeOfTanh(candidate)).intoArray(gateGradients, a + i);
      dc.mul(candidate).mul(slopeOfSigmoid(in)).intoArray(gateGradients, g + i);
      FloatVector forget = load(gates, f + i);
      dc.mul(load(previous, h + i)).mul(slopeOfSigmoid(forget)).intoArray(gateGradients, f + i);
      dc.mul(forget).intoArray(carriedCells, c + i);
    }
  }

  @Override
  public void lstmTangent(
      float[] gates,
      float[] previous,
      float[] squashed,
      float[] gateTangents,
      float[] previousTangents,
      float[] cellTangents,
      float[] outputTangents,
      int row,
      int rows,
      int stride) {
    for (int r = row; r < row + rows; r++) {
      int a = r * 4 * stride;
      int h = r * stride;
      rememberTangent(gates, a, previous, gateTangents, previousTangents, cellTangents, h, stride);
      recallTangent(
          gates, a + 2 * stride, squashed, gateTangents, cellTangents, outputTangents, h, stride);
    }
  }

  private static void rememberTangent(
      float[] gates,
      int a,
      float[] previous,
      float[] gateTangents,
      float[] previousTangents,
      float[] cellTangents,
      int h,
      int stride) {
    int f = a + stride;
    int g = a + 3 * stride;
    for (int i = 0; i < stride; i += L) {
      FloatVector candidate = load(gates, a + i);
      FloatVector in = load(gates, g + i);
      FloatVector sum = in.mul(load(gateTangents, a + i)).mul(slopeOfTanh(candidate));
      sum = load(gateTangents, g + i).mul(slopeOfSigmoid(in)).fma(candidate, sum);
      FloatVector forget = load(gates, f + i);
      sum = load(gateTangents, f + i).mul(slopeOfSigmoid(forget)).fma(load(previous, h + i), sum);
      load(previousTangents, h + i).fma(forget, sum).intoArray(cellTangents, h + i);
    }
  }

  private static void recallTangent(
      float[] gates,
      int o,
      float[] squashed,
      float[] gateTangents,
      float[] cellTangents,
      float[] outputTangents,
      int h,
      int stride) {
    for (int i = 0; i < stride; i += L) {
      FloatVector s = load(squashed, h + i);
      FloatVector out = load(gates, o + i);
      FloatVector tc = load(cellTangents, h + i).mul(out).mul(slopeOfTanh(s));
      load(gateTangents, o + i)
          .mul(slopeOfSigmoid(out))
          .fma(s, tc)
          .intoArray(outputTangents, h + i);
    }
  }

  @Override
  public void gru(
      float[] gates,
      float[] memory,
      float[] previous,
      float[] outputs,
      int row,
      int rows,
      int stride) {
    for (int k = row; k < row + rows; k++) {
      int r = k * 3 * stride;
      int n = r + 2 * stride;
      halveSum(gates, memory, r, n);
      VectorKernels.tanh(gates, r, n);
      openGates(gates, memory, r, stride);
      VectorKernels.tanh(gates, n, n + stride);
      blend(gates, r + stride, previous, outputs, k * stride, stride);
    }
  }

  private static void halveSum(float[] gates, float[] memory, int from, int to) {
    for (int i = from; i < to; i += L) {
      load(gates, i).add(load(memory, i)).mul(HALF).intoArray(gates, i);
    }
  }

  /** The second half of the sigmoids, and the sum of the candidate. */
  private static void openGates(float[] gates, float[] memory, int r, int stride) {
    int z = r + stride;
    int n = z + stride;
    for (int i = 0; i < stride; i += L) {
      FloatVector reset = load(gates, r + i).fma(HALF, HALF);
      reset.intoArray(gates, r + i);
      load(gates, z + i).fma(HALF, HALF).intoArray(gates, z + i);
      reset.fma(load(memory, n + i), load(gates, n + i)).intoArray(gates, n + i);
    }
  }

  private static void blend(
      float[] gates, int z, float[] previous, float[] outputs, int h, int stride) {
    int n = z + stride;
    for (int i = 0; i < stride; i += L) {
      FloatVector candidate = load(gates, n + i);
      load(gates, z + i)
          .fma(load(previous, h + i).sub(candidate), candidate)
          .intoArray(outputs, h + i);
    }
  }

  @Override
  public void gruGradient(
      float[] gates,
      float[] memory,
      float[] previous,
      float[] outputGradients,
      float[] carried,
      float[] inputGradients,
      float[] memoryGradients,
      int row,
      int rows,
      int stride) {
    for (int k = 0; k < rows; k++) {
      int r = (row + k) * 3 * stride;
      int h = (row + k) * stride;
      int c = k * stride;
      blending(gates, r + stride, previous, outputGradients, h, carried, c, inputGradients, stride);
      resetting(gates, memory, r, inputGradients, memoryGradients, stride);
    }
  }

  /** Update gate, candidate and what of d loss / dh' goes past the gates. */
  private static void blending(
      float[] gates,
      int z,
      float[] previous,
      float[] outputGradients,
      int h,
      float[] carried,
      int c,
      float[] inputGradients,
      int stride) {
    int n = z + stride;
    for (int i = 0; i < stride; i += L) {
      FloatVector update = load(gates, z + i);
      FloatVector candidate = load(gates, n + i);
      FloatVector d = load(outputGradients, h + i).add(load(carried, c + i));
      d.mul(ONE.sub(update)).mul(slopeOfTanh(candidate)).intoArray(inputGradients, n + i);
      d.mul(load(previous, h + i).sub(candidate))
          .mul(slopeOfSigmoid(update))
          .intoArray(inputGradients, z + i);
      d.mul(update).intoArray(carried, c + i);
    }
  }

  /** Reset gate, and the gradient of the memory's part of all sums. */
  private static void resetting(
      float[] gates,
      float[] memory,
      int r,
      float[] inputGradients,
      float[] memoryGradients,
      int stride) {
    int z = r + stride;
    int n = z + stride;
    for (int i = 0; i < stride; i += L) {
      FloatVector reset = load(gates, r + i);
      FloatVector dn = load(inputGradients, n + i);
      FloatVector dr = dn.mul(load(memory, n + i)).mul(slopeOfSigmoid(reset));
      dr.intoArray(inputGradients, r + i);
      dr.intoArray(memoryGradients, r + i);
      load(inputGradients, z + i).intoArray(memoryGradients, z + i);
      dn.mul(reset).intoArray(memoryGradients, n + i);
    }
  }

  @Override
  public void gruTangent(
      float[] gates,
      float[] memory,
      float[] previous,
      float[] gateTangents,
      float[] memoryTangents,
      float[] previousTangents,
      float[] outputTangents,
      int row,
      int rows,
      int stride) {
    for (int k = row; k < row + rows; k++) {
      int r = k * 3 * stride;
      candidateTangent(gates, memory, r, gateTangents, memoryTangents, stride);
      blendTangent(
          gates,
          r + stride,
          previous,
          gateTangents,
          memoryTangents,
          previousTangents,
          outputTangents,
          k * stride,
          stride);
    }
  }

  /** Leaves the tangent of n in the place of that of x_n. */
  private static void candidateTangent(
      float[] gates,
      float[] memory,
      int r,
      float[] gateTangents,
      float[] memoryTangents,
      int stride) {
    int n = r + 2 * stride;
    for (int i = 0; i < stride; i += L) {
      FloatVector reset = load(gates, r + i);
      FloatVector candidate = load(gates, n + i);
      FloatVector tr = load(gateTangents, r + i).add(load(memoryTangents, r + i));
      FloatVector sum = reset.fma(load(memoryTangents, n + i), load(gateTangents, n + i));
      sum = tr.mul(slopeOfSigmoid(reset)).fma(load(memory, n + i), sum);
      sum.mul(slopeOfTanh(candidate)).intoArray(gateTangents, n + i);
    }
  }

  private static void blendTangent(
      float[] gates,
      int z,
      float[] previous,
      float[] gateTangents,
      float[] memoryTangents,
      float[] previousTangents,
      float[] outputTangents,
      int h,
      int stride) {
    int n = z + stride;
    for (int i = 0; i < stride; i += L) {
      FloatVector update = load(gates, z + i);
      FloatVector tn = load(gateTangents, n + i);
      FloatVector tz =
          load(gateTangents, z + i).add(load(memoryTangents, z + i)).mul(slopeOfSigmoid(update));
      FloatVector sum = update.fma(load(previousTangents, h + i).sub(tn), tn);
      tz.fma(load(previous, h + i).sub(load(gates, n + i)), sum).intoArray(outputTangents, h + i);
    }
  }
}
