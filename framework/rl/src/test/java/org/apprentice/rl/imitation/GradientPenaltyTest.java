package org.apprentice.rl.imitation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apprentice.nn.WeightMatrix;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Space;
import org.junit.jupiter.api.Test;

/** Against the penalty itself, computed and differentiated in double precision. */
class GradientPenaltyTest {
  private static final int POINTS = 3;
  private static final int ACTIONS = 2;
  private static final double WEIGHT = 10;

  private static NetworkSpec spec(Space space) {
    return new NetworkSpec(space, ACTIONS, List.of(new NetworkSpec.Head("logit", 1, 1)), 3, 1);
  }

  /** Two rows of each kind for every point. */
  private record Data(ObservationBatch seen, float[] actions, double[] shares) {
    static Data of(Space space) {
      Random random = new Random(8);
      ObservationBatch seen = ObservationBatch.allocate(space, 2 * POINTS);
      if (seen instanceof ObservationBatch.Float32 real) {
        for (int i = 0; i < real.values().length; i++) {
          real.values()[i] = (float) random.nextGaussian();
        }
      } else if (seen instanceof ObservationBatch.UInt8 bytes) {
        random.nextBytes(bytes.values());
      }
      float[] actions = new float[2 * POINTS * ACTIONS];
      for (int i = 0; i < actions.length; i++) {
        actions[i] = (float) random.nextGaussian();
      }
      return new Data(seen, actions, random.doubles(POINTS).toArray());
    }

    double number(int row, int column) {
      int at = row * seen.width() + column;
      return seen instanceof ObservationBatch.Float32 real
          ? real.values()[at]
          : (((ObservationBatch.UInt8) seen).values()[at] & 0xff) / 255.0;
    }

    /** Observation as the network sees it, and action. */
    double[] point(int point) {
      double[] x = new double[seen.width() + ACTIONS];
      for (int i = 0; i < x.length; i++) {
        double one = kind(point, i);
        double other = kind(POINTS + point, i);
        x[i] = shares[point] * one + (1 - shares[point]) * other;
      }
      return x;
    }

    private double kind(int row, int i) {
      return i < seen.width() ? number(row, i) : actions[row * ACTIONS + i - seen.width()];
    }
  }

  /** {@code f(Wx + b)} of every matrix in turn; biases of a dense layer lie behind it. */
  private static double logit(Network network, double[] parameters, double[] x) {
    List<WeightMatrix> places = WeightMatrix.of(network);
    double[] values = x;
    for (int i = 0; i < places.size(); i++) {
      WeightMatrix place = places.get(i);
      if (network.spec().observationSpace() instanceof ImageSpace image && i == 0) {
        values = convolve(image, place, parameters, x);
      } else {
        values = dense(place, parameters, values, i + 1 < places.size());
      }
    }
    return values[0];
  }

  private static double[] dense(WeightMatrix place, double[] parameters, double[] x, boolean tanh) {
    double[] y = new double[place.rows()];
    for (int row = 0; row < y.length; row++) {
      y[row] = parameters[place.offset() + place.size() + row];
      for (int column = 0; column < place.columns(); column++) {
        y[row] += parameters[place.offset() + row * place.columns() + column] * x[column];
      }
      y[row] = tanh ? Math.tanh(y[row]) : y[row];
    }
    return y;
  }

  /** Filters of 2 x 2 with a stride of 2, whose biases lie before them; actions are joined. */
  private static double[] convolve(
      ImageSpace image, WeightMatrix place, double[] parameters, double[] x) {
    int rows = image.rows() / 2;
    int columns = image.columns() / 2;
    double[] y = new double[place.rows() * rows * columns + ACTIONS];
    for (int i = 0; i < place.rows() * rows * columns; i++) {
      int filter = i / (rows * columns);
      int top = i / columns % rows * 2;
      int left = i % columns * 2;
      double sum = parameters[place.offset() - place.rows() + filter];
      for (int k = 0; k < place.columns(); k++) {
        int pixel = (k / 4 * image.rows() + top + k / 2 % 2) * image.columns() + left + k % 2;
        sum += parameters[place.offset() + filter * place.columns() + k] * x[pixel];
      }
      y[i] = Math.tanh(sum);
    }
    System.arraycopy(x, image.width(), y, y.length - ACTIONS, ACTIONS);
    return y;
  }

