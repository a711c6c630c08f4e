package org.apprentice.trpo;

import java.util.Arrays;

/**
 * A policy in double precision, row by row, and the Fisher matrix as what it is by definition: the
 * curvature of the mean KL divergence from the policy, by finite differences. Knows nothing of
 * tangents, gradients or the matrices that trpo multiplies with.
 *
 * @param hidden widths of tanh layers; of a recurrent policy the one width
 * @param recurrent whether the hidden layer sees its own last output too (Elman 1990)
 * @param actions number of actions or of their dimensions
 * @param discrete whether actions are discrete; else the last {@code actions} parameters are
 *     logarithms of standard deviations
 */
record ReferencePolicy(int[] hidden, boolean recurrent, int actions, boolean discrete) {
  /**
   * What a policy sees, one sequence.
   *
   * @param observations {@code [steps][width]}
   * @param resets whether the memory is forgotten before a step
   * @param memory before the first step
   * @param masks {@code [steps][actions]}, or null
   */
  record Sequence(double[][] observations, boolean[] resets, double[] memory, boolean[][] masks) {}

  /** Symmetric, {@code [parameters][parameters]}. */
  double[][] fisher(double[] parameters, Sequence... sequences) {
    double[][][] old = outputs(parameters, sequences);
    int size = parameters.length;
    double step = 1e-3;
    double[][] matrix = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int sign = 0; sign < 4; sign++) {
          double[] moved = parameters.clone();
          moved[i] += (sign & 1) == 0 ? step : -step;
          moved[j] += (sign & 2) == 0 ? step : -step;
          double divergence = divergence(old, moved, sequences);
          sum += sign == 0 || sign == 3 ? divergence : -divergence;
        }
        matrix[i][j] = sum / (4 * step * step);
        matrix[j][i] = matrix[i][j];
      }
    }
    return matrix;
  }

  /** Mean KL divergence of the policy with the second parameters from that with the first. */
  double divergence(double[] from, double[] to, Sequence... sequences) {
    return divergence(outputs(from, sequences), to, sequences);
  }

  private double divergence(double[][][] old, double[] parameters, Sequence... sequences) {
    double[][][] moved = outputs(parameters, sequences);
    double sum = 0;
    int rows = 0;
    for (int sequence = 0; sequence < moved.length; sequence++) {
      for (int step = 0; step < moved[sequence].length; step++) {
        sum +=
            discrete
                ? categorical(old[sequence][step], moved[sequence][step])
                : gaussian(old[sequence][step], moved[sequence][step]);
        rows++;
      }
    }
    return sum / rows;
  }

  /**
   * Natural logarithm of the probability (density) of an action, given what {@link #outputs} said.
   *
   * @param action the number of an action, or its components
   */
  double logProbability(double[] output, double... action) {
    if (discrete) {
      return Math.log(output[(int) action[0]]);
    }
    double sum = 0;
    for (int i = 0; i < actions; i++) {
      double z = (action[i] - output[i]) / Math.exp(output[actions + i]);
      sum -= z * z / 2 + output[actions + i] + Math.log(2 * Math.PI) / 2;
    }
    return sum;
  }

  /** In nats, given what {@link #outputs} said. */
  double entropy(double[] output) {
    double sum = 0;
    for (int i = 0; i < actions; i++) {
      sum +=
          discrete
              ? output[i] == 0 ? 0 : -output[i] * Math.log(output[i])
              : output[actions + i] + Math.log(2 * Math.PI * Math.E) / 2;
    }
    return sum;
  }

  /** {@code sum p log(p / q)}. */
  private static double categorical(double[] p, double[] q) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += p[i] == 0 ? 0 : p[i] * Math.log(p[i] / q[i]);
    }
    return sum;
  }

  /** Of independent normal components, by means and then logarithms of standard deviations. */
  private double gaussian(double[] p, double[] q) {
    double sum = 0;
    for (int i = 0; i < actions; i++) {
      double oldVariance = Math.exp(2 * p[actions + i]);
      double newVariance = Math.exp(2 * q[actions + i]);
      sum +=
          q[actions + i]
              - p[actions + i]
              + (oldVariance + Math.pow(p[i] - q[i], 2)) / (2 * newVariance)
              - 0.5;
    }
    return sum;
  }

  /** Probabilities, or means and logarithms of standard deviations, of each step. */
  private double[][][] outputs(double[] parameters, Sequence... sequences) {
    double[][][] outputs = new double[sequences.length][][];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = outputs(parameters, sequences[i]);
    }
    return outputs;
  }

  double[][] outputs(double[] parameters, Sequence sequence) {
    double[] memory = sequence.memory.clone();
    double[][] outputs = new double[sequence.observations.length][];
    for (int step = 0; step < outputs.length; step++) {
      if (sequence.resets[step]) {
        Arrays.fill(memory, 0);
      }
      Cursor cursor = new Cursor(parameters);
      double[] features = sequence.observations[step];
      for (int width : hidden) {
        features = cursor.layer(features, recurrent ? memory : new double[0], width);
      }
      memory = recurrent ? features : memory;
      double[] head = cursor.linear(features, new double[0], actions);
      outputs[step] =
          discrete
              ? softmax(head, sequence.masks == null ? null : sequence.masks[step])
              : joined(
                  head,
                  Arrays.copyOfRange(parameters, parameters.length - actions, parameters.length));
    }
    return outputs;
  }

  private static double[] softmax(double[] logits, boolean[] mask) {
    double[] probabilities = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = mask == null || mask[i] ? Math.exp(logits[i]) : 0;
      sum += probabilities[i];
    }
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] /= sum;
    }
    return probabilities;
  }

  private static double[] joined(double[] first, double[] second) {
    double[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** Reads layers from the flat vector: weights {@code [outputs x inputs]}, then biases. */
  private static final class Cursor {
    private final double[] parameters;
    private int position;

    Cursor(double[] parameters) {
      this.parameters = parameters;
    }

    double[] layer(double[] input, double[] memory, int outputs) {
      double[] output = linear(input, memory, outputs);
      for (int i = 0; i < outputs; i++) {
        output[i] = Math.tanh(output[i]);
      }
      return output;
    }

    double[] linear(double[] input, double[] memory, int outputs) {
      double[] output = new double[outputs];
      for (int i = 0; i < outputs; i++) {
        for (double element : input) {
          output[i] += element * parameters[position++];
        }
      }
      for (int i = 0; i < outputs && memory.length > 0; i++) {
        for (double element : memory) {
          output[i] += element * parameters[position++];
        }
      }
      for (int i = 0; i < outputs; i++) {
        output[i] += parameters[position++];
      }
      return output;
    }
  }
}
