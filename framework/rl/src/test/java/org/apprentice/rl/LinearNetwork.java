package org.apprentice.rl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;

/**
 * The smallest network: heads that are linear in the observation, {@code y = W x + b}. One that
 * remembers adds a fixed leaky sum of the first element to every output, {@code h_t = h_{t-1} / 2 +
 * x_t[0]}.
 */
final class LinearNetwork implements Network {
  private final NetworkSpec spec;
  private final boolean remembers;
  private final int inputs;
  private final float[] parameters;
  private int changes;

  LinearNetwork(NetworkSpec spec, boolean remembers) {
    this.spec = spec;
    this.remembers = remembers;
    inputs = spec.observationSpace().width();
    int outputs = spec.heads().stream().mapToInt(NetworkSpec.Head::width).sum();
    parameters = new float[outputs * (inputs + 1)];
    Random random = new Random(spec.seed());
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = (float) (random.nextGaussian() * 0.5);
    }
  }

  private static final class LinearPass implements Pass {
    private final float[][] outputs;
    private final float[] observations;
    private final float[] state;
    private int rows;

    LinearPass(List<NetworkSpec.Head> heads, int inputs, int maxRows, float[] state) {
      outputs = new float[heads.size()][];
      for (int head = 0; head < outputs.length; head++) {
        outputs[head] = new float[maxRows * heads.get(head).width()];
      }
      observations = new float[maxRows * inputs];
      this.state = state;
    }

    @Override
    public float[] output(int head) {
      return outputs[head];
    }

    @Override
    public float[] features(int head) {
      return observations;
    }

    @Override
    public float[] state() {
      return state;
    }
  }

  /** How often {@link #parametersChanged()} was called. */
  int changes() {
    return changes;
  }

  @Override
  public NetworkSpec spec() {
    return spec;
  }

  @Override
  public Pass pass(int maxSteps, int maxBatch) {
    return new LinearPass(
        spec.heads(), inputs, maxSteps * maxBatch, new float[maxBatch * stateWidth()]);
  }

  /** The observation; one that remembers does not tell. */
  @Override
  public int featureWidth(int head) {
    return remembers ? 0 : inputs;
  }

  @Override
  public int stateWidth() {
    return remembers ? 1 : 0;
  }

  @Override
  public void forward(Pass pass, Inputs in) {
    LinearPass own = (LinearPass) pass;
    own.rows = in.rows();
    for (int i = 0; i < own.rows * inputs; i++) {
      own.observations[i] = element(in.observations(), i);
    }
    linear(own, parameters, own.outputs);
    if (remembers) {
      remember(own, in);
    }
  }

  private static float element(ObservationBatch observations, int index) {
    return observations instanceof ObservationBatch.Float32 real
        ? real.values()[index]
        : ((ObservationBatch.UInt8) observations).values()[index] & 0xff;
  }

  private void remember(LinearPass own, Inputs in) {
    for (int row = 0; row < own.rows; row++) {
      int sequence = row % in.batch();
      if (in.resets() != null && in.resets()[row]) {
        own.state[sequence] = 0;
      }
      own.state[sequence] = own.state[sequence] / 2 + own.observations[row * inputs];
      for (int head = 0; head < own.outputs.length; head++) {
        int width = spec.heads().get(head).width();
        for (int i = row * width; i < (row + 1) * width; i++) {
          own.outputs[head][i] += own.state[sequence];
        }
      }
    }
  }

  private void linear(LinearPass own, float[] weights, float[][] out) {
    int offset = 0;
    for (int head = 0; head < out.length; head++) {
      int width = spec.heads().get(head).width();
      for (int unit = 0; unit < width; unit++) {
        for (int row = 0; out[head] != null && row < own.rows; row++) {
          float sum = weights[offset + inputs];
          for (int i = 0; i < inputs; i++) {
            sum += weights[offset + i] * own.observations[row * inputs + i];
          }
          out[head][row * width + unit] = sum;
        }
        offset += inputs + 1;
      }
    }
  }

  @Override
  public void backward(
      Pass pass, float[][] headGradients, float[] parameterGradient, float[] inputGradient) {
    LinearPass own = (LinearPass) pass;
    Arrays.fill(parameterGradient, 0);
    if (inputGradient != null) {
      Arrays.fill(inputGradient, 0);
    }
    int offset = 0;
    for (int head = 0; head < headGradients.length; head++) {
      int width = spec.heads().get(head).width();
      for (int unit = 0; unit < width; unit++) {
        for (int row = 0; headGradients[head] != null && row < own.rows; row++) {
          float outer = headGradients[head][row * width + unit];
          parameterGradient[offset + inputs] += outer;
          for (int i = 0; i < inputs; i++) {
            parameterGradient[offset + i] += outer * own.observations[row * inputs + i];
            if (inputGradient != null) {
              inputGradient[row * inputs + i] += outer * parameters[offset + i];
            }
          }
        }
        offset += inputs + 1;
      }
    }
  }

  @Override
  public void tangent(Pass pass, float[] direction, float[][] headTangents) {
    linear((LinearPass) pass, direction, headTangents);
  }

  @Override
  public float[] parameters() {
    return parameters;
  }

  @Override
  public void parametersChanged() {
    changes++;
  }

  @Override
  public void export(Path zip) throws IOException {
    Files.writeString(zip, "linear");
  }
}
