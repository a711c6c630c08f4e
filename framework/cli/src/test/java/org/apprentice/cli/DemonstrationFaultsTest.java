package org.apprentice.cli;

import static org.apprentice.cli.Experiments.BC;
import static org.apprentice.cli.Experiments.PPO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Demonstrations that cannot be learned from. */
class DemonstrationFaultsTest {
  @TempDir static Path recorded;
  @TempDir Path folder;

  /** Four episodes of cartpole. */
  @BeforeAll
  static void record() throws IOException {
    Path file = Files.writeString(recorded.resolve("expert.conf"), PPO);
    String results = recorded + "/results";
    assertThat(Invocation.of(recorded, "run", "--results", results, file.toString()).exitCode())
        .isZero();
    String run = Experiments.onlyRun(recorded.resolve("results")).toString();
    assertThat(
            Invocation.of(
                    recorded, "record", run, "--episodes", "4", "-o", recorded + "/episodes.npz")
                .exitCode())
        .isZero();
  }

  @BeforeEach
  void copy() throws IOException {
    Files.copy(recorded.resolve("episodes.npz"), folder.resolve("episodes.npz"));
    Files.writeString(folder.resolve("it.conf"), BC);
  }

  private Invocation run(String... overrides) {
    String[] fixed = {"run", "--results", folder + "/results", folder + "/it.conf"};
    String[] arguments = Arrays.copyOf(fixed, fixed.length + overrides.length);
    System.arraycopy(overrides, 0, arguments, fixed.length, overrides.length);
    return Invocation.of(folder, arguments);
  }

  private static void assertRefused(Invocation invocation, int exitCode, String message) {
    assertThat(invocation.error()).isEqualTo("apprentice: " + message + "\n");
    assertThat(invocation.exitCode()).isEqualTo(exitCode);
  }

  @Test
  void goodOnesAreLearnedFrom() {
    assertThat(run().exitCode()).isZero();
  }

  static Stream<Arguments> wrongSources() {
    return Stream.of(
        arguments(
            "training.steps=100",
            "command line: training.steps means nothing to algorithm bc, which counts epochs;"
                + " remove it, or set training.steps = null"),
        arguments(
            "algorithm.demonstrations.file=none.npz",
            "command line: algorithm.demonstrations.file names no existing file: none.npz"),
        arguments(
            "algorithm.demonstrations.file=null",
            "it.conf:4: algorithm.demonstrations need either expert = \"<experiment file>\" or"
                + " file = \"<npz file>\", found neither"),
        arguments(
            "algorithm.demonstrations.episodes=0",
            "command line: algorithm.demonstrations.episodes must be at least 1, found 0"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void wrongSources(String override, String message) {
    assertRefused(run(override), 2, message);
    assertThat(folder.resolve("results")).doesNotExist();
  }

  @Test
  void ofAnotherEnvironment() {
    assertRefused(
        run("environment=acrobot"),
        1,
        """
        the demonstrations of episodes.npz cannot be used here:
          - observations are box[4], the environment shows box[6]""");
  }

  @Test
  void ofOtherActions() {
    assertRefused(
        run("environment=pendulum"),
        1,
        """
        the demonstrations of episodes.npz cannot be used here:
          - observations are box[4], the environment shows box[3]
          - actions are discrete(2), the environment takes continuous(1)""");
  }

  @Test
  void ofAnExpertOfAnotherEnvironment() throws IOException {
    Files.writeString(folder.resolve("expert.conf"), PPO.replace("cartpole", "acrobot"));
    Experiments.replace(
        folder.resolve("it.conf"), "file = \"episodes.npz\"", "expert = \"expert.conf\"");
    assertRefused(
        run(),
        2,
        "it.conf:4: the expert plays acrobot (observations box[6], actions discrete(3)), which does"
            + " not fit environment cartpole (observations box[4], actions discrete(2))");
  }

  @Test
  void tooFewEpisodes() {
    assertRefused(
        run("algorithm.demonstrations.episodes=50"),
        1,
        """
        the demonstrations of episodes.npz cannot be used here:
          - there are 4 episodes, 50 are asked for; record more or set demonstrations.episodes = 4""");
  }

  @Test
  void cutOff() throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve("episodes.npz"));
    Files.write(folder.resolve("episodes.npz"), Arrays.copyOf(bytes, bytes.length / 2));
    assertRefused(
        run(),
        1,
        "episodes.npz is damaged or cut off (zip END header not found); copy or record it again");
  }

  @Test
  void damaged() throws IOException {
    Experiments.damage(folder.resolve("episodes.npz"));
    assertThat(run().error())
        .startsWith("apprentice: episodes.npz is damaged or cut off (")
        .endsWith("); copy or record it again\n");
  }

  @Test
  void ofSomethingElse() throws IOException {
    archive("weights", "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", new byte[4]);
    assertRefused(
        run(),
        1,
        "episodes.npz has no 'obs', it holds [weights]; expected an npz archive with obs, actions,"
            + " rewards, episode_starts and episode_returns, or OpenAI Baselines' obs, acs, rews and"
            + " ep_rets");
  }

  @Test
  void noArchiveAtAll() throws IOException {
    Files.writeString(folder.resolve("episodes.npz"), "cart,pole\n1,2\n");
    assertThat(run().error())
        .startsWith("apprentice: episodes.npz is not an npz archive; expected an npz archive with");
  }

  @Test
  void pickledObjectsAreNeverRead() throws IOException {
    archive("obs", "{'descr': '|O', 'fortran_order': False, 'shape': (2,), }", new byte[64]);
    assertThat(run().error())
        .startsWith(
            "apprentice: 'obs' of episodes.npz holds pickled Python objects, which only Python can"
                + " read")
        // Lines to be copied into a shell stand alone.
        .contains("\npython3 - expert.npz converted.npz <<'END'\n", "\nEND\n");
  }

  /** Writes episodes.npz with one array. */
  private void archive(String name, String header, byte[] data) throws IOException {
    try (OutputStream out = Files.newOutputStream(folder.resolve("episodes.npz"));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(name + ".npy"));
      byte[] text = (header + "\n").getBytes(StandardCharsets.US_ASCII);
      zip.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
      zip.write(new byte[] {(byte) text.length, 0});
      zip.write(text);
      zip.write(data);
      zip.closeEntry();
    }
  }

  @Test
  void aFailureIsKeptInTheStatusWithoutTheWiring() throws IOException {
    run("environment=acrobot");
    Path status = Experiments.onlyRun(folder.resolve("results")).resolve("status.json");
    assertThat(Files.readString(status))
        .contains("\"state\" : \"FAILED\"", "\"message\" : \"the demonstrations of ")
        .doesNotContain("Guice");
  }

  @Test
  void recordingWhereNothingCanBeWritten() {
    String run = Experiments.onlyRun(recorded.resolve("results")).toString();
    String file = folder + "/it.conf/episodes.npz";
    assertRefused(
        Invocation.of(folder, "record", run, "-o", file),
        1,
        "cannot write demonstrations to it.conf/episodes.npz (it.conf is a file, not a folder);"
            + " choose a file in a folder that can be written, with room for it");
  }
}
