package org.apprentice.rl;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.apprentice.spi.Network;
import org.apprentice.spi.Pass;

/**
 * Generalised state-dependent exploration (Raffin et al. 2020): the noise of an action is a linear
 * function of what the policy head is made from, {@code noise(s) = E f(s)}, with a matrix of
 * independent normal elements {@code E_ij ~ N(0, sigma_ij^2)} that is drawn now and then only, so
 * that between draws the same state gets the same noise. Its distribution over draws is normal with
 * variance {@code sum_j sigma_ij^2 f_j(s)^2}; half the logarithm of that is what this head gives.
 * Its parameters are the {@code log sigma_ij}; the features are taken as given.
 */
final class StateDependentNoise implements ExtraHead {
  /** Keeps the logarithm finite where all features are 0, as Stable-Baselines3's. */
  private static final float EPSILON = 1e-6f;

  private final int policyHead;
  private final int width;
  private final int features;
  private final float initialLogStd;

  /** {@code sigma^2, [width x features]}. */
  private final float[] variances;

  private final float[] deviations;

  /**
   * @throws IllegalArgumentException if the network does not tell what its policy head is made from
   */
  StateDependentNoise(Network network, int policyHead, int width, double initialLogStd) {
    this.policyHead = policyHead;
    this.width = width;
    this.initialLogStd = (float) initialLogStd;
    features = network.featureWidth(policyHead);
    if (features == 0) {
      throw new IllegalArgumentException(
          "log-std = gsde needs a network that tells the features of its policy head, and this one"
              + " does not: "
              + network.description());
    }
    variances = new float[width * features];
    deviations = new float[width * features];
  }

  @Override
  public String name() {
    return "log-std";
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int parameterCount() {
    return width * features;
  }

  @Override
  public void initialize(float[] parameters, int offset) {
    Arrays.fill(parameters, offset, offset + parameterCount(), initialLogStd);
  }

  @Override
  public void parametersChanged(float[] parameters, int offset) {
    for (int i = 0; i < variances.length; i++) {
      deviations[i] = (float) Math.exp(parameters[offset + i]);
      variances[i] = deviations[i] * deviations[i];
    }
  }

  @Override
  public void forward(Pass inner, int rows, float[] out) {
    float[] given = inner.features(policyHead);
    for (int row = 0; row < rows; row++) {
      for (int action = 0; action < width; action++) {
        out[row * width + action] = (float) (0.5 * Math.log(variance(given, row, action)));
      }
    }
  }

  private float variance(float[] given, int row, int action) {
    int from = row * features;
    int to = action * features;
    float sum = EPSILON;
    for (int i = 0; i < features; i++) {
      sum += given[from + i] * given[from + i] * variances[to + i];
    }
    return sum;
  }

  /** d log-std / d log sigma_ij = sigma_ij^2 f_j^2 / variance. */
  @Override
  public void backward(
      Pass inner, int rows, float[] gradient, float[] parameterGradient, int offset) {
    float[] given = inner.features(policyHead);
    Arrays.fill(parameterGradient, offset, offset + parameterCount(), 0f);
    for (int row = 0; row < rows; row++) {
      int from = row * features;
      for (int action = 0; action < width; action++) {
        int to = action * features;
        float outer = gradient[row * width + action] / variance(given, row, action);
        for (int i = 0; i < features; i++) {
          parameterGradient[offset + to + i] +=
              outer * given[from + i] * given[from + i] * variances[to + i];
        }
      }
    }
  }

  @Override
  public void tangent(Pass inner, int rows, float[] direction, int offset, float[] out) {
    float[] given = inner.features(policyHead);
    for (int row = 0; row < rows; row++) {
      int from = row * features;
      for (int action = 0; action < width; action++) {
        int to = action * features;
        float sum = 0;
        for (int i = 0; i < features; i++) {
          sum += given[from + i] * given[from + i] * variances[to + i] * direction[offset + to + i];
        }
        out[row * width + action] = sum / variance(given, row, action);
      }
    }
  }

  /** A matrix per row, held for some steps. */
  final class Held {
    private final int rows;
    private final int steps;

    /** Standard normal, {@code [rows x width x features]}. */
    private final float[] draws;

    private int age;

    /**
     * @param steps after which new matrices are drawn
     */
    private Held(int rows, int steps) {
      this.rows = rows;
      this.steps = steps;
      draws = new float[rows * width * features];
    }

    /**
     * Noise of the next step in units of its standard deviation.
     *
     * @param outer the pass of the network with this head, after its forward
     * @param out {@code [rows x width]}
     */
    void next(Pass outer, RandomGenerator random, double[] out) {
      if (age % steps == 0) {
        age = 0;
        for (int i = 0; i < draws.length; i++) {
          draws[i] = (float) random.nextGaussian();
        }
      }
      age++;
      float[] given = outer.features(policyHead);
      for (int row = 0; row < rows; row++) {
        for (int action = 0; action < width; action++) {
          float sum = 0;
          for (int i = 0; i < features; i++) {
            sum +=
                given[row * features + i]
                    * deviations[action * features + i]
                    * draws[(row * width + action) * features + i];
          }
          out[row * width + action] = sum / Math.sqrt(variance(given, row, action));
        }
      }
    }

    void save(DataOutput out) throws IOException {
      out.writeInt(age);
      StateArrays.write(out, draws);
    }

    void restore(DataInput in) throws IOException {
      age = in.readInt();
      StateArrays.read(in, draws);
    }
  }

  Held hold(int rows, int steps) {
    return new Held(rows, steps);
  }
}
