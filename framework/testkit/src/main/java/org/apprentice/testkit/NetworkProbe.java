package org.apprentice.testkit;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.apprentice.rl.RandomStreams;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;

/**
 * A network, one pass of it, fixed inputs and a fixed linear loss of its outputs: {@code sum of c *
 * output}.
 */
final class NetworkProbe {
  private final Network network;
  private final Inputs inputs;
  private final Pass pass;
  private final float[] startState;
  private final float[][] coefficients;

  NetworkProbe(Network network, Inputs inputs, long seed) {
    this.network = network;
    this.inputs = inputs;
    pass = network.pass(inputs.steps(), inputs.batch());
    RandomGenerator random = new RandomStreams(seed).stream("probe");
    startState = gaussians(random, inputs.batch() * network.stateWidth(), 0.3);
    coefficients = new float[network.spec().heads().size()][];
    for (int head = 0; head < coefficients.length; head++) {
      coefficients[head] = gaussians(random, inputs.rows() * width(head), 1);
    }
  }

  /** Inputs drawn from a seed, with a reset of one sequence in the middle. */
  static Inputs inputs(NetworkSpec spec, int steps, int batch, long seed) {
    RandomGenerator random = new RandomStreams(seed).stream("inputs");
    int rows = steps * batch;
    ObservationBatch observations = ObservationBatch.allocate(spec.observationSpace(), rows);
    if (observations instanceof ObservationBatch.UInt8 bytes) {
      random.nextBytes(bytes.values());
    } else if (observations instanceof ObservationBatch.Float32 floats) {
      fill(floats.values(), random, 1);
    }
    float[] actions =
        spec.actionWidth() == 0 ? null : gaussians(random, rows * spec.actionWidth(), 1);
    boolean[] resets = new boolean[rows];
    resets[rows / 2] = true;
    return new Inputs(observations, actions, resets, steps, batch);
  }

  /** The inputs of one row or one step of all sequences. */
  static Inputs rows(Inputs inputs, int from, int count) {
    ObservationBatch part =
        inputs.observations() instanceof ObservationBatch.UInt8
            ? new ObservationBatch.UInt8(
                new byte[count * inputs.observations().width()],
                count,
                inputs.observations().width())
            : new ObservationBatch.Float32(
                new float[count * inputs.observations().width()],
                count,
                inputs.observations().width());
    inputs.observations().copyTo(from, part, 0, count);
    float[] actions = null;
    if (inputs.actions() != null) {
      int width = inputs.actions().length / inputs.rows();
      actions = Arrays.copyOfRange(inputs.actions(), from * width, (from + count) * width);
    }
    boolean[] resets =
        inputs.resets() == null ? null : Arrays.copyOfRange(inputs.resets(), from, from + count);
    return new Inputs(part, actions, resets, 1, count);
  }

  static float[] gaussians(RandomGenerator random, int count, double deviation) {
    float[] values = new float[count];
    fill(values, random, deviation);
    return values;
  }

  private static void fill(float[] values, RandomGenerator random, double deviation) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
  }

  Network network() {
    return network;
  }

  Inputs inputs() {
    return inputs;
  }

  Pass pass() {
    return pass;
  }

  float[] startState() {
    return startState;
  }

  int width(int head) {
    return network.spec().heads().get(head).width();
  }

  /** Forward from the fixed start state. */
  NetworkProbe forward() {
    System.arraycopy(startState, 0, pass.state(), 0, startState.length);
    network.forward(pass, inputs);
    return this;
  }

  /** All heads' valid outputs, head after head. */
  float[] outputs() {
    return outputs(pass, inputs.rows());
  }

  float[] outputs(Pass from, int rows) {
    int total = 0;
    for (int head = 0; head < coefficients.length; head++) {
      total += rows * width(head);
    }
    float[] all = new float[total];
    int at = 0;
    for (int head = 0; head < coefficients.length; head++) {
      System.arraycopy(from.output(head), 0, all, at, rows * width(head));
      at += rows * width(head);
    }
    return all;
  }

  double loss() {
    forward();
    double loss = 0;
    for (int head = 0; head < coefficients.length; head++) {
      for (int i = 0; i < coefficients[head].length; i++) {
        loss += (double) coefficients[head][i] * pass.output(head)[i];
      }
    }
    return loss;
  }

  /** Derivatives of {@link #loss()} at the last forward. */
  float[] gradient(float[] inputGradient) {
    float[] gradient = new float[network.parameters().length];
    Arrays.fill(gradient, 7);
    network.backward(pass, coefficients, gradient, inputGradient);
    return gradient;
  }

  /** Derivative of {@link #loss()} along a direction of the parameters, at the last forward. */
  double directional(float[] direction) {
    float[][] tangents = new float[coefficients.length][];
    for (int head = 0; head < tangents.length; head++) {
      tangents[head] = new float[coefficients[head].length];
    }
    network.tangent(pass, direction, tangents);
    double sum = 0;
    for (int head = 0; head < tangents.length; head++) {
      for (int i = 0; i < tangents[head].length; i++) {
        sum += (double) coefficients[head][i] * tangents[head][i];
      }
    }
    return sum;
  }
}
