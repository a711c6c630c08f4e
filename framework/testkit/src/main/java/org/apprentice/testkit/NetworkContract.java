package org.apprentice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apprentice.rl.RandomStreams;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.Component;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.apprentice.spi.Space;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What every network keeps. A test class implements this and gives the network; several in one
 * class by {@code @Nested} classes.
 *
 * @param <C> the network's settings
 */
public interface NetworkContract<C extends Record> extends ConfigContract {
  /** Steps and sequences that most tests run. */
  int STEPS = 4;

  int BATCH = 3;

  NetworkPlugin<C> plugin();

  @Override
  default Component<?> component() {
    return plugin();
  }

  /** Settings of a small network, of a few thousand parameters at most. */
  C config();

  default Space observationSpace() {
    return BoxSpace.unbounded(5);
  }

  /** Width of the second input; 0 if the network is to have none. */
  default int actionWidth() {
    return 0;
  }

  private NetworkSpec spec(long seed) {
    return new NetworkSpec(
        observationSpace(),
        actionWidth(),
        List.of(new NetworkSpec.Head("policy", 3, 1), new NetworkSpec.Head("value", 1, 1)),
        seed,
        1);
  }

  private Network create(long seed) {
    return plugin().create(config(), spec(seed));
  }

  private NetworkProbe probe(Network network, long inputSeed) {
    return new NetworkProbe(
        network, NetworkProbe.inputs(network.spec(), STEPS, BATCH, inputSeed), 1);
  }

  @Test
  default void specIsTheOneAskedFor() {
    assertThat(create(1).spec()).isEqualTo(spec(1));
  }

  @Test
  default void initialParametersComeFromTheSeed() {
    assertThat(create(5).parameters()).isEqualTo(create(5).parameters());
    assertThat(create(5).parameters()).isNotEqualTo(create(6).parameters());
  }

  @Test
  default void outputsAreFiniteAndDependOnEveryInput() {
    NetworkProbe probe = probe(create(1), 1).forward();
    float[] outputs = probe.outputs();
    for (float output : outputs) {
      assertThat(output).isFinite();
    }
    assertThat(probe(probe.network(), 2).forward().outputs())
        .as("outputs for other inputs")
        .isNotEqualTo(outputs);
    if (actionWidth() > 0) {
      probe.inputs().actions()[0] += 1;
      assertThat(probe.forward().outputs()).as("outputs for another action").isNotEqualTo(outputs);
    }
  }

  /** Outputs lie in the space that the features and a constant span. */
  @Test
  default void headsAreLinearInTheirFeatures() {
    Network network = create(1);
    for (int head = 0; head < network.spec().heads().size(); head++) {
      int width = network.featureWidth(head);
      if (width > 0) {
        int rows = width + 20;
        Pass pass = network.pass(2, rows);
        network.forward(pass, NetworkProbe.inputs(network.spec(), 1, rows, 3));
        float[] outputs = Arrays.copyOf(pass.output(head), rows * headWidth(network, head));
        float[] features = Arrays.copyOf(pass.features(head), rows * width);
        assertThat(LinearFit.residual(features, outputs, rows))
            .as("part of the outputs of head %d that is not linear in its features", head)
            .isLessThan(1e-4);
      }
    }
  }

  private static int headWidth(Network network, int head) {
    return network.spec().heads().get(head).width();
  }

  @Test
  default void sameForwardGivesTheSameBits() {
    NetworkProbe probe = probe(create(1), 1);
    float[] outputs = probe.forward().outputs();
    assertThat(probe.forward().outputs()).isEqualTo(outputs);
    assertThat(probe(create(1), 1).forward().outputs()).isEqualTo(outputs);
  }

  @Test
  default void rowsDoNotMix() {
    Network network = create(1);
    Inputs inputs = NetworkProbe.inputs(network.spec(), 1, BATCH, 3);
    Pass together = network.pass(STEPS, BATCH);
    network.forward(together, inputs);
    for (int row = 0; row < BATCH; row++) {
      Pass alone = network.pass(1, 1);
      network.forward(alone, NetworkProbe.rows(inputs, row, 1));
      for (int head = 0; head < network.spec().heads().size(); head++) {
        int width = network.spec().heads().get(head).width();
        for (int i = 0; i < width; i++) {
          assertThat(together.output(head)[row * width + i])
              .as("output %d of head %d in row %d", i, head, row)
              .isCloseTo(alone.output(head)[i], within(1e-5f));
        }
      }
    }
  }

