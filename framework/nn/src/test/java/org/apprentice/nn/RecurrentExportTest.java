package org.apprentice.nn;

import static org.apprentice.nn.Networks.headRows;
import static org.apprentice.nn.Networks.normal;
import static org.apprentice.nn.Networks.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apprentice.nn.Architecture.Layer;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Memories against DL4J's own layers. */
class RecurrentExportTest {
  private static final int STEPS = 5;
  private static final int BATCH = 3;
  private static final int OBSERVATIONS = 4;
  private static final int ACTIONS = 2;

  @TempDir Path folder;

  static Stream<List<Layer>> torsos() {
    Layer dense = new Layer.Dense(6, Activation.TANH, Initialization.XAVIER);
    Layer lstm = new Layer.Lstm(7, 1, Initialization.XAVIER);
    Layer gru = new Layer.Gru(7, Initialization.XAVIER);
    Layer join = new Layer.JoinActions(ACTIONS);
    return Stream.of(
        List.of(join, lstm),
        List.of(join, gru),
        List.of(dense, join, lstm, dense),
        List.of(dense, join, gru, dense, lstm));
  }

  private static KernelNetwork network(List<Layer> layers) {
    NetworkSpec spec = spec(OBSERVATIONS, ACTIONS, 1, 2, 1);
    Architecture architecture =
        new Architecture(
            spec.observationSpace(),
            ACTIONS,
            List.of(new Architecture.Torso("a", layers), new Architecture.Torso("b", layers)),
            List.of(
                new Architecture.Head("head0", 0, 2, Initialization.XAVIER, 1),
                new Architecture.Head("head1", 1, 1, Initialization.XAVIER, 1)));
    KernelNetwork network = new KernelNetwork(architecture, spec);
    float[] noise = normal(network.parameters().length, 21);
    for (int i = 0; i < noise.length; i++) {
      network.parameters()[i] += 0.2f * noise[i];
    }
    return network;
  }

  private ComputationGraph exported(KernelNetwork network) throws IOException {
    Path zip = folder.resolve("model.zip");
    network.export(zip);
    return ModelSerializer.restoreComputationGraph(zip.toFile());
  }

  private static Inputs inputs(NetworkSpec spec) {
    Inputs rows = Networks.inputs(spec, STEPS * BATCH, 3);
    return new Inputs(rows.observations(), rows.actions(), null, STEPS, BATCH);
  }

  /** {@code [steps x batch x width]} to {@code [batch, width, steps]}. */
  private static INDArray sequences(float[] rows, int width) {
    return Nd4j.createFromArray(rows).reshape(STEPS, BATCH, width).permute(1, 2, 0).dup();
  }

  private static INDArray[] sequences(Inputs inputs) {
    float[] observations = ((ObservationBatch.Float32) inputs.observations()).values();
    return new INDArray[] {
      sequences(observations, OBSERVATIONS), sequences(inputs.actions(), ACTIONS)
    };
  }

  /** The reverse of {@link #sequences}. */
  private static float[] rows(INDArray sequences) {
    return sequences.permute(2, 0, 1).dup('c').ravel().toFloatVector();
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    float largest = 1;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).as("element %s", i).isCloseTo(expected[i], within(1e-5f * largest));
    }
  }

  @ParameterizedTest
  @MethodSource("torsos")
  void sequencesGiveTheSameInDl4j(List<Layer> layers) throws IOException {
    KernelNetwork network = network(layers);
    Inputs inputs = inputs(network.spec());
    Pass pass = network.pass(STEPS, BATCH);
    network.forward(pass, inputs);
    ComputationGraph graph = exported(network);
    assertThat(graph.params().toFloatVector()).isEqualTo(network.parameters());
    INDArray[] outputs = graph.output(sequences(inputs));
    assertClose(pass.output(0), rows(outputs[0]));
    assertClose(pass.output(1), rows(outputs[1]));
  }

  @ParameterizedTest
  @MethodSource("torsos")
  void stepsGiveTheSameInDl4j(List<Layer> layers) throws IOException {
    KernelNetwork network = network(layers);
    Inputs inputs = inputs(network.spec());
    Pass pass = network.pass(STEPS, BATCH);
    network.forward(pass, inputs);
    ComputationGraph graph = exported(network);
    INDArray[] sequences = sequences(inputs);
    for (int step = 0; step < STEPS; step++) {
      INDArray[] outputs = graph.rnnTimeStep(at(sequences[0], step), at(sequences[1], step));
      assertClose(
          Arrays.copyOfRange(pass.output(0), step * BATCH * 2, (step + 1) * BATCH * 2),
          outputs[0].dup('c').ravel().toFloatVector());
    }
  }

  private static INDArray at(INDArray sequences, int step) {
    INDArray rows = sequences.tensorAlongDimension(step, 0, 1).dup();
    return rows.reshape(rows.size(0), rows.size(1), 1);
  }

  /** From zero states and without resets, all that DL4J's own layer can do. */
  @ParameterizedTest
  @MethodSource("torsos")
  void gradientsAreThoseOfDl4j(List<Layer> layers) throws IOException {
    KernelNetwork network = network(layers);
    Inputs inputs = inputs(network.spec());
    Pass pass = network.pass(STEPS, BATCH);
    network.forward(pass, inputs);
    float[][] weights = headRows(network.spec(), STEPS * BATCH, 9);
    float[] gradient = new float[network.parameters().length];
    network.backward(pass, weights, gradient, null);

    ComputationGraph graph = exported(network);
    graph.feedForward(sequences(inputs), true, false);
    graph.backpropGradient(sequences(weights[0], 2), sequences(weights[1], 1));
    assertClose(gradient, graph.getFlattenedGradients().toFloatVector());
  }

  @Test
  void zipWithoutAGruHasNoNote() throws IOException {
    exported(
        network(
            List.of(new Layer.JoinActions(ACTIONS), new Layer.Lstm(3, 1, Initialization.XAVIER))));
    try (FileSystem entries = FileSystems.newFileSystem(folder.resolve("model.zip"))) {
      assertThat(entries.getPath("README.txt")).doesNotExist();
    }
  }

  @Test
  void zipWithAGruNamesTheClassThatItNeeds() throws Exception {
    Path zip = folder.resolve("model.zip");
    exported(
        network(List.of(new Layer.JoinActions(ACTIONS), new Layer.Gru(3, Initialization.XAVIER))));
    try (FileSystem entries = FileSystems.newFileSystem(zip)) {
      assertThat(Files.readString(entries.getPath("README.txt")))
          .contains("org.apprentice.nn.Dl4jGru", "apprentice-nn");
    }
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.endsWith("classes") || entry.endsWith("test-classes"))
            .collect(Collectors.joining(File.pathSeparator));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                PlainDl4j.class.getName(),
                zip.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("refused").contains("org.apprentice.nn.Dl4jGru");
  }

  /** Run in a JVM of its own, without this module's classes. */
  static final class PlainDl4j {
    public static void main(String[] args) throws IOException {
      try {
        ModelSerializer.restoreComputationGraph(new File(args[0]));
        System.out.println("opened");
      } catch (RuntimeException e) {
        StringBuilder causes = new StringBuilder("refused: ");
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
          causes.append(cause.getMessage()).append(System.lineSeparator());
        }
        System.out.println(causes);
      }
    }
  }
}