  private static double penalty(Network network, double[] parameters, Data data) {
    double sum = 0;
    for (int point = 0; point < POINTS; point++) {
      double length = norm(network, parameters, data.point(point));
      sum += (length - 1) * (length - 1) / POINTS;
    }
    return sum;
  }

  private static double norm(Network network, double[] parameters, double[] x) {
    double squares = 0;
    double step = 1e-4;
    for (int i = 0; i < x.length; i++) {
      double value = x[i];
      x[i] = value + step;
      double up = logit(network, parameters, x);
      x[i] = value - step;
      double slope = (up - logit(network, parameters, x)) / (2 * step);
      x[i] = value;
      squares += slope * slope;
    }
    return Math.sqrt(squares);
  }

  private static void check(Network network) {
    Random random = new Random(2);
    float[] parameters = network.parameters();
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = (float) (0.5 * random.nextGaussian());
    }
    network.parametersChanged();
    Data data = Data.of(network.spec().observationSpace());
    GradientPenalty penalty = new GradientPenalty(network, WEIGHT, POINTS + 1);
    float[] gradient = new float[parameters.length];
    Arrays.fill(gradient, 1f);
    for (int point = 0; point < POINTS; point++) {
      penalty.put(point, data.seen(), data.actions(), point, POINTS + point, data.shares()[point]);
    }
    penalty.addGradient(POINTS, gradient);

    double[] exact = new double[parameters.length];
    Arrays.setAll(exact, i -> parameters[i]);
    double largest = 0;
    double[] slopes = new double[exact.length];
    for (int i = 0; i < exact.length; i++) {
      double value = exact[i];
      exact[i] = value + 1e-4;
      double up = penalty(network, exact, data);
      exact[i] = value - 1e-4;
      slopes[i] = WEIGHT * (up - penalty(network, exact, data)) / 2e-4;
      exact[i] = value;
      largest = Math.max(largest, Math.abs(slopes[i]));
    }
    assertThat(largest).isGreaterThan(1);
    for (int i = 0; i < slopes.length; i++) {
      assertThat(gradient[i] - 1.0)
          .as("parameter %d", i)
          .isCloseTo(slopes[i], within(5e-4 * largest));
    }
    Map<String, Double> metrics = new HashMap<>();
    penalty.addMetrics(metrics);
    assertThat(metrics.get("discriminator/gradient-penalty"))
        .isCloseTo(penalty(network, exact, data), within(1e-4));
    assertThat(metrics.get("discriminator/gradient-norm")).isPositive();
  }

  @Test
  void gradientIsThatOfThePenaltyOnVectors() {
    check(Networks.dense(spec(BoxSpace.unbounded(4))));
  }

  @Test
  void gradientIsThatOfThePenaltyOnImages() {
    check(Networks.images(spec(Networks.IMAGE)));
  }

  @Test
  void aNetworkThatIsFlatHasThePenaltyOfOneAndNoGradient() {
    Network network = Networks.dense(spec(BoxSpace.unbounded(4)));
    Arrays.fill(network.parameters(), 0f);
    network.parametersChanged();
    GradientPenalty penalty = new GradientPenalty(network, WEIGHT, 1);
    Data data = Data.of(BoxSpace.unbounded(4));
    float[] gradient = new float[network.parameters().length];
    penalty.put(0, data.seen(), data.actions(), 0, 1, 0.5);

    penalty.addGradient(1, gradient);

    assertThat(gradient).containsOnly(0f);
    Map<String, Double> metrics = new HashMap<>();
    penalty.addMetrics(metrics);
    assertThat(metrics)
        .containsEntry("discriminator/gradient-penalty", 1.0)
        .containsEntry("discriminator/gradient-norm", 0.0);
  }

  @Test
  void aRecurrentNetworkIsRefused() {
    Network gru = Networks.gru(spec(BoxSpace.unbounded(4)));
    assertThatThrownBy(() -> new GradientPenalty(gru, 1, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gradient-penalty needs a feed-forward discriminator");
  }
}
