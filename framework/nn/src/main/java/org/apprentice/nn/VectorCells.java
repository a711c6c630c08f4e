package org.apprentice.nn;

import static org.apprentice.nn.VectorKernels.L;
import static org.apprentice.nn.VectorKernels.SPECIES;
import static org.apprentice.nn.VectorKernels.broadcast;

import jdk.incubator.vector.FloatVector;

/**
 * {@link Cells} on the Vector API: {@link JavaCells} with a vector for a number. Loops call nothing
 * but the Vector API, which C2 always inlines: of other methods it may leave calls where it has
 * inlined much already, and each would allocate the vectors that it takes and returns.
 */
final class VectorCells implements Cells {
  private static final FloatVector ONE = broadcast(1f);
  private static final FloatVector HALF = broadcast(0.5f);

  private static void halve(float[] y, int from, int to) {
    for (int i = from; i < to; i += L) {
      FloatVector.fromArray(SPECIES, y, i).mul(HALF).intoArray(y, i);
    }
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
      FloatVector forget = FloatVector.fromArray(SPECIES, gates, f + i).fma(HALF, HALF);
      FloatVector in = FloatVector.fromArray(SPECIES, gates, g + i).fma(HALF, HALF);
      forget.intoArray(gates, f + i);
      in.intoArray(gates, g + i);
      FloatVector.fromArray(SPECIES, gates, o + i).fma(HALF, HALF).intoArray(gates, o + i);
      FloatVector c =
          forget.fma(
              FloatVector.fromArray(SPECIES, previous, h + i),
              in.mul(FloatVector.fromArray(SPECIES, gates, a + i)));
      c.intoArray(cells, h + i);
      c.intoArray(squashed, h + i);
    }
  }

  private static void recall(
      float[] gates, int o, float[] squashed, float[] outputs, int h, int stride) {
    for (int i = 0; i < stride; i += L) {
      FloatVector.fromArray(SPECIES, squashed, h + i)
          .mul(FloatVector.fromArray(SPECIES, gates, o + i))
          .intoArray(outputs, h + i);
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
      FloatVector s = FloatVector.fromArray(SPECIES, squashed, h + i);
      FloatVector out = FloatVector.fromArray(SPECIES, gates, o + i);
      FloatVector dh =
          FloatVector.fromArray(SPECIES, outputGradients, h + i)
              .add(FloatVector.fromArray(SPECIES, carried, c + i));
      dh.mul(s).mul(out.mul(ONE.sub(out))).intoArray(gateGradients, o + i);
      dh.mul(out)
          .fma(ONE.sub(s.mul(s)), FloatVector.fromArray(SPECIES, carriedCells, c + i))
          .intoArray(carriedCells, c + i);
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
      FloatVector dc = FloatVector.fromArray(SPECIES, carriedCells, c + i);
      FloatVector candidate = FloatVector.fromArray(SPECIES, gates, a + i);
      FloatVector in = FloatVector.fromArray(SPECIES, gates, g + i);
      dc.mul(in).mul(ONE.sub(candidate.mul(candidate))).intoArray(gateGradients, a + i);
      dc.mul(candidate).mul(in.mul(ONE.sub(in))).intoArray(gateGradients, g + i);
      FloatVector forget = FloatVector.fromArray(SPECIES, gates, f + i);
      dc.mul(FloatVector.fromArray(SPECIES, previous, h + i))
          .mul(forget.mul(ONE.sub(forget)))
          .intoArray(gateGradients, f + i);
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
      FloatVector candidate = FloatVector.fromArray(SPECIES, gates, a + i);
      FloatVector in = FloatVector.fromArray(SPECIES, gates, g + i);
      FloatVector sum =
          in.mul(FloatVector.fromArray(SPECIES, gateTangents, a + i))
              .mul(ONE.sub(candidate.mul(candidate)));
      sum =
          FloatVector.fromArray(SPECIES, gateTangents, g + i)
              .mul(in.mul(ONE.sub(in)))
              .fma(candidate, sum);
      FloatVector forget = FloatVector.fromArray(SPECIES, gates, f + i);
      sum =
          FloatVector.fromArray(SPECIES, gateTangents, f + i)
              .mul(forget.mul(ONE.sub(forget)))
              .fma(FloatVector.fromArray(SPECIES, previous, h + i), sum);
      FloatVector.fromArray(SPECIES, previousTangents, h + i)
          .fma(forget, sum)
          .intoArray(cellTangents, h + i);
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
      FloatVector s = FloatVector.fromArray(SPECIES, squashed, h + i);
      FloatVector out = FloatVector.fromArray(SPECIES, gates, o + i);
      FloatVector tc =
          FloatVector.fromArray(SPECIES, cellTangents, h + i).mul(out).mul(ONE.sub(s.mul(s)));
      FloatVector.fromArray(SPECIES, gateTangents, o + i)
          .mul(out.mul(ONE.sub(out)))
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
      FloatVector.fromArray(SPECIES, gates, i)
          .add(FloatVector.fromArray(SPECIES, memory, i))
          .mul(HALF)
          .intoArray(gates, i);
    }
  }

  /** The second half of the sigmoids, and the sum of the candidate. */
  private static void openGates(float[] gates, float[] memory, int r, int stride) {
    int z = r + stride;
    int n = z + stride;
    for (int i = 0; i < stride; i += L) {
      FloatVector reset = FloatVector.fromArray(SPECIES, gates, r + i).fma(HALF, HALF);
      reset.intoArray(gates, r + i);
      FloatVector.fromArray(SPECIES, gates, z + i).fma(HALF, HALF).intoArray(gates, z + i);
      reset
          .fma(
              FloatVector.fromArray(SPECIES, memory, n + i),
              FloatVector.fromArray(SPECIES, gates, n + i))
          .intoArray(gates, n + i);
    }
  }

  private static void blend(
      float[] gates, int z, float[] previous, float[] outputs, int h, int stride) {
    int n = z + stride;
    for (int i = 0; i < stride; i += L) {
      FloatVector candidate = FloatVector.fromArray(SPECIES, gates, n + i);
      FloatVector.fromArray(SPECIES, gates, z + i)
          .fma(FloatVector.fromArray(SPECIES, previous, h + i).sub(candidate), candidate)
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
      FloatVector update = FloatVector.fromArray(SPECIES, gates, z + i);
      FloatVector candidate = FloatVector.fromArray(SPECIES, gates, n + i);
      FloatVector d =
          FloatVector.fromArray(SPECIES, outputGradients, h + i)
              .add(FloatVector.fromArray(SPECIES, carried, c + i));
      d.mul(ONE.sub(update))
          .mul(ONE.sub(candidate.mul(candidate)))
          .intoArray(inputGradients, n + i);
      d.mul(FloatVector.fromArray(SPECIES, previous, h + i).sub(candidate))
          .mul(update.mul(ONE.sub(update)))
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
      FloatVector reset = FloatVector.fromArray(SPECIES, gates, r + i);
      FloatVector dn = FloatVector.fromArray(SPECIES, inputGradients, n + i);
      FloatVector dr =
          dn.mul(FloatVector.fromArray(SPECIES, memory, n + i)).mul(reset.mul(ONE.sub(reset)));
      dr.intoArray(inputGradients, r + i);
      dr.intoArray(memoryGradients, r + i);
      FloatVector.fromArray(SPECIES, inputGradients, z + i).intoArray(memoryGradients, z + i);
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
      FloatVector reset = FloatVector.fromArray(SPECIES, gates, r + i);
      FloatVector candidate = FloatVector.fromArray(SPECIES, gates, n + i);
      FloatVector tr =
          FloatVector.fromArray(SPECIES, gateTangents, r + i)
              .add(FloatVector.fromArray(SPECIES, memoryTangents, r + i));
      FloatVector sum =
          reset.fma(
              FloatVector.fromArray(SPECIES, memoryTangents, n + i),
              FloatVector.fromArray(SPECIES, gateTangents, n + i));
      sum =
          tr.mul(reset.mul(ONE.sub(reset))).fma(FloatVector.fromArray(SPECIES, memory, n + i), sum);
      sum.mul(ONE.sub(candidate.mul(candidate))).intoArray(gateTangents, n + i);
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
      FloatVector update = FloatVector.fromArray(SPECIES, gates, z + i);
      FloatVector tn = FloatVector.fromArray(SPECIES, gateTangents, n + i);
      FloatVector tz =
          FloatVector.fromArray(SPECIES, gateTangents, z + i)
              .add(FloatVector.fromArray(SPECIES, memoryTangents, z + i))
              .mul(update.mul(ONE.sub(update)));
      FloatVector sum =
          update.fma(FloatVector.fromArray(SPECIES, previousTangents, h + i).sub(tn), tn);
      tz.fma(
              FloatVector.fromArray(SPECIES, previous, h + i)
                  .sub(FloatVector.fromArray(SPECIES, gates, n + i)),
              sum)
          .intoArray(outputTangents, h + i);
    }
  }
}
