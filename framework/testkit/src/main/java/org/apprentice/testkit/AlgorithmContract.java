package org.apprentice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.spi.Component;
import org.apprentice.spi.Iteration;
import org.apprentice.spi.Progress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every algorithm keeps, wired as a trial is. A test class implements this and gives an
 * experiment that the algorithm learns within seconds; several in one class by {@code @Nested}
 * classes.
 *
 * @param <C> the algorithm's settings
 */
public interface AlgorithmContract<C extends Record> extends ConfigContract {
  AlgorithmPlugin<C> plugin();

  /**
   * HOCON of the whole experiment: one of the testkit's environments (or another small one), a
   * network if the algorithm uses one, the algorithm and its budget. Components come from the class
   * path.
   *
   * @param folder is empty, holds the experiment file, and takes files that the experiment names,
   *     such as demonstrations
   */
  String experiment(Path folder) throws IOException;

  /** The mean return that counts as learned; an untrained policy stays below. */
  double learnedReturn();

  /** How many iterations are compared bit for bit, before and after a checkpoint each. */
  default int iterations() {
    return 2;
  }

  @Override
  default Component<?> component() {
    return plugin();
  }

  private AlgorithmProbe open(Path folder, String... overrides) throws IOException {
    Path file = folder.resolve("experiment.conf");
    if (!Files.exists(file)) {
      Files.writeString(file, experiment(folder));
    }
    return AlgorithmProbe.open(plugin(), file, List.of(overrides));
  }

  @Test
  default void sameSeedGivesTheSameBits(@TempDir Path folder) throws IOException {
    try (AlgorithmProbe one = open(folder);
        AlgorithmProbe other = open(folder)) {
      assertThat(other.iterations(iterations())).isEqualTo(one.iterations(iterations()));
      assertThat(other.knowledge()).isEqualTo(one.knowledge());
    }
  }

  @Test
  default void otherSeedGivesOtherBits(@TempDir Path folder) throws IOException {
    try (AlgorithmProbe one = open(folder, "training.seed=101");
        AlgorithmProbe other = open(folder, "training.seed=102")) {
      assertThat(other.iterations(iterations())).isNotEqualTo(one.iterations(iterations()));
    }
  }

  @Test
  default void restoredTrainingContinuesBitForBit(@TempDir Path folder) throws IOException {
    Path start = Files.createDirectories(folder.resolve("start"));
    Path middle = Files.createDirectories(folder.resolve("middle"));
    try (AlgorithmProbe undisturbed = open(folder);
        AlgorithmProbe saved = open(folder);
        AlgorithmProbe fromStart = open(folder);
        AlgorithmProbe fromMiddle = open(folder)) {
      List<String> first = undisturbed.iterations(iterations());
      List<String> second = undisturbed.iterations(iterations());

      saved.algorithm().save(start);
      assertThat(saved.iterations(iterations()))
          .as("after a checkpoint at the start")
          .isEqualTo(first);
      saved.algorithm().save(middle);
      assertThat(saved.iterations(iterations())).as("after a checkpoint").isEqualTo(second);

      fromStart.algorithm().restore(start);
      assertThat(fromStart.iterations(iterations())).as("restored to the start").isEqualTo(first);
      fromMiddle.iterations(1);
      fromMiddle.algorithm().restore(middle);
      assertThat(fromMiddle.algorithm().progress())
          .as("restored progress")
          .isEqualTo(fromStart.algorithm().progress());
      assertThat(fromMiddle.iterations(iterations()))
          .as("restored to the middle")
          .isEqualTo(second);
      assertThat(fromMiddle.knowledge()).isEqualTo(undisturbed.knowledge());
    }
  }

  @Test
  default void missingAndDamagedCheckpointsAreRefused(@TempDir Path folder) throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    Path intact = Files.createDirectories(folder.resolve("intact"));
    try (AlgorithmProbe saved = open(folder);
        AlgorithmProbe other = open(folder)) {
      saved.iterations(1);
      saved.algorithm().save(intact);
      assertRefused(other.algorithm(), empty, "an empty folder");
      List<Path> files;
      try (Stream<Path> listed = Files.walk(intact)) {
        files = listed.filter(Files::isRegularFile).sorted().toList();
      }
      assertThat(files).as("files of a checkpoint").isNotEmpty();
      for (Path file : files) {
        byte[] content = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(content, content.length / 2));
        assertRefused(other.algorithm(), intact, "half of " + file.getFileName());
        Files.write(file, content);
      }
    }
  }

  private static void assertRefused(Algorithm algorithm, Path checkpoint, String what) {
    assertThatThrownBy(() -> algorithm.restore(checkpoint))
        .as(what)
        .isInstanceOfAny(IOException.class, IllegalArgumentException.class)
        .hasMessageMatching("(?s).{10,}");
  }

  @Test
  default void metricsAreGroupedAndFinite(@TempDir Path folder) throws IOException {
    try (AlgorithmProbe probe = open(folder)) {
      Iteration iteration = probe.algorithm().iterate();
      assertThat(iteration.metrics()).isNotEmpty();
      for (Map.Entry<String, Double> metric : iteration.metrics().entrySet()) {
        assertThat(metric.getKey()).as("name of a metric").matches("[a-z0-9-]+(/[a-z0-9-]+)+");
        assertThat(metric.getValue().isInfinite()).as("%s is infinite", metric.getKey()).isFalse();
      }
    }
  }

  @Test
  default void learnsItsTaskWithinItsBudget(@TempDir Path folder) throws IOException {
    try (AlgorithmProbe probe = open(folder)) {
      Algorithm algorithm = probe.algorithm();
      assertThat(probe.evaluate()).as("mean return before training").isLessThan(learnedReturn());
      Progress before = algorithm.progress();
      assertThat(before.done()).isZero();
      assertThat(before.unit()).isEqualTo(plugin().progressUnit());
      while (!algorithm.finished()) {
        assertThat(before.done())
            .as("progress of an unfinished training")
            .isLessThan(before.total());
        algorithm.iterate();
        Progress after = algorithm.progress();
        assertThat(after.done()).as("progress after an iteration").isGreaterThan(before.done());
        assertThat(after.total()).isEqualTo(before.total());
        before = after;
      }
      assertThat(probe.evaluate())
          .as("mean return after training")
          .isGreaterThanOrEqualTo(learnedReturn());
    }
  }
}
