package org.apprentice.trpo;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrpoConfigTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rollout-length = 0            | rollout-length must be at least 1, found 0",
        "sequence-length = 0           | sequence-length must be at least 1, found 0",
        "gamma = 1.01                  | gamma must be in [0, 1], found 1.01",
        "gamma = NaN                   | gamma must be in [0, 1], found NaN",
        "gae-lambda = -0.5             | gae-lambda must be in [0, 1], found -0.5",
        "max-kl = 0                    | max-kl must be greater than 0, found 0.0",
        "kl-tolerance = 0.9            | kl-tolerance must be at least 1, found 0.9",
        "conjugate-gradient-iterations = 0 | conjugate-gradient-iterations must be at least 1, found 0",
        "damping = -0.1                | damping must be at least 0, found -0.1",
        "residual-tolerance = NaN      | residual-tolerance must be at least 0, found NaN",
        "fisher-subsample = 0          | fisher-subsample must be at least 1, found 0",
        "line-search-steps = 0         | line-search-steps must be at least 1, found 0",
        "line-search-shrink = 1        | line-search-shrink must be in (0, 1), found 1.0",
        "line-search-shrink = 0        | line-search-shrink must be in (0, 1), found 0.0",
        "entropy = -1                  | entropy must be at least 0, found -1.0",
        "critic-updates = 0            | critic-updates must be at least 1, found 0",
        "critic-minibatch-size = 0     | critic-minibatch-size must be at least 1, found 0",
        "critic-learning-rate = 0      | critic-learning-rate must be greater than 0, found 0.0",
        "critic-max-gradient-norm = 0  | critic-max-gradient-norm must be greater than 0, found 0.0",
        "adam-epsilon = 0              | adam-epsilon must be greater than 0, found 0.0",
        "observation-clip = 0          | observation-clip must be greater than 0, found 0.0",
        "sde-sample-frequency = 0      | sde-sample-frequency must be at least 1, found 0",
        "policy-gain = 0               | policy-gain must be greater than 0, found 0.0",
        "initial-log-std = NaN         | initial-log-std must be a finite number, found NaN",
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
        "kl-tolerance = 1",
        "damping = 0",
        "residual-tolerance = 0",
        "fisher-subsample = 1",
        "line-search-shrink = 0.8",
        "critic-max-gradient-norm = 0.5",
        "sde-sample-frequency = 1",
        "initial-log-std = -2"
      })
  void boundsThatBelongToTheRangeAreTaken(String setting) {
    assertThatCode(() -> Trial.DEFAULTS.with(setting)).doesNotThrowAnyException();
  }
}
