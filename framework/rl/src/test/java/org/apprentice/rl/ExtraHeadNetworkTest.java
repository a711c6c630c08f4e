package org.apprentice.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apprentice.nn.HeadNetworks;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.NetworkFactory;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtraHeadNetworkTest {
  private static final int ROWS = 4;
  private static final int FREE = 2;

  private final LinearNetwork inner =
      new LinearNetwork(
          new NetworkSpec(
              BoxSpace.unbounded(3),
              0,
              List.of(new NetworkSpec.Head("policy", 2, 1), new NetworkSpec.Head("value", 1, 1)),
              7,
              1),
          false);
  private final ExtraHeadNetwork network =
      new ExtraHeadNetwork(inner, new ExtraHead.Constant("log-std", FREE, -0.5f));
  private final int innerSize = inner.parameters().length;
  private final Pass pass = network.pass(1, ROWS + 1);
  private final float[] observations = numbers(1, ROWS * 3);
  private final Inputs inputs =
      Inputs.of(new ObservationBatch.Float32(observations, ROWS, 3), ROWS);

  private static float[] numbers(long seed, int size) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void headStandsAfterTheOthersAndItsParametersAtTheEnd() {
    assertThat(network.spec().heads())
        .extracting(NetworkSpec.Head::name)
        .containsExactly("policy", "value", "log-std");
    assertThat(network.parameters()).hasSize(innerSize + FREE);
    assertThat(Arrays.copyOf(network.parameters(), innerSize)).isEqualTo(inner.parameters());
    assertThat(network.stateWidth()).isZero();
  }

  @Test
  void everyRowSeesTheSameParameters() {
    network.forward(pass, inputs);
    assertThat(Arrays.copyOf(pass.output(2), ROWS * FREE)).containsOnly(-0.5f);
    network.parameters()[innerSize] = 3;
    network.parameters()[innerSize + 1] = 4;
    network.parametersChanged();
    network.forward(pass, inputs);
    assertThat(Arrays.copyOf(pass.output(2), ROWS * FREE)).containsExactly(3, 4, 3, 4, 3, 4, 3, 4);
  }

  @Test
  void otherHeadsAreThoseOfTheInnerNetwork() {
    Pass innerPass = inner.pass(1, ROWS);
    inner.forward(innerPass, inputs);
    network.forward(pass, inputs);
    assertThat(Arrays.copyOf(pass.output(0), ROWS * 2)).isEqualTo(innerPass.output(0));
    assertThat(Arrays.copyOf(pass.output(1), ROWS)).isEqualTo(innerPass.output(1));
  }

  @Test
  void restrictionReachesTheInnerNetworkAndKeepsTheMemoryOfTheOthers() {
    NetworkFactory remembering = spec -> new LinearNetwork(spec, true);
    HeadNetworks pair = new HeadNetworks(inner.spec(), List.of(remembering, remembering));
    ExtraHeadNetwork free =
        new ExtraHeadNetwork(pair, new ExtraHead.Constant("log-std", FREE, -0.5f));
    Pass whole = free.pass(1, ROWS);
    Pass restricted = free.pass(1, ROWS);
    restricted.restrict(new boolean[] {true, false, true});
    free.forward(whole, inputs);
    free.forward(restricted, inputs);
    assertThat(restricted.output(0)).containsExactly(whole.output(0));
    assertThat(restricted.output(1)).containsOnly(0f);
    assertThat(restricted.output(2)).containsExactly(whole.output(2));
    for (int row = 0; row < ROWS; row++) {
      assertThat(restricted.state()[2 * row]).isEqualTo(whole.state()[2 * row]).isNotZero();
      assertThat(restricted.state()[2 * row + 1]).isZero();
    }
  }

  @Test
  void changedParametersReachTheInnerNetwork() {
    network.parameters()[0] = 42;
    network.parametersChanged();
    assertThat(inner.parameters()[0]).isEqualTo(42);
    assertThat(inner.changes()).isEqualTo(1);
  }

  /** The loss: a weighed sum of all outputs and of the squares of the free ones. */
  private double loss(float[][] weights) {
    network.parametersChanged();
    network.forward(pass, inputs);
    double sum = 0;
    for (int head = 0; head < weights.length; head++) {
      for (int i = 0; i < weights[head].length; i++) {
        double output = pass.output(head)[i];
        sum += weights[head][i] * (head == 2 ? output * output : output);
      }
    }
    return sum;
  }

  @Test
  void gradientEqualsFiniteDifferences() {
    float[][] weights = {numbers(2, ROWS * 2), numbers(3, ROWS), numbers(4, ROWS * FREE)};
    network.forward(pass, inputs);
    float[][] headGradients = {weights[0], weights[1], new float[ROWS * FREE]};
    for (int i = 0; i < ROWS * FREE; i++) {
      headGradients[2][i] = 2 * weights[2][i] * pass.output(2)[i];
    }
    float[] gradient = numbers(5, innerSize + FREE);
    float[] inputGradient = new float[ROWS * 3];
    network.backward(pass, headGradients, gradient, inputGradient);

    float step = 1f / 64;
    for (int i = 0; i < gradient.length; i++) {
      float kept = network.parameters()[i];
      network.parameters()[i] = kept + step;
      double above = loss(weights);
      network.parameters()[i] = kept - step;
      double below = loss(weights);
      network.parameters()[i] = kept;
      assertThat((double) gradient[i])
          .as("parameter %d", i)
          .isCloseTo((above - below) / (2 * step), within(1e-4));
    }
    for (int i = 0; i < inputGradient.length; i++) {
      float kept = observations[i];
      observations[i] = kept + step;
      double above = loss(weights);
      observations[i] = kept - step;
      double below = loss(weights);
      observations[i] = kept;
      assertThat((double) inputGradient[i])
          .as("input %d", i)
          .isCloseTo((above - below) / (2 * step), within(1e-4));
    }
  }

  @Test
  void headWithoutGradientGivesNone() {
    network.forward(pass, inputs);
    float[] gradient = numbers(5, innerSize + FREE);
    network.backward(pass, new float[][] {null, numbers(3, ROWS), null}, gradient, null);
    assertThat(gradient[innerSize]).isZero();
    assertThat(gradient[innerSize + 1]).isZero();
    assertThat(gradient[innerSize - 1]).isNotZero();
  }

  @Test
  void tangentIsTheChangeAlongTheDirection() {
    network.forward(pass, inputs);
    float[][] before = new float[3][];
    for (int head = 0; head < 3; head++) {
      before[head] = pass.output(head).clone();
    }
    float[] direction = numbers(6, innerSize + FREE);
    float[][] tangents = {new float[ROWS * 2], new float[ROWS], new float[ROWS * FREE]};
    network.tangent(pass, direction, tangents);
    for (int i = 0; i < direction.length; i++) {
      network.parameters()[i] += direction[i];
    }
    network.parametersChanged();
    network.forward(pass, inputs);
    for (int head = 0; head < 3; head++) {
      for (int i = 0; i < tangents[head].length; i++) {
        assertThat(tangents[head][i])
            .isCloseTo(pass.output(head)[i] - before[head][i], within(1e-5f));
      }
    }
  }

  @Test
  void unwantedTangentsAreLeftOut() {
    network.forward(pass, inputs);
    float[] wanted = new float[ROWS * FREE];
    float[] direction = numbers(6, innerSize + FREE);
    network.tangent(pass, direction, new float[][] {null, null, wanted});
    assertThat(wanted[0]).isEqualTo(direction[innerSize]);
    network.tangent(pass, direction, new float[][] {new float[ROWS * 2], null, null});
  }

  @Test
  void exportIsThatOfTheInnerNetwork(@TempDir Path folder) throws IOException {
    network.export(folder.resolve("model.zip"));
    assertThat(folder.resolve("model.zip")).hasContent("linear");
  }
}
