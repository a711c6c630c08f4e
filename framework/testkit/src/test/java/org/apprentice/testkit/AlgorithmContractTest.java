package org.apprentice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.testkit.FaultyAlgorithm.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each promise of the contract is broken once, and noticed. */
class AlgorithmContractTest {
  @TempDir Path folder;

  @Test
  void correctAlgorithmPasses() throws IllegalAccessException {
    assertThat(failures(Fault.NONE)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "IGNORES_SEED, otherSeedGivesOtherBits",
    "DEPENDS_ON_THE_CLOCK, sameSeedGivesTheSameBits",
    "FORGETS_GENERATOR, restoredTrainingContinuesBitForBit",
    "FORGETS_ENVIRONMENT, restoredTrainingContinuesBitForBit",
    "FORGETS_PROGRESS, restoredTrainingContinuesBitForBit",
    "FORGETS_TABLE, restoredTrainingContinuesBitForBit",
    "SAVING_DRAWS, restoredTrainingContinuesBitForBit",
    "ACCEPTS_ANY_CHECKPOINT, missingAndDamagedCheckpointsAreRefused",
    "UNGROUPED_METRIC, metricsAreGroupedAndFinite",
    "INFINITE_METRIC, metricsAreGroupedAndFinite",
    "LEARNS_NOTHING, learnsItsTaskWithinItsBudget",
    "RUNS_ON, learnsItsTaskWithinItsBudget",
    "STANDS_STILL, learnsItsTaskWithinItsBudget",
    "OTHER_UNIT, learnsItsTaskWithinItsBudget",
  })
  void faultIsCaught(Fault fault, String promise) throws IllegalAccessException {
    assertThat(failures(fault, promise)).containsExactly(promise);
  }

  private Set<String> failures(Fault fault, String... promises) throws IllegalAccessException {
    return ContractRunner.failures(
        AlgorithmContract.class,
        new Candidate(new FaultyAlgorithm.Plugin(fault)),
        folder,
        promises);
  }

  private record Candidate(AlgorithmPlugin<FaultyAlgorithm.Settings> plugin)
      implements AlgorithmContract<FaultyAlgorithm.Settings> {
    @Override
    public String experiment(Path folder) throws IOException {
      assertThat(Files.isDirectory(folder)).isTrue();
      return """
          environment { plugin = identity, copies = 4 }
          algorithm = faulty
          training.steps = 2000
          """;
    }

    @Override
    public double learnedReturn() {
      return 15;
    }
  }
}
