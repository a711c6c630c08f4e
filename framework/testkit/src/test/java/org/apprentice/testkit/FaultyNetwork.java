package org.apprentice.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.Pass;
import org.apprentice.testkit.components.ElmanConfig;
import org.apprentice.testkit.components.TestkitPlugin;

/** A correct network but for one fault. */
final class FaultyNetwork implements Network {
  enum Fault {
    NONE,
    IGNORES_SEED,
    OTHER_SPEC,
    NOT_A_NUMBER,
    IGNORES_ACTIONS,
    WRONG_FEATURES,
    DRIFTS,
    MIXES_ROWS,
    ONE_GRADIENT_MISSING,
    ACCUMULATES_GRADIENT,
    NO_INPUT_GRADIENT,
    ABSENT_GRADIENT_IS_ONE,
    TANGENT_DOUBLED,
    ONE_PASS_FOR_ALL,
    PARAMETERS_ARE_A_COPY,
    DOES_NOT_CARRY,
    DOES_NOT_RESET,
    EXPORTS_OTHERS
  }

  private final Fault fault;
  private final Network correct;
  private Pass shared;
  private int forwards;

  FaultyNetwork(Fault fault, Network correct) {
    this.fault = fault;
    this.correct = correct;
  }

  record Plugin(Fault fault) implements NetworkPlugin<ElmanConfig> {
    @Override
    public String name() {
      return "faulty";
    }

    @Override
    public String description() {
      return "a network with a fault";
    }

    @Override
    public Class<ElmanConfig> configType() {
      return ElmanConfig.class;
    }

    @Override
    public Network create(ElmanConfig config, NetworkSpec spec) {
      NetworkSpec used = fault == Fault.IGNORES_SEED ? withSeed(spec, 99) : spec;
      return new FaultyNetwork(fault, TestkitPlugin.ELMAN.create(config, used));
    }
  }

  private static NetworkSpec withSeed(NetworkSpec spec, long seed) {
    return new NetworkSpec(
        spec.observationSpace(), spec.actionWidth(), spec.heads(), seed, spec.threads());
  }

  @Override
  public NetworkSpec spec() {
    return fault == Fault.OTHER_SPEC ? withSeed(correct.spec(), -1) : correct.spec();
  }

  @Override
  public Pass pass(int maxSteps, int maxBatch) {
    if (fault == Fault.ONE_PASS_FOR_ALL) {
      shared = shared == null ? correct.pass(maxSteps, maxBatch) : shared;
      return shared;
    }
    return correct.pass(maxSteps, maxBatch);
  }

  @Override
  public int stateWidth() {
    return correct.stateWidth();
  }

  @Override
  public int featureWidth(int head) {
    return correct.featureWidth(head) - (fault == Fault.WRONG_FEATURES ? 1 : 0);
  }

  @Override
  public void forward(Pass pass, Inputs inputs) {
    boolean[] resets = fault == Fault.DOES_NOT_RESET ? null : inputs.resets();
    float[] actions =
        fault == Fault.IGNORES_ACTIONS ? new float[inputs.actions().length] : inputs.actions();
    correct.forward(
        pass, new Inputs(inputs.observations(), actions, resets, inputs.steps(), inputs.batch()));
    forwards++;
    float[] outputs = pass.output(0);
    switch (fault) {
      case NOT_A_NUMBER -> outputs[1] = Float.NaN;
      case DRIFTS -> outputs[1] += forwards * 1e-3f;
      case MIXES_ROWS -> outputs[0] += inputs.rows() > 1 ? 0.01f * outputs[3] : 0;
      case DOES_NOT_CARRY -> Arrays.fill(pass.state(), 0);
      default -> {}
    }
  }

  @Override
  public void backward(
      Pass pass, float[][] headGradients, float[] parameterGradient, float[] inputGradient) {
    float[] old = parameterGradient.clone();
    float[][] used = headGradients.clone();
    if (fault == Fault.ABSENT_GRADIENT_IS_ONE && used[1] == null) {
      used[1] = new float[pass.output(1).length];
      Arrays.fill(used[1], 1);
    }
    correct.backward(pass, used, parameterGradient, inputGradient);
    if (fault == Fault.ONE_GRADIENT_MISSING) {
      parameterGradient[parameterGradient.length - 1] = 0;
    }
    if (fault == Fault.ACCUMULATES_GRADIENT) {
      for (int i = 0; i < old.length; i++) {
        parameterGradient[i] += old[i];
      }
    }
    if (fault == Fault.NO_INPUT_GRADIENT && inputGradient != null) {
      Arrays.fill(inputGradient, 0);
    }
  }

  @Override
  public void tangent(Pass pass, float[] direction, float[][] headTangents) {
    correct.tangent(pass, direction, headTangents);
    if (fault == Fault.TANGENT_DOUBLED) {
      for (float[] tangents : headTangents) {
        for (int i = 0; i < tangents.length; i++) {
          tangents[i] *= 2;
        }
      }
    }
  }

  @Override
  public float[] parameters() {
    return fault == Fault.PARAMETERS_ARE_A_COPY
        ? correct.parameters().clone()
        : correct.parameters();
  }

  @Override
  public void parametersChanged() {
    correct.parametersChanged();
  }

  @Override
  public void export(Path zip) throws IOException {
    if (fault == Fault.EXPORTS_OTHERS) {
      TestkitPlugin.ELMAN.create(new ElmanConfig(8), withSeed(correct.spec(), 77)).export(zip);
    } else {
      correct.export(zip);
    }
  }
}
