package org.apprentice.rl.demonstrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ObservationBatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvPairTest {
  @TempDir Path folder;
  private Path observations;

  @BeforeEach
  void nameFiles() {
    observations = folder.resolve("observations_Task-v0.csv");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name + "_Task-v0.csv"), text);
  }

  private String text(String name) throws IOException {
    return Files.readString(folder.resolve(name + "_Task-v0.csv"));
  }

  private static Demonstrations demonstrations(float[] values, int[] actions, int... lengths) {
    double[] returns = new double[lengths.length];
    for (int i = 0; i < lengths.length; i++) {
      returns[i] = lengths[i] + 0.25;
    }
    return Demonstrations.of(
        new int[] {2},
        new ObservationBatch.Float32(values, actions.length, 2),
        new ActionBatch.Discrete(actions),
        new float[actions.length],
        lengths,
        returns);
  }

  private static Demonstrations three() {
    return demonstrations(
        new float[] {0.1f, -2, 1e-20f, 3e20f, 0, Float.MIN_VALUE}, new int[] {0, 2, 1}, 2, 1);
  }

  @Test
  void transitionsAreLinesOfNumbers() throws IOException {
    DemonstrationFile.write(observations, three());
    assertThat(text("observations")).isEqualTo("0.1 -2.0\n1.0E-20 3.0E20\n0.0 1.4E-45\n");
    assertThat(text("actions")).isEqualTo("0\n2\n1\n");
    assertThat(text("episodes")).isEqualTo("2 2.25\n1 1.25\n");
    Demonstrations read = DemonstrationFile.read(observations);
    assertThat(read.digest()).isEqualTo(three().digest());
    assertThat(read.discrete()).isTrue();
  }

  @Property(tries = 50)
  void realNumbersKeepTheirBits(@ForAll long seed) throws IOException {
    Path file = Files.createTempDirectory("pair").resolve("observations_x.csv");
    Random random = new Random(seed);
    float[] values = new float[12];
    float[] actions = new float[8];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt() & ~0x40000000);
    }
    for (int i = 0; i < actions.length; i++) {
      actions[i] = random.nextInt(3);
    }
    Demonstrations written =
        Demonstrations.of(
            new int[] {3},
            new ObservationBatch.Float32(values, 4, 3),
            new ActionBatch.Continuous(actions, 4, 2),
            new float[4],
            new int[] {4},
            new double[] {random.nextDouble()});
    DemonstrationFile.write(file, written);
    assertThat(DemonstrationFile.read(file).digest()).isEqualTo(written.digest());
    for (Path part : DemonstrationFile.parts(file)) {
      Files.delete(part);
    }
    Files.delete(file.getParent());
  }

  @Test
  void aPairOfAnotherProgramIsOneEpisode() throws IOException {
    write("observations", "0.000000000000000000e+00 1.5e0\n-1 2\n\n");
    write("actions", "1.000000000000000000e+00\n0.000000000000000000e+00\n");
    Demonstrations read = DemonstrationFile.read(observations);
    assertThat(read.episodes()).isEqualTo(1);
    assertThat(read.length(0)).isEqualTo(2);
    assertThat(read.episodeReturn(0)).isZero();
    assertThat(((ActionBatch.Discrete) read.actions()).values()).containsExactly(1, 0);
    assertThat(((ObservationBatch.Float32) read.observations()).values())
        .containsExactly(0, 1.5f, -1, 2);
  }

  @ParameterizedTest
  @CsvSource({"1.0, false", "1, true", "0.5, false", "1.0e+00, true", "'1 1', false", "-1, true"})
  void wholeNumbersAreIndices(String line, boolean discrete) throws IOException {
    write("observations", "0 0\n");
    write("actions", line + "\n");
    assertThat(DemonstrationFile.read(observations).discrete()).isEqualTo(discrete);
  }

  @Test
  void furtherEpisodesAreAppended() throws IOException {
    Demonstrations more = demonstrations(new float[] {7, 8}, new int[] {2}, 1);
    DemonstrationFile.append(observations, three());
    DemonstrationFile.append(observations, more);
    assertThat(text("actions")).isEqualTo("0\n2\n1\n2\n");
    assertThat(text("episodes")).isEqualTo("2 2.25\n1 1.25\n1 1.25\n");
    Demonstrations read = DemonstrationFile.read(observations);
    assertThat(read.digest()).isEqualTo(three().followedBy(more).digest());

    Path npz = folder.resolve("it.npz");
    DemonstrationFile.append(npz, three());
    DemonstrationFile.append(npz, more);
    assertThat(DemonstrationFile.read(npz).digest()).isEqualTo(read.digest());
  }

  @Test
  void onlyEpisodesOfTheSameKindAreAppended() throws IOException {
    DemonstrationFile.write(observations, three());
    Demonstrations wider =
        Demonstrations.of(
            new int[] {3},
            new ObservationBatch.Float32(new float[3], 1, 3),
            new ActionBatch.Discrete(new int[1]),
            new float[1],
            new int[] {1},
            new double[1]);
    assertThatThrownBy(() -> DemonstrationFile.append(observations, wider))
        .isInstanceOf(DemonstrationException.class)
        .hasMessage(
            "cannot append to %s: it holds observations [2] with discrete actions, these are observations [3]"
                    .formatted(observations)
                + " with discrete actions");
    Files.delete(folder.resolve("episodes_Task-v0.csv"));
    assertThatThrownBy(() -> DemonstrationFile.append(observations, three()))
        .isInstanceOf(DemonstrationException.class)
        .hasMessage(
            "cannot append to %s: %s, which says where its episodes end, is missing; write it with a"
                    .formatted(observations, folder.resolve("episodes_Task-v0.csv"))
                + " line LENGTH RETURN for each");
    assertThat(text("actions")).isEqualTo("0\n2\n1\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 2;3 4 | 0;1 | 1 5;1 | episodes_Task-v0.csv:2: expected LENGTH RETURN of an episode, for"
            + " example '200 200.0', found '1'",
        "1 2;3 4 | 0;1 | 1 5;2 5 | episodes_Task-v0.csv:2: the episodes up to here have 3"
            + " transitions, and observations_Task-v0.csv has 2",
        "1 2;3 4 | 0;1 | 1 5 | episodes_Task-v0.csv counts 1 transitions, expected 2 as"
            + " observations_Task-v0.csv has",
        "1 2;3 4 | 0;1 | 1.5 5 | episodes_Task-v0.csv:1: expected LENGTH RETURN",
        "1 2;3 | 0;1 | 2 5 | observations_Task-v0.csv:2: expected 2 numbers as in the first line,"
            + " found 1",
        "1 2;;3 x | 0;1 | 2 5 | observations_Task-v0.csv:3: expected numbers separated by spaces,"
            + " found 'x'",
        "1,2;3,4 | 0;1 | 2 5 | observations_Task-v0.csv:1: expected numbers separated by spaces,"
            + " found '1,2'",
        "1 2;3 NaN | 0;1 | 2 5 | observations_Task-v0.csv:2: expected a finite number, found 'NaN'",
        "1 2;3 4 | 0 | 2 5 | actions_Task-v0.csv has 1 lines, expected 2 as"
            + " observations_Task-v0.csv has: a line per transition",
        "1 2;3 4 | ; | 2 5 | actions_Task-v0.csv is empty; expected a line of numbers per step"
      })
  void damageIsNamedWithFileAndLine(String observed, String done, String episodes, String message)
      throws IOException {
    write("observations", observed.replace(';', '\n'));
    write("actions", done.replace(';', '\n'));
    write("episodes", episodes.replace(';', '\n'));
    assertThatThrownBy(() -> DemonstrationFile.read(observations))
        .isInstanceOf(DemonstrationException.class)
        .hasMessageContaining(folder + "/" + message);
  }

  @Test
  void missingPartsAndOtherNamesAreExplained() throws IOException {
    write("observations", "1 2\n");
    assertThatThrownBy(() -> DemonstrationFile.read(observations))
        .isInstanceOf(DemonstrationException.class)
        .hasMessageContaining("actions_Task-v0.csv is missing; demonstrations as text are");
    assertThatThrownBy(() -> DemonstrationFile.read(folder.resolve("data.csv")))
        .isInstanceOf(DemonstrationException.class)
        .hasMessageContaining("named by their observations, observations_NAME.csv");
    Demonstrations image =
        Demonstrations.of(
            new int[] {1, 1, 1},
            new ObservationBatch.UInt8(new byte[1], 1, 1),
            new ActionBatch.Discrete(new int[1]),
            new float[1],
            new int[] {1},
            new double[1]);
    assertThatThrownBy(() -> DemonstrationFile.write(observations, image))
        .isInstanceOf(DemonstrationException.class)
        .hasMessageContaining("images do not fit into lines of text");
    assertThat(DemonstrationFile.parts(observations))
        .isEqualTo(
            List.of(
                observations,
                folder.resolve("actions_Task-v0.csv"),
                folder.resolve("episodes_Task-v0.csv")));
    assertThat(DemonstrationFile.parts(folder.resolve("it.npz")))
        .containsExactly(folder.resolve("it.npz"));
  }
}
