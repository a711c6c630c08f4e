package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.apprentice.core.config.Trial;
import org.apprentice.core.trial.SourceState;
import org.apprentice.rl.demonstrations.DemonstrationFile;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ObservationBatch;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What is left of a run of adversarial imitation with the expert that it needs. */
class ImitationRunTest {
  @TempDir static Path folder;
  private static Workplace workplace;
  private static Path experiment;
  private static Trial gail;
  private static Trial expert;
  private static Workplace.Outcome outcome;

  @BeforeAll
  static void run() throws Exception {
    workplace = new Workplace(folder.resolve("results"));
    Path experts =
        Workplace.write(
            folder.resolve("experiments/expert.conf"),
            """
            name = pole-expert
            environment { plugin = cartpole, copies = 8, max-episode-steps = 100 }
            network { plugin = mlp, hidden = [16], activation = tanh }
            algorithm {
              plugin = ppo, rollout-length = 32, minibatch-size = 64, epochs = 6
              learning-rate = 2e-3, gamma = 0.98, gae-lambda = 0.8
            }
            training { steps = 8192 }
            evaluation { episodes = 10 }
            tracking { experiment = poles }
            """);
    experiment =
        Workplace.write(
            folder.resolve("experiments/gail.conf"),
            """
            name = pole-gail
            notes = "Learns from another."
            environment { plugin = cartpole, copies = 8, max-episode-steps = 100 }
            network { plugin = mlp, hidden = [16], activation = tanh }
            algorithm {
              plugin = gail
              generator { plugin = ppo, rollout-length = 32, minibatch-size = 64, epochs = 4 }
              demonstrations { expert = "expert.conf", episodes = 3 }
            }
            training { steps = 2048 }
            evaluation { episodes = 7, every = 1024, solved { mean = 1 } }
            tracking { experiment = poles }
            """);
    commit();
    gail = Workplace.trial(experiment);
    expert = Workplace.trial(experts);
    outcome = workplace.run("run", experiment.toString());
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
  }

  /** Makes the folder of experiments a git checkout. */
  private static void commit() throws Exception {
    for (String command :
        List.of(
            "init -q",
            "add expert.conf gail.conf",
            "-c user.name=tester -c user.email=tester@localhost commit -q -m experiments")) {
      List<String> words = new ArrayList<>(List.of("git"));
      words.addAll(List.of(command.split(" ")));
      Process process =
          new ProcessBuilder(words).directory(experiment.getParent().toFile()).inheritIO().start();
      assertThat(process.waitFor()).as(command).isZero();
    }
  }

  private static List<List<Object>> rows(String columns, String table) throws IOException {
    return workplace.query(
        "SELECT %s FROM %s WHERE run_uuid = '%s' ORDER BY 1"
            .formatted(columns, table, workplace.status(gail.key()).uid()));
  }

  private static Map<String, String> pairs(String table) throws IOException {
    return rows("key, value", table).stream()
        .collect(Collectors.toMap(it -> (String) it.get(0), it -> (String) it.get(1)));
  }

  @Test
  void theSummaryCompares() {
    assertThat(outcome.text())
        .contains("pole-expert seed 1 (" + expert.key() + ")")
        .contains("pole-gail seed 1 (" + gail.key() + ")")
        .contains("over 7 episodes (solved: threshold 1.0)")
        .contains("in the demonstrations")
        .contains("2048 steps in ")
        .contains(workplace.folder(gail.key()).resolve("model.zip").toString())
        .contains("see all runs with: mlflow ui --backend-store-uri sqlite:///")
        .contains("mlflow.db");
  }

  @Test
  void everyResolvedSettingIsAParameter() throws IOException {
    assertThat(pairs("params"))
        .isEqualTo(gail.parameters())
        .containsEntry("algorithm.generator.clip", "0.2")
        .containsEntry("algorithm.discriminator.network.plugin", "mlp")
        .containsEntry("training.steps", "2048");
  }

  @Test
  void metricsAreGroupedByStep() throws IOException {
    List<Object> names = rows("DISTINCT key", "metrics").stream().map(it -> it.get(0)).toList();
    assertThat(names)
        .contains(
            "rollout/return-mean",
            "evaluation/return-mean",
            "evaluation/return-std",
            "evaluation/solved-at",
            "losses/policy",
            "discriminator/loss",
            "time/environment",
            "time/forward",
            "time/update",
            "time/steps-per-second",
            "system/cpu_utilization_percentage")
        .allMatch(it -> ((String) it).matches("[a-z-]+/[a-z-]+|system/[a-z_]+"));
  }

