package org.apprentice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.apprentice.spi.SamplerPlugin;
import org.apprentice.testkit.FaultySampler.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each promise of the contract is broken once, and noticed. */
class SamplerContractTest {
  @TempDir Path folder;

  @Test
  void correctSamplerPasses() throws IllegalAccessException {
    assertThat(failures(Fault.NONE)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "DEPENDS_ON_THE_CLOCK, sameSeedGivesTheSamePoints",
    "ASKS_TOO_MUCH, askNeverGivesMoreThanAskedFor",
    "FORGETS_AN_AXIS, pointsGiveEveryAxisOneOfItsValues",
    "INVENTS_A_VALUE, pointsGiveEveryAxisOneOfItsValues",
    "REPEATS_IDS, pointsHaveIdsOfTheirOwn",
    "REPEATS_POINTS, visitsEveryPointOnce",
    "MISSES_THE_LAST, visitsEveryPointOnce",
    "NEVER_ENDS, visitsEveryPointOnce",
  })
  void faultIsCaught(Fault fault, String promise) throws IllegalAccessException {
    assertThat(failures(fault, promise)).containsExactly(promise);
  }

  private Set<String> failures(Fault fault, String... promises) throws IllegalAccessException {
    return ContractRunner.failures(
        SamplerContract.class, new Candidate(new FaultySampler.Plugin(fault)), folder, promises);
  }

  private record Candidate(SamplerPlugin<FaultySampler.Settings> plugin)
      implements SamplerContract<FaultySampler.Settings> {
    @Override
    public FaultySampler.Settings config() {
      return new FaultySampler.Settings();
    }
  }
}
