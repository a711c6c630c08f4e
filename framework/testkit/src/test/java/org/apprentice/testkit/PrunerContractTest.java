package org.apprentice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.apprentice.spi.PrunerPlugin;
import org.apprentice.testkit.FaultyPruner.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each promise of the contract is broken once, and noticed. */
class PrunerContractTest {
  @TempDir Path folder;

  @Test
  void correctPrunerPasses() throws IllegalAccessException {
    assertThat(failures(new Candidate(Fault.NONE, true))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "REPEATS_A_RUNG, rungsAscendToTheirEnd",
    "OVERFLOWS, rungsAscendToTheirEnd",
    "GOES_ON_BEYOND_THE_LAST, rungsAscendToTheirEnd",
    "FORGETS_THE_LAST, judgesEachPointThatArrived",
    "SAYS_NOTHING_OF_ONE, judgesEachPointThatArrived",
    "SENDS_ON_WHAT_FAILED, whatFailedDoesNotGoOn",
    "WAITS_FOR_EVER, nobodyWaitsForThoseWhoWillNotCome",
    "STOPS_ALL, oneOfThoseThatDidNotFailGoesOn",
    "DEPENDS_ON_WHAT_WAS_ASKED, theSameQuestionHasTheSameAnswer",
  })
  void faultIsCaught(Fault fault, String promise) throws IllegalAccessException {
    assertThat(failures(new Candidate(fault, true), promise)).containsExactly(promise);
  }

  @Test
  void aPrunerMaySayThatItStopsAll() throws IllegalAccessException {
    assertThat(failures(new Candidate(Fault.STOPS_ALL, false))).isEmpty();
  }

  private Set<String> failures(Candidate candidate, String... promises)
      throws IllegalAccessException {
    return ContractRunner.failures(PrunerContract.class, candidate, folder, promises);
  }

  private record Candidate(Fault fault, boolean sendsOneOn)
      implements PrunerContract<FaultyPruner.Settings> {
    @Override
    public PrunerPlugin<FaultyPruner.Settings> plugin() {
      return new FaultyPruner.Plugin(fault);
    }

    @Override
    public FaultyPruner.Settings config() {
      return new FaultyPruner.Settings();
    }
  }
}