  @Test
  void evaluationsAreAtTheirSteps() throws IOException {
    String uid = workplace.status(gail.key()).uid();
    List<List<Object>> evaluations =
        workplace.query(
            "SELECT step, value FROM metrics WHERE key = 'evaluation/return-mean' AND run_uuid = '"
                + uid
                + "' ORDER BY step");
    assertThat(evaluations.stream().map(it -> ((Number) it.get(0)).longValue()))
        .containsExactly(1024L, 2048L);
    assertThat(evaluations.get(1).get(1))
        .isEqualTo(workplace.status(gail.key()).result().meanReturn());
    assertThat(
            workplace.query(
                "SELECT step, value FROM latest_metrics WHERE key = 'evaluation/return-mean' AND"
                    + " run_uuid = '"
                    + uid
                    + "'"))
        .containsExactly(evaluations.get(1));
  }

  @Test
  void tagsSayWhoAndFromWhat() throws IOException {
    SourceState source = SourceState.of(experiment.getParent()).orElseThrow();
    assertThat(source.commit()).matches("[0-9a-f]{40}");
    assertThat(pairs("tags"))
        .containsEntry("mlflow.runName", "pole-gail seed 1")
        .containsEntry("mlflow.user", System.getProperty("user.name"))
        .containsEntry("mlflow.source.name", experiment.toString())
        .containsEntry("mlflow.source.type", "LOCAL")
        .containsEntry("mlflow.source.git.commit", source.commit())
        .containsEntry("git.dirty", "false")
        .containsEntry("trial-key", gail.key())
        .containsEntry("seed", "1")
        .hasEntrySatisfying(
            "mlflow.note.content",
            it -> assertThat(it).contains("Learns from another.", "over 7 episodes"));
  }

  @Test
  void theDemonstrationsAreItsInput() throws IOException {
    Path file = workplace.folder(expert.key()).resolve("demonstrations-3.npz");
    Demonstrations demonstrations = DemonstrationFile.read(file);
    List<List<Object>> inputs =
        workplace.query(
            """
            SELECT datasets.name, digest, dataset_source_type, dataset_source, dataset_profile,
              input_tags.name, input_tags.value
            FROM inputs JOIN datasets ON source_id = dataset_uuid JOIN input_tags USING (input_uuid)
            WHERE destination_type = 'RUN' AND destination_id = '%s'"""
                .formatted(workplace.status(gail.key()).uid()));
    assertThat(inputs)
        .containsExactly(
            List.of(
                "pole-expert",
                demonstrations.digest().substring(0, 32),
                "local",
                "{\"uri\":\"" + file + "\"}",
                "{\"episodes\":3,\"transitions\":%d,\"mean_return\":%s}"
                    .formatted(demonstrations.rows(), demonstrations.meanReturn()),
                "mlflow.data.context",
                "demonstrations"));
  }

  @Test
  void artifactsAreWhereTheDatabaseSays() throws IOException {
    List<Object> run = rows("status, artifact_uri, start_time, end_time", "runs").get(0);
    assertThat(run.get(0)).isEqualTo("FINISHED");
    assertThat(((Number) run.get(3)).longValue()).isGreaterThan(((Number) run.get(2)).longValue());
    Path artifacts = Path.of(URI.create((String) run.get(1)));
    Path runFolder = workplace.folder(gail.key());
    assertThat(artifacts.resolve("resolved.conf")).hasContent(gail.resolved());
    assertThat(artifacts.resolve("model/model.zip"))
        .hasSameBinaryContentAs(runFolder.resolve("model.zip"));
    assertThat(artifacts.resolve("evaluation.csv"))
        .hasSameBinaryContentAs(runFolder.resolve("evaluation.csv"));
    assertThat(Files.readAllLines(artifacts.resolve("evaluation.csv"))).hasSize(8);
    assertThat(ImageIO.read(artifacts.resolve("learning-curve.png").toFile()).getWidth())
        .isEqualTo(900);
    assertThat(ImageIO.read(artifacts.resolve("agent-and-expert.png").toFile()).getWidth())
        .isEqualTo(1280);
  }

  @Test
  void theModelOpensInPlainDl4jAndActsAsRecorded() throws IOException {
    Path file = folder.resolve("expert.npz");
    Workplace.Outcome recorded =
        workplace.run(
            "record", expert.key().substring(0, 6), "-o", file.toString(), "--episodes", "4");
    assertThat(recorded.exitCode()).as(recorded.text()).isZero();
    Demonstrations demonstrations = DemonstrationFile.read(file);
    assertThat(demonstrations.episodes()).isEqualTo(4);

    ComputationGraph graph =
        ComputationGraph.load(workplace.folder(expert.key()).resolve("model.zip").toFile(), false);
    int rows = demonstrations.rows();
    ObservationBatch.Float32 observations =
        (ObservationBatch.Float32) demonstrations.allocateObservations(rows);
    ActionBatch.Discrete actions = (ActionBatch.Discrete) demonstrations.allocateActions(rows);
    demonstrations.copy(0, rows, observations, actions);
    INDArray[] outputs = graph.output(Nd4j.createFromArray(observations.values()).reshape(rows, 4));
    assertThat(outputs).hasSize(2);
    INDArray logits = outputs[0];
    assertThat(logits.shape()).containsExactly(rows, 2);
    assertThat(logits.argMax(1).toIntVector()).isEqualTo(actions.values());
    assertThat(outputs[1].shape()).containsExactly(rows, 1);
  }

