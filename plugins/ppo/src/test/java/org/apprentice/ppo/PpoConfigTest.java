package org.apprentice.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.apprentice.rl.Exploration;
import org.apprentice.rl.Schedule;
import org.apprentice.testkit.Defaults;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PpoConfigTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rollout-length = 0        | rollout-length must be at least 1, found 0",
        "minibatch-size = 0        | minibatch-size must be at least 1, found 0",
        "sequence-length = 0       | sequence-length must be at least 1, found 0",
        "kl-penalty = 0            | kl-penalty must be greater than 0, found 0.0",
        "kl-target = -1            | kl-target must be greater than 0, found -1.0",
        "epochs = -3               | epochs must be at least 1, found -3",
        "gamma = 1.01              | gamma must be in [0, 1], found 1.01",
        "gamma = -0.1              | gamma must be in [0, 1], found -0.1",
        "gamma = NaN               | gamma must be in [0, 1], found NaN",
        "gae-lambda = 1.5          | gae-lambda must be in [0, 1], found 1.5",
        "learning-rate = 0         | learning-rate must be greater than 0, found 0.0",
        "learning-rate = NaN       | learning-rate must be greater than 0, found NaN",
        "clip = 1.5                | clip must be in (0, 1), found 1.5",
        "clip = 1                  | clip must be in (0, 1), found 1.0",
        "clip = 0                  | clip must be in (0, 1), found 0.0",
        "value-clip = 0            | value-clip must be greater than 0, found 0.0",
        "value-coefficient = -1    | value-coefficient must be at least 0, found -1.0",
        "entropy = -0.01           | entropy must be at least 0, found -0.01",
        "max-gradient-norm = 0     | max-gradient-norm must be greater than 0, found 0.0",
        "target-kl = 0             | target-kl must be greater than 0, found 0.0",
        "adam-epsilon = 0          | adam-epsilon must be greater than 0, found 0.0",
        "observation-clip = 0      | observation-clip must be greater than 0, found 0.0",
        "sde-sample-frequency = 0  | sde-sample-frequency must be at least 1, found 0",
        "policy-gain = 0           | policy-gain must be greater than 0, found 0.0",
        "initial-log-std = NaN     | initial-log-std must be a finite number, found NaN",
      })
  void settingOutOfRangeIsRefused(String setting, String message) {
    assertThatThrownBy(() -> Trial.DEFAULTS.with(setting))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gamma = 0",
        "gamma = 1",
        "gae-lambda = 0",
        "gae-lambda = 1",
        "value-coefficient = 0",
        "entropy = 0",
        "value-clip = 1e-6",
        "target-kl = 1e-6",
        "max-gradient-norm = Infinity",
        "minibatch-size = 1",
        "initial-log-std = -2"
      })
  void boundsThatBelongToTheRangeAreTaken(String setting) {
    assertThatCode(() -> Trial.DEFAULTS.with(setting)).doesNotThrowAnyException();
  }

  @Test
  void defaultsNameEverySettingOnceInTheOrderOfTheRecord() {
    List<String> settings =
        Arrays.stream(PpoConfig.class.getRecordComponents())
            .map(RecordComponent::getName)
            .map(Defaults::kebab)
            .toList();
    assertThat(Trial.DEFAULTS.keys()).containsExactlyElementsOf(settings);
  }

  /** Those of Stable-Baselines3, but that the value coefficient is of half the squared error. */
  @Test
  void defaultsAreWhatTheirCommentsSay() {
    PpoConfig config = Trial.DEFAULTS.with();
    assertThat(config.rolloutLength()).isEqualTo(2048);
    assertThat(config.minibatchSize()).isEqualTo(64);
    assertThat(config.epochs()).isEqualTo(10);
    assertThat(config.gamma()).isEqualTo(0.99);
    assertThat(config.gaeLambda()).isEqualTo(0.95);
    assertThat(config.learningRate()).isEqualTo(3e-4);
    assertThat(config.learningRateSchedule()).isEqualTo(Schedule.CONSTANT);
    assertThat(config.clip()).isEqualTo(0.2);
    assertThat(config.valueClip()).isEmpty();
    assertThat(config.valueCoefficient()).isEqualTo(2 * 0.5);
    assertThat(config.entropy()).isZero();
    assertThat(config.maxGradientNorm()).isEqualTo(0.5);
    assertThat(config.targetKl()).isEmpty();
    assertThat(config.normalizeAdvantages()).isTrue();
    assertThat(config.observationClip()).isEqualTo(10);
    assertThat(config.exploration())
        .isEqualTo(
            new Exploration(Exploration.LogStd.INDEPENDENT, 0, 2048, Exploration.Actions.CLIP));
    assertThat(Trial.DEFAULTS.with("sde-sample-frequency = 4").exploration().noiseSteps())
        .isEqualTo(4);
    assertThat(config.sequenceLength()).isEmpty();
    assertThat(config.objective()).isEqualTo(PpoConfig.Objective.CLIP);
  }
}
