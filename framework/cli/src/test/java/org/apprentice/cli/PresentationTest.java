package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apprentice.core.config.Trial;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.dataformat.yaml.YAMLMapper;

/** What MLflow's UI makes of a run: the files and tags by which it knows what to show. */
class PresentationTest {
  private static final String EXPERIMENT =
      """
      name = shown
      notes = "Shows **everything**."
      environment { plugin = cartpole, copies = 2, max-episode-steps = 30 }
      network { plugin = mlp, hidden = [8] }
      algorithm { plugin = ppo, rollout-length = 16, minibatch-size = 32, epochs = 1 }
      training { steps = 256 }
      evaluation { episodes = 3, every = 128, video = every }
      checkpoint { every = 128 }
      """;

  /** The name of an image, as MLflow's UI takes it apart. */
  private static final Pattern IMAGE =
      Pattern.compile(
          "([^/+]+)\\+step\\+(\\d+)\\+timestamp\\+(\\d+)\\+[0-9a-f-]{36}(\\.png|\\+compressed\\.webp)");

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;
  private static Workplace workplace;
  private static Trial trial;
  private static String uid;
  private static Path artifacts;

  @BeforeAll
  static void runIt() throws IOException {
    workplace = new Workplace(folder.resolve("results"));
    Path file = Workplace.write(folder.resolve("shown.conf"), EXPERIMENT);
    trial = Workplace.trial(file);
    Workplace.Outcome outcome = workplace.run("run", file.toString());
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    uid = workplace.status(trial.key()).uid();
    artifacts =
        Path.of(
            URI.create((String) workplace.query("SELECT artifact_uri FROM runs").get(0).get(0)));
  }

  private static Map<String, Object> pairs(String table, String columns) {
    Map<String, Object> pairs = new HashMap<>();
    workplace
        .query("SELECT " + columns + " FROM " + table)
        .forEach(row -> pairs.put((String) row.get(0), row.get(1)));
    return pairs;
  }

  private static String tag(String key) {
    return (String) pairs("tags", "key, value").get(key);
  }

  @Test
  void theModelIsOneToMlflow() throws IOException {
    JsonNode model =
        JSON.valueToTree(
            new YAMLMapper().readValue(artifacts.resolve("model/MLmodel").toFile(), Map.class));
    assertThat(model.get("artifact_path").textValue()).isEqualTo("model");
    assertThat(model.get("run_id").textValue()).isEqualTo(uid);
    assertThat(model.get("model_uuid").textValue()).matches("[0-9a-f]{32}");
    assertThat(model.get("utc_time_created").textValue())
        .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{6}");
    assertThat(model.at("/flavors/dl4j/dl4j_version").textValue()).isEqualTo("1.0.0-M2.1");
    assertThat(model.at("/metadata/trial_key").textValue()).isEqualTo(trial.key());
    assertThat(model.at("/metadata/environment").textValue()).isEqualTo("cartpole");
    assertThat(model.at("/metadata/algorithm").textValue()).isEqualTo("ppo");
    assertThat(JSON.readTree(model.at("/signature/inputs").textValue()))
        .isEqualTo(
            JSON.readTree(
                """
                [{"name": "observation", "type": "tensor",
                  "tensor-spec": {"dtype": "float32", "shape": [-1, 4]}}]"""));
    assertThat(JSON.readTree(model.at("/signature/outputs").textValue()))
        .isEqualTo(
            JSON.readTree(
                """
                [{"name": "policy", "type": "tensor",
                  "tensor-spec": {"dtype": "float32", "shape": [-1, 2]}},
                 {"name": "value", "type": "tensor",
                  "tensor-spec": {"dtype": "float32", "shape": [-1, 1]}}]"""));
    Path network = artifacts.resolve("model").resolve(model.at("/flavors/dl4j/data").textValue());
    assertThat(model.get("model_size_bytes").longValue()).isEqualTo(Files.size(network));
    ComputationGraph graph = ComputationGraph.load(network.toFile(), false);
    assertThat(graph.output(Nd4j.zeros(5, 4))[0].shape()).containsExactly(5, 2);

    JsonNode history = JSON.readTree(tag("mlflow.log-model.history"));
    assertThat(history).hasSize(1);
    for (String field :
        List.of("run_id", "artifact_path", "utc_time_created", "model_uuid", "flavors")) {
      assertThat(history.get(0).get(field)).as(field).isEqualTo(model.get(field));
    }
  }

