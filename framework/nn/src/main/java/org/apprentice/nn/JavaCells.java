package org.apprentice.nn;

/** Loops over one row each; a row's four or three gates lie one after the other. */
final class JavaCells implements Cells {
  private static float sigmoid(float x) {
    return Math.fma(0.5f, Rational.tanh(0.5f * x), 0.5f);
  }

  private static void sigmoid(float[] y, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = sigmoid(y[i]);
    }
  }

  private static void tanh(float[] y, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = Rational.tanh(y[i]);
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
      int f = a + stride;
      int o = f + stride;
      int g = o + stride;
      tanh(gates, a, f);
      sigmoid(gates, f, g + stride);
      for (int i = 0, h = r * stride; i < stride; i++, h++) {
        cells[h] = Math.fma(gates[f + i], previous[h], gates[g + i] * gates[a + i]);
        squashed[h] = Rational.tanh(cells[h]);
        outputs[h] = gates[o + i] * squashed[h];
      }
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
      int f = a + stride;
      int o = f + stride;
      int g = o + stride;
      int h = (row + r) * stride;
      int c = r * stride;
      for (int i = 0; i < stride; i++) {
        float candidate = gates[a + i];
        float forget = gates[f + i];
        float out = gates[o + i];
        float in = gates[g + i];
        float s = squashed[h + i];
        float dh = outputGradients[h + i] + carried[c + i];
        float dc = Math.fma(dh * out, Math.fma(-s, s, 1f), carriedCells[c + i]);
        gateGradients[a + i] = dc * in * Math.fma(-candidate, candidate, 1f);
        gateGradients[f + i] = dc * previous[h + i] * (forget * (1f - forget));
        gateGradients[o + i] = dh * s * (out * (1f - out));
        gateGradients[g + i] = dc * candidate * (in * (1f - in));
        carriedCells[c + i] = dc * forget;
      }
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
      int f = a + stride;
      int o = f + stride;
      int g = o + stride;
      for (int i = 0, h = r * stride; i < stride; i++, h++) {
        float candidate = gates[a + i];
        float forget = gates[f + i];
        float out = gates[o + i];
        float in = gates[g + i];
        float s = squashed[h];
        float ta = gateTangents[a + i] * Math.fma(-candidate, candidate, 1f);
        float tf = gateTangents[f + i] * (forget * (1f - forget));
        float to = gateTangents[o + i] * (out * (1f - out));
        float ti = gateTangents[g + i] * (in * (1f - in));
        float tc =
            Math.fma(
                previousTangents[h],
                forget,
                Math.fma(previous[h], tf, Math.fma(ti, candidate, in * ta)));
        cellTangents[h] = tc;
        outputTangents[h] = Math.fma(to, s, out * Math.fma(-s, s, 1f) * tc);
      }
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
      int z = r + stride;
      int n = z + stride;
      for (int i = r; i < n; i++) {
        gates[i] = sigmoid(gates[i] + memory[i]);
      }
      for (int i = 0, h = k * stride; i < stride; i++, h++) {
        float candidate = Rational.tanh(Math.fma(gates[r + i], memory[n + i], gates[n + i]));
        gates[n + i] = candidate;
        outputs[h] = Math.fma(gates[z + i], previous[h] - candidate, candidate);
      }
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
      int z = r + stride;
      int n = z + stride;
      int h = (row + k) * stride;
      int c = k * stride;
      for (int i = 0; i < stride; i++) {
        float reset = gates[r + i];
        float update = gates[z + i];
        float candidate = gates[n + i];
        float d = outputGradients[h + i] + carried[c + i];
        float dn = d * (1f - update) * Math.fma(-candidate, candidate, 1f);
        float dz = d * (previous[h + i] - candidate) * (update * (1f - update));
        float dr = dn * memory[n + i] * (reset * (1f - reset));
        inputGradients[r + i] = dr;
        inputGradients[z + i] = dz;
        inputGradients[n + i] = dn;
        memoryGradients[r + i] = dr;
        memoryGradients[z + i] = dz;
        memoryGradients[n + i] = dn * reset;
        carried[c + i] = d * update;
      }
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
      int z = r + stride;
      int n = z + stride;
      for (int i = 0, h = k * stride; i < stride; i++, h++) {
        float reset = gates[r + i];
        float update = gates[z + i];
        float candidate = gates[n + i];
        float tr = (gateTangents[r + i] + memoryTangents[r + i]) * (reset * (1f - reset));
        float tz = (gateTangents[z + i] + memoryTangents[z + i]) * (update * (1f - update));
        float sum =
            Math.fma(
                tr, memory[n + i], Math.fma(reset, memoryTangents[n + i], gateTangents[n + i]));
        float tn = sum * Math.fma(-candidate, candidate, 1f);
        outputTangents[h] =
            Math.fma(tz, previous[h] - candidate, Math.fma(update, previousTangents[h] - tn, tn));
      }
    }
  }
}