  @Test
  default void gradientOfParametersPassesFiniteDifferences() {
    NetworkProbe probe = probe(create(1), 1);
    probe.forward();
    float[] gradient = probe.gradient(null);
    float[] parameters = probe.network().parameters();
    int stride = Math.max(1, parameters.length / 700);
    FiniteDifferences differences = new FiniteDifferences();
    for (int i = 0; i < parameters.length; i += stride) {
      differences.compare(probe, parameters, i, gradient[i]);
    }
    differences.assertAgreement("parameters");
  }

  @Test
  default void gradientOfInputsPassesFiniteDifferences() {
    NetworkProbe probe = probe(create(1), 1);
    int observationWidth = observationSpace().width();
    int width = observationWidth + actionWidth();
    float[] inputGradient = new float[STEPS * BATCH * width];
    probe.forward();
    probe.gradient(inputGradient);
    FiniteDifferences differences = new FiniteDifferences();
    for (int row = 0; row < STEPS * BATCH; row++) {
      if (probe.inputs().observations() instanceof ObservationBatch.Float32 floats) {
        for (int i = 0; i < observationWidth; i++) {
          differences.compare(
              probe, floats.values(), row * observationWidth + i, inputGradient[row * width + i]);
        }
      }
      for (int i = 0; i < actionWidth(); i++) {
        differences.compare(
            probe,
            probe.inputs().actions(),
            row * actionWidth() + i,
            inputGradient[row * width + observationWidth + i]);
      }
    }
    differences.assertAgreement("inputs");
  }

  @Test
  default void headWithoutGradientCountsAsZero() {
    NetworkProbe probe = probe(create(1), 1);
    Network network = probe.network();
    probe.forward();
    float[] policyGradient =
        NetworkProbe.gaussians(new RandomStreams(2).stream("head"), STEPS * BATCH * 3, 1);
    float[] absent = new float[network.parameters().length];
    float[] zero = new float[network.parameters().length];
    network.backward(probe.pass(), new float[][] {policyGradient, null}, absent, null);
    network.backward(
        probe.pass(), new float[][] {policyGradient, new float[STEPS * BATCH]}, zero, null);
    assertThat(absent).containsExactly(zero, within(1e-6f));
  }

  @Test
  default void tangentAgreesWithGradient() {
    NetworkProbe probe = probe(create(1), 1);
    probe.forward();
    float[] gradient = probe.gradient(null);
    RandomGenerator random = new RandomStreams(4).stream("directions");
    for (int trial = 0; trial < 5; trial++) {
      float[] direction = NetworkProbe.gaussians(random, gradient.length, 1);
      double product = 0;
      double scale = 0;
      for (int i = 0; i < gradient.length; i++) {
        product += (double) gradient[i] * direction[i];
        scale += Math.abs((double) gradient[i] * direction[i]);
      }
      assertThat(probe.directional(direction))
          .as("directional derivative %d", trial)
          .isCloseTo(product, within(1e-5 * scale));
    }
  }

  @Test
  default void passesAreIndependent() {
    Network network = create(1);
    NetworkProbe first = probe(network, 1);
    float[] outputs = first.forward().outputs();
    float[] gradient = first.gradient(null);
    float[] state = first.pass().state().clone();

    NetworkProbe second = probe(network, 2);
    first.forward();
    second.forward();
    second.gradient(null);
    assertThat(first.outputs()).as("outputs after another pass").isEqualTo(outputs);
    assertThat(first.pass().state()).as("carried state after another pass").isEqualTo(state);
    assertThat(first.gradient(null)).as("gradient after another pass").isEqualTo(gradient);
  }

  @Test
  default void changedParametersCount() {
    Network network = create(1);
    NetworkProbe probe = probe(network, 1);
    float[] before = probe.forward().outputs();
    float[] others = create(2).parameters();
    System.arraycopy(others, 0, network.parameters(), 0, others.length);
    network.parametersChanged();
    float[] after = probe.forward().outputs();
    assertThat(after).isNotEqualTo(before);
    assertThat(after).isEqualTo(probe(create(2), 1).forward().outputs());
  }

