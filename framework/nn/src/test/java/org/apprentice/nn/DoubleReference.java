package org.apprentice.nn;

import java.util.ArrayList;
import java.util.List;

/**
 * An architecture evaluated in double precision, straight from its definition: the oracle of the
 * kernels.
 */
final class DoubleReference {
  private final Architecture architecture;

  DoubleReference(Architecture architecture) {
    this.architecture = architecture;
  }

  /** Outputs of the heads for one row. */
  double[][] outputs(double[] parameters, double[] observation, double[] actions) {
    int offset = 0;
    List<double[]> torsos = new ArrayList<>();
    for (Architecture.Torso torso : architecture.torsos()) {
      double[] x = observation;
      for (Architecture.Layer layer : torso.layers()) {
        if (layer instanceof Architecture.Layer.Dense dense) {
          double[] y = affine(parameters, offset, x, dense.width());
          offset += (x.length + 1) * dense.width();
          for (int i = 0; i < y.length; i++) {
            y[i] = activate(dense.activation(), y[i]);
          }
          x = y;
        } else {
          double[] joined = new double[x.length + actions.length];
          System.arraycopy(x, 0, joined, 0, x.length);
          System.arraycopy(actions, 0, joined, x.length, actions.length);
          x = joined;
        }
      }
      torsos.add(x);
    }
    double[][] result = new double[architecture.heads().size()][];
    for (int head = 0; head < result.length; head++) {
      Architecture.Head description = architecture.heads().get(head);
      double[] x = torsos.get(description.torso());
      result[head] = affine(parameters, offset, x, description.width());
      offset += (x.length + 1) * description.width();
    }
    return result;
  }

  private static double[] affine(double[] parameters, int offset, double[] x, int width) {
    double[] y = new double[width];
    for (int i = 0; i < width; i++) {
      y[i] = parameters[offset + x.length * width + i];
      for (int j = 0; j < x.length; j++) {
        y[i] += parameters[offset + i * x.length + j] * x[j];
      }
    }
    return y;
  }

  private static double activate(Activation activation, double x) {
    return switch (activation) {
      case IDENTITY -> x;
      case TANH -> Math.tanh(x);
      case RELU -> Math.max(0, x);
      case LEAKY_RELU -> x > 0 ? x : 0.01 * x;
      case ELU -> x > 0 ? x : Math.expm1(x);
    };
  }
}
