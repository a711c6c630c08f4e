package org.apprentice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.Component;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.VectorEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Defaults with one fault each lie in this module's test resources. */
class ConfigContractTest {
  @TempDir Path folder;

  /** Settings of the environments below. */
  public record Settings(int maxEpisodeSteps, Optional<Double> gravity, Noise noise) {}

  /** A record within. */
  public record Noise(double scale) {
    public Noise {
      if (scale < 0) {
        throw new IllegalArgumentException("scale must be at least 0, found " + scale);
      }
    }
  }

  @Test
  void completeDefaultsPass() throws IllegalAccessException {
    assertThat(failures("faultless")).isEmpty();
  }

  @Test
  void missingDefaultIsCaught() throws IllegalAccessException {
    assertThat(failures("default-missing"))
        .contains("everySettingHasADocumentedDefault", "defaultsBindWithoutComplaint");
  }

  @Test
  void missingOptionalSettingIsCaught() throws IllegalAccessException {
    assertThat(failures("optional-missing")).contains("everySettingHasADocumentedDefault");
  }

  @Test
  void missingCommentIsCaught() throws IllegalAccessException {
    assertThat(failures("comment-missing")).contains("everySettingHasADocumentedDefault");
  }

  @Test
  void settingWithoutMeaningIsCaught() throws IllegalAccessException {
    assertThat(failures("left-over")).contains("defaultsBindWithoutComplaint");
  }

  @Test
  void defaultOutOfRangeIsCaught() throws IllegalAccessException {
    assertThat(failures("out-of-range")).contains("defaultsBindWithoutComplaint");
  }

  private java.util.Set<String> failures(String name) throws IllegalAccessException {
    return ContractRunner.failures(ConfigContract.class, new Candidate(new Still(name)), folder);
  }

  private record Candidate(Component<?> component) implements ConfigContract {}

  /** An environment that is named and never run. */
  private record Still(String name) implements EnvironmentPlugin<Settings> {
    @Override
    public Class<Settings> configType() {
      return Settings.class;
    }

    @Override
    public String description() {
      return "an environment that is never run";
    }

    @Override
    public EnvironmentSpec spec(Settings config) {
      return new EnvironmentSpec(BoxSpace.unbounded(1), new ActionSpace.Discrete(2));
    }

    @Override
    public VectorEnvironment create(Settings config, int copies) {
      throw new IllegalStateException("never run");
    }
  }
}