  @Test
  default void stateIsCarriedFromStepToStep() {
    Network network = create(1);
    NetworkProbe probe = probe(network, 1);
    Pass stepwise = network.pass(1, BATCH);
    assertThat(stepwise.state()).hasSize(BATCH * network.stateWidth());
    float[] whole = outputsByStep(probe);
    // Another pass takes over in the middle, given the carried state.
    Pass taken = network.pass(1, BATCH);
    System.arraycopy(probe.startState(), 0, stepwise.state(), 0, stepwise.state().length);
    int at = 0;
    for (int step = 0; step < STEPS; step++) {
      Pass pass = step < STEPS / 2 ? stepwise : taken;
      if (step == STEPS / 2) {
        System.arraycopy(stepwise.state(), 0, taken.state(), 0, taken.state().length);
      }
      network.forward(pass, NetworkProbe.rows(probe.inputs(), step * BATCH, BATCH));
      for (int head = 0; head < network.spec().heads().size(); head++) {
        for (int i = 0; i < BATCH * probe.width(head); i++) {
          assertThat(pass.output(head)[i])
              .as("step %d, head %d, element %d", step, head, i)
              .isCloseTo(whole[at++], within(1e-5f));
        }
      }
    }
  }

  /** Outputs of a whole sequence, step by step and head by head. */
  private static float[] outputsByStep(NetworkProbe probe) {
    probe.forward();
    int heads = probe.network().spec().heads().size();
    float[] all = new float[probe.outputs().length];
    int at = 0;
    for (int step = 0; step < STEPS; step++) {
      for (int head = 0; head < heads; head++) {
        int width = BATCH * probe.width(head);
        System.arraycopy(probe.pass().output(head), step * width, all, at, width);
        at += width;
      }
    }
    return all;
  }

  @Test
  default void resetForgetsTheCarriedState() {
    Network network = create(1);
    if (network.stateWidth() > 0) {
      Inputs drawn = NetworkProbe.inputs(network.spec(), 1, BATCH, 5);
      boolean[] all = new boolean[BATCH];
      java.util.Arrays.fill(all, true);
      Inputs reset = new Inputs(drawn.observations(), drawn.actions(), all, 1, BATCH);
      Inputs kept = new Inputs(drawn.observations(), drawn.actions(), null, 1, BATCH);
      Pass used = network.pass(1, BATCH);
      network.forward(used, kept);
      network.forward(used, kept);
      float[] remembering = used.output(0).clone();
      network.forward(used, reset);
      Pass fresh = network.pass(1, BATCH);
      network.forward(fresh, kept);
      assertThat(used.output(0)).containsExactly(fresh.output(0), within(1e-6f));
      assertThat(used.state()).containsExactly(fresh.state(), within(1e-6f));
      assertThat(remembering).as("outputs with a past").isNotEqualTo(fresh.output(0));
    }
  }

  @Test
  default void exportedZipOpensInPlainDl4j(@TempDir Path folder) throws IOException {
    Network network = create(1);
    Path zip = folder.resolve("network.zip");
    network.export(zip);
    assertThat(Files.size(zip)).isPositive();
    ComputationGraph graph = ModelSerializer.restoreComputationGraph(zip.toFile());
    assertThat(graph.params().toFloatVector()).isEqualTo(network.parameters());
    if (observationSpace() instanceof BoxSpace && network.stateWidth() == 0) {
      NetworkProbe probe = probe(network, 1).forward();
      assertThat(outputs(graph, probe)).containsExactly(probe.outputs(), within(1e-5f));
    }
  }

  private static float[] outputs(ComputationGraph graph, NetworkProbe probe) {
    Inputs inputs = probe.inputs();
    float[] observations = ((ObservationBatch.Float32) inputs.observations()).values();
    INDArray first =
        Nd4j.createFromArray(observations)
            .reshape(inputs.rows(), observations.length / inputs.rows());
    INDArray[] heads =
        inputs.actions() == null
            ? graph.output(first)
            : graph.output(
                first,
                Nd4j.createFromArray(inputs.actions())
                    .reshape(inputs.rows(), inputs.actions().length / inputs.rows()));
    float[] all = new float[probe.outputs().length];
    int at = 0;
    for (INDArray head : heads) {
      float[] values = head.dup('c').data().asFloat();
      System.arraycopy(values, 0, all, at, values.length);
      at += values.length;
    }
    return all;
  }
}