  @Test
  void whatWasTrainedIsReusedByKey() throws IOException {
    String before = state();
    Workplace.Outcome again = workplace.run("run", experiment.toString());
    assertThat(again.exitCode()).isZero();
    assertThat(again.text())
        .contains("pole-expert seed 1 (" + expert.key() + "), trained before")
        .contains("pole-gail seed 1 (" + gail.key() + "), trained before");
    assertThat(state()).isEqualTo(before);
  }

  /** Sizes of the journals, and how many runs and metrics the database has. */
  private static String state() throws IOException {
    Map<String, Long> sizes = new TreeMap<>();
    for (Trial trial : List.of(gail, expert)) {
      sizes.put(trial.key(), Files.size(workplace.folder(trial.key()).resolve("journal.jsonl")));
    }
    return sizes
        + " "
        + workplace.query(
            "SELECT count(*) FROM metrics WHERE run_uuid IN (SELECT run_uuid FROM"
                + " tags WHERE key = 'trial-key' AND value IN ('"
                + gail.key()
                + "', '"
                + expert.key()
                + "'))");
  }

  @Test
  void anotherExperimentLearnsFromTheSameExpertOrFromAFile() throws IOException {
    String cloning =
        """
        name = %s
        environment { plugin = cartpole, copies = 1, max-episode-steps = 100 }
        network { plugin = mlp, hidden = [16], activation = tanh }
        algorithm { plugin = bc, epochs = 30, demonstrations { %s, episodes = 3 } }
        evaluation { episodes = 10 }
        """;
    Path byExpert =
        Workplace.write(
            folder.resolve("elsewhere/bc.conf"),
            cloning.formatted("by-expert", "expert = \"../experiments/expert.conf\""));
    Workplace.Outcome first = workplace.run("run", byExpert.toString());
    assertThat(first.exitCode()).as(first.text()).isZero();
    assertThat(first.text()).contains("(" + expert.key() + "), trained before");

    Path byFile =
        Workplace.write(
            folder.resolve("elsewhere/file.conf"),
            cloning.formatted("by-file", "file = \"demos.npz\""));
    workplace.run(
        "record",
        workplace.folder(expert.key()).toString(),
        "--output",
        folder.resolve("elsewhere/demos.npz").toString(),
        "--episodes",
        "3");
    Workplace.Outcome second = workplace.run("run", byFile.toString());
    assertThat(second.exitCode()).as(second.text()).isZero();
    assertThat(
            workplace.query(
                "SELECT count(DISTINCT digest) FROM datasets WHERE name IN ('pole-expert',"
                    + " 'demos')"))
        .containsExactly(List.of(1));
    assertThat(workplace.status(Workplace.trial(byFile).key()).result().meanReturn())
        .isEqualTo(workplace.status(Workplace.trial(byExpert).key()).result().meanReturn());
  }

  @Test
  void evaluatesARunOrOneOfItsCheckpoints() throws IOException {
    String result = workplace.folder(gail.key()).toString();
    Workplace.Outcome byKey = workplace.run("evaluate", gail.key(), "--episodes", "7");
    Workplace.Outcome byFolder = workplace.run("evaluate", result, "--episodes", "7");
    assertThat(byKey.text()).isEqualTo(byFolder.text());
    assertThat(byKey.text())
        .contains("return %.2f +-".formatted(workplace.status(gail.key()).result().meanReturn()))
        .contains("7 deterministic episodes")
        .contains("checkpoints/2048");

    Path first = workplace.checkpoints(gail.key()).get(0);
    Workplace.Outcome early =
        workplace.run("evaluate", first.toString(), "--episodes", "5", "--stochastic");
    assertThat(early.text()).startsWith(first.toString()).contains("5 stochastic episodes");
    assertThat(workplace.run("evaluate", "nothing").exitCode()).isEqualTo(1);
  }

  @Test
  void aStoreThatLacksARunGetsItWithTheNextCommand() throws IOException {
    Workplace moved = new Workplace(folder.resolve("moved"));
    for (String file : List.of("status.json", "journal.jsonl", "resolved.conf", "model.zip")) {
      Path target = moved.folder(expert.key()).resolve(file);
      Files.createDirectories(target.getParent());
      Files.copy(workplace.folder(expert.key()).resolve(file), target);
    }
    Workplace.Outcome again = moved.run("resume", expert.key());
    assertThat(again.text()).contains("trained before");
    assertThat(moved.query("SELECT status FROM runs")).containsExactly(List.of("FINISHED"));
    assertThat(moved.query("SELECT count(*) FROM params"))
        .containsExactly(List.of(expert.parameters().size()));
    assertThat(moved.folder(expert.key()).resolve("delivered"))
        .hasContent(Files.size(moved.folder(expert.key()).resolve("journal.jsonl")) + " sqlite\n");
  }
}
