package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apprentice.core.trial.TrialStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Studies whose trials pause at rungs. */
class StudyPruningTest {
  private static final String EXPERIMENT =
      """
      name = halving
      environment { plugin = cartpole, copies = 4, max-episode-steps = 50 }
      network { plugin = mlp, hidden = [8], activation = tanh }
      algorithm { plugin = ppo, rollout-length = 32, minibatch-size = 64, epochs = 4 }
      training { steps = 1024 }
      evaluation { episodes = 3, every = 256 }
      """;

  private static final String HALVING =
      """
      sweep {
        pruner { plugin = asha, rung = 256, reduction = 2 }
        space { algorithm.learning-rate = [1e-3, 1e-4, 1e-5, 1e-6] }
      }
      """;

  @TempDir Path folder;

  private String sweep(Workplace workplace, String plan, String... options) throws IOException {
    Path file = Workplace.write(folder.resolve("halving.conf"), EXPERIMENT + plan);
    List<String> arguments = new ArrayList<>(List.of("sweep", file.toString()));
    arguments.addAll(List.of(options));
    Workplace.Outcome outcome = workplace.run(arguments.toArray(String[]::new));
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    return outcome.text();
  }

  private static Map<String, TrialStatus> runs(Workplace workplace) throws IOException {
    Map<String, TrialStatus> found = new TreeMap<>();
    try (Stream<Path> runs = Files.list(workplace.results().resolve("runs"))) {
      for (Path run : runs.toList()) {
        String name = run.getFileName().toString();
        found.put(name, workplace.status(name));
      }
    }
    return found;
  }

  /** Every trial once more: those that were finished and those that were given up. */
  @Test
  void aFreshStudyHasOneRunOfItsOwnForEachTrial() throws IOException {
    Workplace workplace = new Workplace(folder.resolve("results"));
    sweep(workplace, HALVING, "--workers", "0", "--fresh");
    Map<String, TrialStatus> first = runs(workplace);
    assertThat(first).hasSize(4);
    assertThat(first.values()).filteredOn(it -> it.pause() != null).hasSize(3);
    String summary = "halving: 1 of 4 trials finished, 3 pruned";
    assertThat(workplace.run("status", "halving").text()).contains(summary);

    for (int repetition = 2; repetition <= 3; repetition++) {
      String text = sweep(workplace, HALVING, "--workers", "0", "--fresh");
      assertThat(text).doesNotContain("trained before").contains("pruned at 256: ");
      Map<String, TrialStatus> all = runs(workplace);
      assertThat(all).hasSize(4 * repetition);
      for (Map.Entry<String, TrialStatus> run : first.entrySet()) {
        String key = run.getKey();
        String again = key + "-" + repetition;
        assertThat(all.get(key)).as("untouched").isEqualTo(run.getValue());
        assertThat(all.get(again).state()).isEqualTo(run.getValue().state());
        assertThat(all.get(again).pause()).isEqualTo(run.getValue().pause());
        assertThat(workplace.metrics(again)).isEqualTo(workplace.metrics(key));
      }
      assertThat(workplace.run("status", "halving").text()).contains(summary);
    }

    // Without the option there is nothing left to do.
    String reused = sweep(workplace, HALVING, "--workers", "0");
    assertThat(reused).contains("trained before");
    assertThat(runs(workplace)).hasSize(12);
  }

  /** With none but the process itself, the last are pruned when nothing is left to train. */
  @ParameterizedTest
  @ValueSource(strings = {"0", "2"})
  void anAsynchronousStudyEndsEveryTrialOnce(String workers) throws IOException {
    Workplace workplace = new Workplace(folder.resolve("results"));
    sweep(
        workplace,
        """
        sweep {
          asynchronous = true
          sampler { plugin = tpe, points = 12, startup = 4, batch = 4 }
          pruner { plugin = asha, rung = 256, reduction = 2 }
          space {
            algorithm.learning-rate { distribution = log-uniform, low = 1e-6, high = 1e-2 }
            algorithm.clip { distribution = uniform, low = 0.1, high = 0.4 }
          }
        }
        ablation.seeds = [1, 2]
        """,
        "--workers",
        workers);
    Set<String> planned = new HashSet<>();
    Set<String> pruned = new HashSet<>();
    Map<String, Integer> ended = new HashMap<>();
    for (String line :
        Files.readAllLines(workplace.results().resolve("studies/halving/ledger.jsonl"))) {
      JsonNode entry = new ObjectMapper().readTree(line);
      String key = entry.path("key").asText();
      switch (entry.path("entry").asText()) {
        case "planned" -> assertThat(planned.add(key)).isTrue();
        case "pruned" -> assertThat(pruned.add(key)).isTrue();
        case "started" -> assertThat(pruned).as("started after it was pruned").doesNotContain(key);
        case "ended" -> {
          // A pause is an end for the time being.
          if (!entry.path("state").asText().equals("KILLED")) {
            ended.merge(key, 1, Integer::sum);
          }
        }
        default -> assertThat(entry.path("entry").asText()).isIn("began", "left");
      }
    }
    assertThat(planned).hasSize(24);
    assertThat(ended.values()).isNotEmpty().containsOnly(1);
    assertThat(pruned).isNotEmpty().doesNotContainAnyElementsOf(ended.keySet());
    Set<String> settled = new HashSet<>(ended.keySet());
    settled.addAll(pruned);
    assertThat(settled).isEqualTo(planned);

    Map<String, TrialStatus> runs = runs(workplace);
    assertThat(runs.keySet()).isEqualTo(planned);
    runs.forEach(
        (key, status) ->
            assertThat(status.state())
                .as(key)
                .isEqualTo(
                    ended.containsKey(key)
                        ? TrialStatus.State.FINISHED
                        : TrialStatus.State.KILLED));
    assertThat(workplace.run("status", "halving").text())
        .contains(
            "halving: %d of 24 trials finished, %d pruned".formatted(ended.size(), pruned.size()));
    assertThat(workplace.query("SELECT count(*) FROM runs WHERE status = 'RUNNING'"))
        .containsExactly(List.of(0));
  }
}
