package org.apprentice.rl.imitation;

import java.util.Arrays;
import java.util.Map;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;

/**
 * Keeps a judgement from becoming steep (Gulrajani et al. 2017, equation 3): the mean of {@code
 * (|g| - 1)^2}, where g is the gradient of the logit by observation and action together, at points
 * between rows of two kinds. Observations count as the network sees them, so pixels in [0, 1].
 *
 * <p>The gradient of the penalty by the parameters needs the derivative of {@code g} along {@code
 * v_i = 2 (|g_i| - 1) / (n |g_i|) g_i}, which is that of the sum of the logits' parameter gradients
 * when each point moves by {@code e v_i}. It is taken as a central difference along the unit vector
 * {@code d_i = g_i / |g_i|}:
 *
 * <pre>  sum_i  2 (|g_i| - 1) / n  *  (dD/dtheta(x_i + e d_i) - dD/dtheta(x_i - e d_i)) / (2 e)
 * </pre>
 *
 * <p>which costs, with g itself, three forward and backward passes. Between the kinks of rectifiers
 * the parameter gradient is linear in the input and the difference exact; elsewhere its error is
 * {@code O(e^2)}, and that of rounding {@code O(10^-7 / e)}. With e = 0.01, where observations have
 * a scale of 1, both are about 1e-4 of the result or less.
 */
public final class GradientPenalty {
  /** Length of the step, in units of what the network sees. */
  private static final double STEP = 1e-2;

  /** Of a pixel that is given as a real number. */
  private static final double WHITE = 255;

  private final Network network;
  private final double weight;
  private final int observationWidth;
  private final int actionWidth;

  /** What a unit of what the network sees is in what it is given. */
  private final double scale;

  /** Points, and then twice as many beside them, {@code [2 x points]} rows. */
  private final ObservationBatch.Float32 observations;

  private final float[] actions;
  private final Pass pass;
  private final float[] logitGradient;
  private final float[][] headGradients;
  private final float[] parameterGradient;

  /** {@code [points x (observation width + action width)]}. */
  private final float[] inputGradient;

  private int steps;
  private double sum;
  private double norms;

  /**
   * @param network feed-forward, of one logit
   * @param weight of the penalty in the loss
   * @param maxPoints of a gradient step
   * @throws IllegalArgumentException if the network carries a state
   */
  public GradientPenalty(Network network, double weight, int maxPoints) {
    if (network.stateWidth() > 0) {
      throw new IllegalArgumentException(
          "gradient-penalty needs a feed-forward discriminator, and discriminator.network carries a"
              + " state from step to step; set it to 0 or choose mlp or cnn");
    }
    this.network = network;
    this.weight = weight;
    observationWidth = network.spec().observationSpace().width();
    actionWidth = network.spec().actionWidth();
    scale = network.spec().observationSpace() instanceof ImageSpace ? WHITE : 1;
    int rows = 2 * maxPoints;
    observations =
        new ObservationBatch.Float32(
            new float[Math.multiplyExact(rows, observationWidth)], rows, observationWidth);
    actions = new float[rows * actionWidth];
    pass = network.pass(1, rows);
    logitGradient = new float[rows];
    headGradients = new float[][] {logitGradient};
    parameterGradient = new float[network.parameters().length];
    inputGradient = new float[maxPoints * (observationWidth + actionWidth)];
  }

  /**
   * Sets a point between two rows: the share of the one, and what is left of the other.
   *
   * @param seen what the network was given, normalised where it normalises
   * @param encoded actions, {@code [rows x action width]}
   */
  public void put(
      int point, ObservationBatch seen, float[] encoded, int one, int other, double share) {
    int at = point * observationWidth;
    for (int i = 0; i < observationWidth; i++) {
      observations.values()[at + i] = mix(seen, one, other, i, share);
    }
    for (int i = 0; i < actionWidth; i++) {
      actions[point * actionWidth + i] =
          (float)
              (share * encoded[one * actionWidth + i]
                  + (1 - share) * encoded[other * actionWidth + i]);
    }
  }

  private float mix(ObservationBatch seen, int one, int other, int column, double share) {
    int first = one * observationWidth + column;
    int second = other * observationWidth + column;
    if (seen instanceof ObservationBatch.Float32 real) {
      return (float) (share * real.values()[first] + (1 - share) * real.values()[second]);
    }
    byte[] bytes = ((ObservationBatch.UInt8) seen).values();
    return (float) (share * (bytes[first] & 0xff) + (1 - share) * (bytes[second] & 0xff));
  }

  /** Adds the weighted gradient at so many points, which it moves. */
  public void addGradient(int points, float[] gradient) {
    Arrays.fill(logitGradient, 0, points, 1f);
    run(points, inputGradient);
    steps++;
    for (int point = 0; point < points; point++) {
      spread(point, points);
    }
    run(2 * points, null);
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] += parameterGradient[i];
    }
  }

  private void run(int rows, float[] wantedInputGradient) {
    network.forward(
        pass, new Inputs(observations, actionWidth == 0 ? null : actions, null, 1, rows));
    network.backward(pass, headGradients, parameterGradient, wantedInputGradient);
  }

  /**
   * A point becomes two, a step up its slope and, as many rows behind as there are points, down.
   */
  private void spread(int point, int points) {
    int width = observationWidth + actionWidth;
    double squares = 0;
    for (int i = point * width; i < (point + 1) * width; i++) {
      squares += (double) inputGradient[i] * inputGradient[i];
    }
    double norm = Math.sqrt(squares);
    sum += (norm - 1) * (norm - 1) / points;
    norms += norm / points;
    double unit = norm == 0 ? 0 : STEP / norm;
    move(observations.values(), observationWidth, point, points, 0, unit * scale);
    move(actions, actionWidth, point, points, observationWidth, unit);
    // where there is no slope, there is no direction in which it changes first
    double share = norm == 0 ? 0 : weight * 2 * (norm - 1) / points / (2 * STEP);
    logitGradient[point] = (float) share;
    logitGradient[points + point] = (float) -share;
  }

  private void move(float[] rows, int width, int point, int points, int column, double factor) {
    int slope = point * (observationWidth + actionWidth) + column;
    for (int i = 0; i < width; i++) {
      float value = rows[point * width + i];
      float step = (float) (factor * inputGradient[slope + i]);
      rows[point * width + i] = value + step;
      rows[(points + point) * width + i] = value - step;
    }
  }

  public void clear() {
    steps = 0;
    sum = 0;
    norms = 0;
  }

  /** Means over the gradient steps since {@link #clear}; the penalty without its weight. */
  public void addMetrics(Map<String, Double> metrics) {
    metrics.put("discriminator/gradient-penalty", sum / steps);
    metrics.put("discriminator/gradient-norm", norms / steps);
  }
}
