package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.dataformat.yaml.YAMLMapper;

/** What {@code MLmodel} says of a network, against DL4J itself. */
class ModelSignatureTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BATCH = 2;
  private static final int STEPS = 3;

  @TempDir Path folder;

  /** Arrays as the signature says, of two rows, or of two sequences of three steps. */
  private static List<long[]> shapes(JsonNode tensors) {
    List<long[]> shapes = new ArrayList<>();
    for (JsonNode tensor : tensors) {
      JsonNode dimensions = tensor.at("/tensor-spec/shape");
      long[] shape = new long[dimensions.size()];
      for (int i = 0; i < shape.length; i++) {
        long open = i == 0 ? BATCH : STEPS;
        shape[i] = dimensions.get(i).asLong() < 0 ? open : dimensions.get(i).asLong();
      }
      shapes.add(shape);
    }
    return shapes;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          { plugin = mlp, hidden = [8] }                                | identity
          { plugin = lstm, width = 8 }                                  | recall, actions = 3
          { plugin = mlpgru, width = 8, critic-hidden = [8] }           | recall, actions = 3
          { plugin = cnn, filters = [8], kernels = [4], strides = [4], hidden = [8] } | identity-image
          { torso { plugin = cnn, filters = [8], kernels = [4], strides = [4], hidden = [8] }, memory { plugin = gru, width = 8 } } | recall-image
          { actor { plugin = mlp, hidden = [8] }, critic { plugin = mlp, hidden = [4] } } | identity
          """)
  void theModelTakesAndGivesWhatItsSignatureSays(String network, String environment)
      throws IOException {
    Workplace workplace = new Workplace(folder.resolve("results"));
    Path file =
        Workplace.write(
            folder.resolve("it.conf"),
            """
            environment { plugin = %s, copies = 2 }
            network %s
            algorithm { plugin = ppo, rollout-length = 8, sequence-length = 8, minibatch-size = 16, epochs = 1 }
            training { steps = 16 }
            evaluation { episodes = 2 }
            tracking { uri = none }
            """
                .formatted(environment, network));
    Workplace.Outcome outcome = workplace.run("run", file.toString());
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();

    Path run = Experiments.onlyRun(workplace.results());
    JsonNode model =
        JSON.valueToTree(new YAMLMapper().readValue(run.resolve("MLmodel").toFile(), Map.class));
    JsonNode inputs = JSON.readTree(model.at("/signature/inputs").textValue());
    JsonNode outputs = JSON.readTree(model.at("/signature/outputs").textValue());
    ComputationGraph graph = ComputationGraph.load(run.resolve("model.zip").toFile(), false);
    INDArray[] given =
        graph.output(
            shapes(inputs).stream().map(shape -> Nd4j.zeros(shape)).toArray(INDArray[]::new));
    List<long[]> expected = shapes(outputs);
    assertThat(given).hasSameSizeAs(expected);
    for (int i = 0; i < given.length; i++) {
      assertThat(given[i].shape()).as(outputs.get(i).toString()).isEqualTo(expected.get(i));
    }
  }
}
