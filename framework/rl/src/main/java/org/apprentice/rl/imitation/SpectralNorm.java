package org.apprentice.rl.imitation;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apprentice.nn.WeightMatrix;
import org.apprentice.rl.StateArrays;
import org.apprentice.spi.Network;

/**
 * Spectral normalisation (Miyato et al. 2018): every matrix of weights of a network is divided by
 * its largest singular value. The raw parameters are kept here and are what an optimiser changes;
 * the network's own are {@code W / sigma(W)}, so that whatever reads, saves or exports the network
 * has the normalisation folded in. A convolution's matrix is {@code [filters x (input channels *
 * kernel * kernel)]}; biases are what they are.
 *
 * <p>The singular vectors u and v are kept from step to step, and one power iteration (their
 * algorithm 1) follows each change of the parameters: {@code v = W'u / |W'u|}, {@code u = Wv /
 * |Wv|}, {@code sigma = u'Wv}.
 */
public final class SpectralNorm {
  /** Before the first step: singular values that lie close together need some. */
  private static final int FIRST_ITERATIONS = 30;

  /** A matrix of zeros stays one. */
  private static final double SMALLEST_NORM = 1e-12;

  private final Network network;
  private final float[] raw;
  private final Matrix[] matrices;

  /**
   * Normalises the network's present parameters.
   *
   * @param random draws the first singular vectors
   * @throws IllegalArgumentException if it is not known where the network's matrices lie
   */
  public SpectralNorm(Network network, RandomGenerator random) {
    this.network = network;
    raw = network.parameters().clone();
    List<WeightMatrix> places = WeightMatrix.of(network);
    matrices = places.stream().map(place -> new Matrix(place, random)).toArray(Matrix[]::new);
    for (int i = 0; i < FIRST_ITERATIONS; i++) {
      for (Matrix matrix : matrices) {
        matrix.iterate(raw);
      }
    }
    fold();
  }

  /** What an optimiser changes; {@link #normalize()} is to follow. */
  public float[] rawParameters() {
    return raw;
  }

  /** After a change of the raw parameters: one power iteration, and the network's are renewed. */
  public void normalize() {
    for (Matrix matrix : matrices) {
      matrix.iterate(raw);
    }
    fold();
  }

  private void fold() {
    float[] parameters = network.parameters();
    System.arraycopy(raw, 0, parameters, 0, raw.length);
    for (Matrix matrix : matrices) {
      matrix.divide(raw, parameters);
    }
    network.parametersChanged();
  }

  /**
   * Turns the gradient by the network's parameters into that by the raw ones (equation 12): with G
   * the gradient by {@code W / sigma},
   *
   * <pre>  (G - (sum of G * W / sigma) u v') / sigma</pre>
   *
   * @param gradient overwritten
   */
  public void toRaw(float[] gradient) {
    for (Matrix matrix : matrices) {
      matrix.toRaw(gradient, network.parameters());
    }
  }

  /** The largest singular value of each raw matrix, as the power iterations have it. */
  public double[] largestSingularValues() {
    double[] values = new double[matrices.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = matrices[i].sigma;
    }
    return values;
  }

  /** All but the network's own parameters, which follow from this. */
  public void save(DataOutput out) throws IOException {
    StateArrays.write(out, raw);
    for (Matrix matrix : matrices) {
      StateArrays.write(out, matrix.u);
      StateArrays.write(out, matrix.v);
      out.writeDouble(matrix.sigma);
    }
  }

  /** Also writes the network's parameters. */
  public void restore(DataInput in) throws IOException {
    StateArrays.read(in, raw);
    for (Matrix matrix : matrices) {
      StateArrays.read(in, matrix.u);
      StateArrays.read(in, matrix.v);
      matrix.sigma = in.readDouble();
    }
    fold();
  }

  /** One matrix W with estimates of its first singular vectors and value. */
  private static final class Matrix {
    private final WeightMatrix place;

    /** Left, {@code [rows]}. */
    private final double[] u;

    /** Right, {@code [columns]}. */
    private final double[] v;

    private double sigma;

    Matrix(WeightMatrix place, RandomGenerator random) {
      this.place = place;
      u = new double[place.rows()];
      v = new double[place.columns()];
      for (int row = 0; row < u.length; row++) {
        u[row] = random.nextGaussian();
      }
      unit(u);
    }

    void iterate(float[] weights) {
      Arrays.fill(v, 0);
      for (int row = 0; row < u.length; row++) {
        int at = place.offset() + row * v.length;
        for (int column = 0; column < v.length; column++) {
          v[column] += weights[at + column] * u[row];
        }
      }
      unit(v);
      for (int row = 0; row < u.length; row++) {
        int at = place.offset() + row * v.length;
        double sum = 0;
        for (int column = 0; column < v.length; column++) {
          sum += weights[at + column] * v[column];
        }
        u[row] = sum;
      }
      // u'Wv with u = Wv / |Wv|
      sigma = Math.max(unit(u), SMALLEST_NORM);
    }

    /** Its length before, by which it is divided. */
    private static double unit(double[] vector) {
      double squares = 0;
      for (double element : vector) {
        squares += element * element;
      }
      double length = Math.sqrt(squares);
      for (int i = 0; i < vector.length; i++) {
        vector[i] /= Math.max(length, SMALLEST_NORM);
      }
      return length;
    }

    void divide(float[] weights, float[] target) {
      for (int i = place.offset(); i < place.offset() + place.size(); i++) {
        target[i] = (float) (weights[i] / sigma);
      }
    }

    void toRaw(float[] gradient, float[] normalized) {
      double product = 0;
      for (int i = place.offset(); i < place.offset() + place.size(); i++) {
        product += (double) gradient[i] * normalized[i];
      }
      for (int row = 0; row < u.length; row++) {
        int at = place.offset() + row * v.length;
        for (int column = 0; column < v.length; column++) {
          gradient[at + column] =
              (float) ((gradient[at + column] - product * u[row] * v[column]) / sigma);
        }
      }
    }
  }
}
