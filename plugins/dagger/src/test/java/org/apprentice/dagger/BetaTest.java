package org.apprentice.dagger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BetaTest {
  @Test
  void fallsLinearlyToNothing() {
    Beta beta = new Beta(Beta.Schedule.LINEAR, 4, 0.5);

    assertThat(new double[] {beta.at(0), beta.at(1), beta.at(3), beta.at(4), beta.at(9)})
        .containsExactly(1, 0.75, 0.25, 0, 0);
  }

  @Test
  void fallsByAFactor() {
    Beta beta = new Beta(Beta.Schedule.EXPONENTIAL, 4, 0.3);

    assertThat(beta.at(0)).isOne();
    assertThat(beta.at(3)).isCloseTo(0.027, within(1e-12));
    assertThat(new Beta(Beta.Schedule.EXPONENTIAL, 1, 0).at(1)).isZero();
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new Beta(Beta.Schedule.LINEAR, 0, 0.5))
        .hasMessage("rounds must be at least 1, found 0");
    assertThatThrownBy(() -> new Beta(Beta.Schedule.EXPONENTIAL, 1, 1))
        .hasMessage("decay must be in [0, 1), found 1.0");
  }
}
