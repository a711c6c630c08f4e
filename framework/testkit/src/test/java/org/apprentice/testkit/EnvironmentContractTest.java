package org.apprentice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.testkit.FaultyEnvironment.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each promise of the contract is broken once, and noticed. */
class EnvironmentContractTest {
  @TempDir Path folder;

  @Test
  void correctEnvironmentPasses() throws IllegalAccessException {
    assertThat(failures(Fault.NONE)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "FORGETS_GENERATOR, restoredStateContinuesBitForBit",
    "FORGETS_LENGTH, restoredStateContinuesBitForBit",
    "IGNORES_SEED, otherSeedGivesOtherEpisodes",
    "KEEPS_EARLIER_EPISODES, sameSeedGivesTheSameBits",
    "SAVING_DRAWS, savingDisturbsNothing",
    "ACCEPTS_FOREIGN_STATES, foreignStatesAreRefused",
    "CRASHES_ON_FOREIGN_STATES, foreignStatesAreRefused",
    "COPIES_ARE_EQUAL, copiesDiffer",
    "STALE_FINAL_OBSERVATION, everyValidElementOfTheBatchesIsWritten",
    "SHOWS_FINAL_OBSERVATION, finishedCopiesShowTheNextEpisodeAtOnce",
    "LEAVES_TERMINATED, everyValidElementOfTheBatchesIsWritten",
    "KEEPS_BATCH, batchesBelongToTheCaller",
    "LEAVES_THE_SPACE, observationsLieInTheirSpace",
    "BOTH_FLAGS, finishedCopiesShowTheNextEpisodeAtOnce",
    "ENDS_UNFLAGGED, finishedCopiesShowTheNextEpisodeAtOnce",
    "COUNTS_ONE_TOO_FEW, episodeStatisticsAddUp",
    "RETURN_LACKS_LAST_REWARD, episodeStatisticsAddUp",
    "CLIPS_ACTIONS_SILENTLY, actionsOutsideTheSpaceAreRefused",
    "MASK_WITHOUT_FORCE, actionsThatAreNotAllowedAreRefused",
    "ALLOCATES, stepAllocatesNothing",
    "OTHER_SPEC, specOfThePluginIsTheEnvironments",
  })
  void faultIsCaught(Fault fault, String promise) throws IllegalAccessException {
    assertThat(failures(fault, promise)).containsExactly(promise);
  }

  private Set<String> failures(Fault fault, String... promises) throws IllegalAccessException {
    return ContractRunner.failures(
        EnvironmentContract.class,
        new Candidate(new FaultyEnvironment.Plugin(fault)),
        folder,
        promises);
  }

  private record Candidate(EnvironmentPlugin<FaultyEnvironment.Settings> plugin)
      implements EnvironmentContract<FaultyEnvironment.Settings> {
    @Override
    public FaultyEnvironment.Settings config() {
      return new FaultyEnvironment.Settings();
    }
  }
}
