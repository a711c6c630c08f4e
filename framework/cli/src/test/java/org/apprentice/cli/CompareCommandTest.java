package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An ablation of three variants and two seeds, whose runs are then compared. */
class CompareCommandTest {
  @TempDir static Path folder;
  private static Workplace workplace;
  private static Workplace.Outcome trained;
  private static Path experiment;

  @BeforeAll
  static void train() throws IOException {
    workplace = new Workplace(folder.resolve("results"));
    experiment =
        Workplace.write(
            folder.resolve("toy.conf"),
            Experiments.PPO
                + """
                evaluation { every = 64, solved { mean = 5 } }
                ablation {
                  variants { wide { network.hidden = [16] }, no-entropy { algorithm.entropy = 0.5 } }
                  seeds = [1, 2]
                }
                """);
    trained = workplace.run("run", experiment.toString());
  }

  private static List<Path> runs() {
    try (Stream<Path> all = Files.list(workplace.results().resolve("runs"))) {
      return all.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aStudyEndsWithItsReport() throws IOException {
    assertThat(trained.exitCode()).as(trained.text()).isZero();
    Path report = workplace.results().resolve("studies/toy/report.html");
    assertThat(trained.text()).contains("report   " + report);
    assertThat(Files.readString(report.resolveSibling("report.csv")).lines())
        .hasSize(4)
        .anyMatch(it -> it.startsWith("wide,2,network.hidden=[16],"));
    assertThat(Files.readString(report)).contains("no-entropy", "Learning curves");
  }

  @Test
  void aStudyIsComparedByItsName() {
    Workplace.Outcome outcome = workplace.run("compare", "--study", "toy");
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    assertThat(outcome.text())
        .startsWith("toy: 3 variants, 6 runs on cartpole, by evaluation/return-mean")
        .containsPattern(Pattern.compile("(?m)^Variant +Runs +IQM +Mean +P\\(better\\)"))
        .containsPattern(Pattern.compile("(?m)^baseline +2 +\\d"))
        .containsPattern(
            Pattern.compile("(?m)^  wide: network.hidden = \\[16\\] \\(baseline \\[8\\]\\)"))
        .contains("2 of 2")
        .contains("Note: Fewer than 5 seeds (baseline, wide, no-entropy)");
    assertThat(workplace.run("compare", "toy").text())
        .as("the name of a study stands for its runs")
        .isEqualTo(outcome.text());
  }

  @Test
  void costsAreKnown() throws IOException {
    Path csv = workplace.results().resolve("studies/toy/runs.csv");
    List<String> lines = Files.readAllLines(csv);
    assertThat(lines).hasSize(7);
    for (String line : lines.subList(1, lines.size())) {
      assertThat(line.split(",", -1)).hasSize(13);
      assertThat(Double.parseDouble(line.split(",", -1)[9])).isPositive();
      assertThat(line.split(",", -1)[11]).isNotEmpty();
    }
  }

  @Test
  void runsAreComparedByTheirKeys() {
    String[] keys = runs().stream().map(it -> it.getFileName().toString()).toArray(String[]::new);
    String[] arguments =
        Stream.concat(Stream.of("compare"), Stream.of(keys[0], keys[1].substring(0, 12)))
            .toArray(String[]::new);
    Workplace.Outcome outcome = workplace.run(arguments);
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    assertThat(outcome.text()).contains("2 runs on cartpole");
  }

  @Test
  void aFilterChoosesRunsAndAMetricScoresThem() {
    Workplace.Outcome outcome =
        workplace.run(
            "compare",
            "--filter",
            "params.network = 'mlp' AND tags.variant IN ('baseline', 'wide')",
            "--metric",
            "losses/value",
            "--lower-is-better",
            "--baseline",
            "wide",
            "--save",
            folder.resolve("saved").toString());
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    assertThat(outcome.text())
        .contains("2 variants, 4 runs on cartpole, by losses/value (lower is better)")
        .contains("What differs from wide\n  baseline: network.hidden = [8] (baseline [16])")
        .contains("report " + folder.resolve("saved/report.html"));
    assertThat(folder.resolve("saved/report.html")).exists();
  }

  @Test
  void whatCannotBeComparedIsOneMessage() {
    assertMessage(2, "compare takes either RUN..., --study NAME or --filter", "compare");
    assertMessage(2, "found more than one of them", "compare", "toy", "--study", "toy");
    assertMessage(1, "no runs of a study 'toys'", "compare", "--study", "toys");
    assertMessage(1, "no run 'zz' in", "compare", "zz");
    assertMessage(
        2, "filter network = 1: expected params.KEY", "compare", "--filter", "network = 1");
    assertMessage(
        1, "none of the 6 runs in", "compare", "--filter", "params.network.plugin = 'lstm'");
    assertMessage(1, "no variant 'x' with finished runs", "compare", "toy", "--baseline", "x");
    assertMessage(1, "has no metric losses/x; it has ", "compare", "toy", "--metric", "losses/x");
  }

  private static void assertMessage(int exitCode, String message, String... arguments) {
    Workplace.Outcome outcome = workplace.run(arguments);
    assertThat(outcome.exitCode()).as(outcome.text()).isEqualTo(exitCode);
    assertThat(outcome.text()).startsWith("apprentice: ").contains(message);
    assertThat(outcome.text().lines()).hasSize(1);
  }

  @Test
  void aDamagedRunIsNamedAndTheOthersAreCompared() throws IOException {
    Workplace copy = new Workplace(folder.resolve("copy"));
    Files.createDirectories(copy.results());
    Experiments.copy(workplace.results().resolve("runs"), copy.results().resolve("runs"));
    Path damaged = copy.folder(Workplace.trial(experiment).key()).resolve("status.json");
    Files.writeString(damaged, "{");
    Path interrupted = null;
    for (Path run : runs()) {
      if (workplace.status(run.getFileName().toString()).name().equals("toy wide seed 2")) {
        interrupted = run;
      }
    }
    Experiments.replace(
        copy.folder(interrupted.getFileName().toString()).resolve("status.json"),
        "FINISHED",
        "KILLED");
    Workplace.Outcome outcome = copy.run("compare", "--study", "toy");
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    assertThat(outcome.text())
        .contains("3 variants, 4 runs on cartpole")
        .contains("Left out")
        .contains(damaged + " is damaged")
        .contains("was interrupted: apprentice resume " + interrupted.getFileName());
  }
}
