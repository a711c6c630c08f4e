package org.apprentice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.testkit.FaultyNetwork.Fault;
import org.apprentice.testkit.components.ElmanConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each promise of the contract is broken once, and noticed. */
class NetworkContractTest {
  @TempDir Path folder;

  @Test
  void correctNetworkPasses() throws IllegalAccessException {
    assertThat(failures(Fault.NONE)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "IGNORES_SEED, initialParametersComeFromTheSeed",
    "OTHER_SPEC, specIsTheOneAskedFor",
    "NOT_A_NUMBER, outputsAreFiniteAndDependOnEveryInput",
    "IGNORES_ACTIONS, outputsAreFiniteAndDependOnEveryInput",
    "WRONG_FEATURES, headsAreLinearInTheirFeatures",
    "DRIFTS, sameForwardGivesTheSameBits",
    "MIXES_ROWS, rowsDoNotMix",
    "ONE_GRADIENT_MISSING, gradientOfParametersPassesFiniteDifferences",
    "ACCUMULATES_GRADIENT, gradientOfParametersPassesFiniteDifferences",
    "NO_INPUT_GRADIENT, gradientOfInputsPassesFiniteDifferences",
    "ABSENT_GRADIENT_IS_ONE, headWithoutGradientCountsAsZero",
    "TANGENT_DOUBLED, tangentAgreesWithGradient",
    "ONE_PASS_FOR_ALL, passesAreIndependent",
    "PARAMETERS_ARE_A_COPY, changedParametersCount",
    "DOES_NOT_CARRY, stateIsCarriedFromStepToStep",
    "DOES_NOT_RESET, resetForgetsTheCarriedState",
    "EXPORTS_OTHERS, exportedZipOpensInPlainDl4j",
  })
  void faultIsCaught(Fault fault, String promise) throws IllegalAccessException {
    assertThat(failures(fault, promise)).containsExactly(promise);
  }

  private Set<String> failures(Fault fault, String... promises) throws IllegalAccessException {
    return ContractRunner.failures(
        NetworkContract.class, new Candidate(new FaultyNetwork.Plugin(fault)), folder, promises);
  }

  private record Candidate(NetworkPlugin<ElmanConfig> plugin)
      implements NetworkContract<ElmanConfig> {
    @Override
    public ElmanConfig config() {
      return new ElmanConfig(8);
    }

    @Override
    public int actionWidth() {
      return 2;
    }
  }
}