  @Test
  void theEvaluationIsATable() throws IOException {
    assertThat(tag("mlflow.loggedArtifacts"))
        .isEqualTo("[{\"path\": \"evaluation.json\", \"type\": \"table\"}]");
    JsonNode table = JSON.readTree(artifacts.resolve("evaluation.json").toFile());
    assertThat(table.get("columns").toString()).isEqualTo("[\"episode\",\"return\",\"length\"]");
    List<String> lines = Files.readAllLines(artifacts.resolve("evaluation.csv"));
    assertThat(table.get("data")).hasSize(3);
    for (int row = 0; row < 3; row++) {
      assertThat(lines.get(row + 1))
          .isEqualTo(table.get("data").get(row).toString().replaceAll("[\\[\\]]", ""));
    }
  }

  @Test
  void filmsAreAGridOfImagesOverTheSteps() throws IOException {
    assertThat(tag("mlflow.loggedImages")).isEqualTo("True");
    TreeSet<String> steps = new TreeSet<>();
    for (Path file : Experiments.list(artifacts.resolve("images"))) {
      Matcher name = IMAGE.matcher(file.getFileName().toString());
      assertThat(name.matches()).as(file.toString()).isTrue();
      assertThat(name.group(1)).isEqualTo("evaluation");
      steps.add(name.group(2) + name.group(4));
      assertThat(file)
          .hasSameBinaryContentAs(artifacts.resolve("videos/episode-" + name.group(2) + ".gif"));
    }
    assertThat(steps)
        .containsExactly("128+compressed.webp", "128.png", "256+compressed.webp", "256.png");
  }

  @Test
  void whatIsRepeatedHasTheSameNames() throws IOException {
    List<Path> images = Experiments.list(artifacts.resolve("images"));
    String model = JSON.readTree(tag("mlflow.log-model.history")).get(0).get("model_uuid").asText();
    Experiments.interrupt(workplace.folder(trial.key()));
    Experiments.delete(workplace.folder(trial.key()).resolve("checkpoints/256"));
    Workplace.Outcome outcome = workplace.run("resume", trial.key());
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    assertThat(Experiments.list(artifacts.resolve("images"))).isEqualTo(images);
    assertThat(JSON.readTree(tag("mlflow.log-model.history")).get(0).get("model_uuid").asText())
        .isEqualTo(model);
  }

  @Test
  void theMachineIsWatched() {
    Map<String, Object> metrics = pairs("latest_metrics", "key, value");
    for (String percentage :
        List.of("cpu_utilization_percentage", "system_memory_usage_percentage", "gc_percentage")) {
      assertThat((Double) metrics.get("system/" + percentage)).as(percentage).isBetween(0.0, 100.0);
    }
    double cores = Runtime.getRuntime().availableProcessors();
    assertThat((Double) metrics.get("system/process_cpu_utilization_percentage"))
        .as("ticks of the clock are coarse")
        .isBetween(0.0, 400 * cores);
    double heap = (Double) metrics.get("system/heap_usage_megabytes");
    double process = (Double) metrics.get("system/process_memory_usage_megabytes");
    assertThat(heap).isBetween(1.0, process);
    assertThat(process)
        .isLessThan(1.1 * (Double) metrics.get("system/system_memory_usage_megabytes"));
    assertThat((Double) metrics.get("system/off_heap_usage_megabytes")).isBetween(0.0001, process);
    assertThat(metrics.keySet())
        .allMatch(key -> key.matches("[a-z]+/[a-z-]+|system/[a-z_]+"), "in a section")
        .hasSizeGreaterThan(15);
  }

  @Test
  void runAndExperimentSayWhatTheyAre() {
    assertThat(tag("mlflow.runName")).isEqualTo("shown seed 1");
    assertThat(tag("mlflow.note.content"))
        .startsWith("Shows **everything**.\n\n**return ")
        .contains("over 3 episodes");
    assertThat(tag("mlflow.source.name")).isEqualTo(folder.resolve("shown.conf").toString());
    assertThat(pairs("experiment_tags", "key, value"))
        .containsEntry("mlflow.note.content", "Shows **everything**.");
  }
}
