package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apprentice.core.config.Trial;
import org.apprentice.core.trial.TrialModule;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.demonstrations.DemonstrationFile;
import org.apprentice.rl.demonstrations.DemonstrationRecorder;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.VectorEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Games played by hand, by a robot's hand, on a display that nobody sees. */
class PlayTest {
  @TempDir Path folder;
  private Path experiment;
  private Path file;
  private Process display;

  @BeforeEach
  void writeExperiment() throws IOException {
    experiment =
        Workplace.write(
            folder.resolve("play.conf"),
            """
            environment { plugin = bricks, max-episode-frames = 600, wrappers = deepmind }
            network { plugin = mlp, hidden = [8], flatten = true }
            algorithm = ppo
            training.steps = 10000
            tracking.uri = none
            """);
    file = folder.resolve("new/played.npz");
  }

  @AfterEach
  void closeDisplay() throws InterruptedException {
    if (display != null) {
      display.destroy();
      display.waitFor();
    }
  }

  /** Starts Xvfb, which chooses a free number and says it. */
  private String openDisplay() throws IOException {
    boolean installed =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(it -> Files.isExecutable(Path.of(it, "Xvfb")));
    assumeTrue(installed, "there is no Xvfb on the path");
    display =
        new ProcessBuilder(
                "Xvfb", "-displayfd", "1", "-screen", "0", "1024x800x24", "-nolisten", "tcp")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader said =
        new BufferedReader(new InputStreamReader(display.getInputStream(), StandardCharsets.UTF_8));
    return ":" + said.readLine().strip();
  }

  private String play(String displayName, String how, int exitCode, String... more)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                (displayName == null ? Main.class : RobotPlayer.class).getName()));
    if (displayName != null) {
      command.add(how);
    }
    command.addAll(List.of("record", "--human", experiment.toString(), "-o", file.toString()));
    command.addAll(List.of(more));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("DISPLAY");
    if (displayName != null) {
      builder.environment().put("DISPLAY", displayName);
    }
    Path output = folder.resolve("output.txt");
    Process process = builder.redirectOutput(output.toFile()).start();
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    process.destroyForcibly();
    String text = Files.readString(output);
    assertThat(ended).as(text).isTrue();
    assertThat(process.exitValue()).as(text).isEqualTo(exitCode);
    return text;
  }

  @Test
  void whatIsPlayedIsWhatAPolicyWouldSeeAndDo() throws Exception {
    String text = play(openDisplay(), "on", 0, "--rate", "600", "--episodes", "2");
    assertThat(text).contains(file.toString());
    Demonstrations played = DemonstrationFile.read(file);
    assertThat(played.episodes()).isEqualTo(2);
    ActionBatch.Discrete taken = (ActionBatch.Discrete) played.allocateActions(played.rows());
    ObservationBatch seen = played.allocateObservations(played.rows());
    played.copy(0, played.rows(), seen, taken);
    int[] actions = taken.values();
    assertThat(actions).as("space, right and left").contains(1, 2, 3);

    Trial trial = Workplace.trial(experiment);
    EnvironmentFactory environments =
        TrialModule.injector(trial, folder).getInstance(EnvironmentFactory.class);
    int[] step = {0};
    try (VectorEnvironment environment = environments.create(1)) {
      Demonstrations again =
          DemonstrationRecorder.record(
              (input, done) -> {
                ((ActionBatch.Discrete) done).values()[0] = actions[step[0]++];
                return done;
              },
              environment,
              2,
              new RandomStreams(1).seed("demonstrations"));
      assertThat(again.digest()).isEqualTo(played.digest());
    }
  }

  @Test
  void stoppingInTheFirstEpisodeSavesNothing() throws Exception {
    String text = play(openDisplay(), "stop", 1, "--rate", "20");
    assertThat(text)
        .contains("stopped before an episode had ended, so there are none")
        .doesNotContain("\tat ");
    assertThat(file).doesNotExist();
  }

  @Test
  void withoutADisplayThatIsSaid() throws Exception {
    String text = play(null, "", 2);
    assertThat(text)
        .contains("record --human opens a window, and there is no display")
        .contains("play on a desktop, or set DISPLAY to one")
        .doesNotContain("\tat ");
    assertThat(file).doesNotExist();
  }

  @Test
  void whatHumansCannotDoIsRefused() {
    Workplace workplace = new Workplace(folder.resolve("results"));
    String name = experiment.toString();
    assertThat(workplace.run("record", "--human", name, "-o", "a.npz", "--stochastic").text())
        .contains("--checkpoint and --stochastic are for policies, not for humans");
    assertThat(workplace.run("record", "--human", name, "-o", "a.npz", "--rate", "0").text())
        .contains("--rate must be above 0 and at most 10000, found 0.0");
    assertThat(workplace.run("record", "--human", "none.conf", "-o", "a.npz").text())
        .contains("none.conf: no such experiment file");
  }
}
