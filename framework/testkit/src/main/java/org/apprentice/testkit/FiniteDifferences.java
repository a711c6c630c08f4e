package org.apprentice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares derivatives with central differences in float32. Where two step widths disagree, a kink
 * (of a rectifier) lies between, and the place says nothing about the derivative.
 */
final class FiniteDifferences {
  private static final float STEP = 4e-3f;

  /** What rounding alone can do to a difference of losses of this size. */
  private static final double NOISE = 4e-3;

  private int compared;
  private int smooth;
  private double worst;
  private String worstPlace = "";

  void compare(NetworkProbe probe, float[] values, int index, double derivative) {
    double wide = difference(probe, values, index, STEP);
    double narrow = difference(probe, values, index, STEP / 2);
    compared++;
    double scale = Math.max(Math.abs(wide), Math.abs(derivative));
    if (Math.abs(wide - narrow) > NOISE + 0.01 * scale) {
      return;
    }
    smooth++;
    double error = Math.abs(wide - derivative) / (NOISE + 0.01 * scale);
    if (!(error <= worst)) {
      worst = error;
      worstPlace = "element " + index + ": derivative " + derivative + ", difference " + wide;
    }
  }

  private static double difference(NetworkProbe probe, float[] values, int index, float step) {
    float value = values[index];
    values[index] = value + step;
    probe.network().parametersChanged();
    double above = probe.loss();
    float up = values[index];
    values[index] = value - step;
    probe.network().parametersChanged();
    double below = probe.loss();
    float down = values[index];
    values[index] = value;
    probe.network().parametersChanged();
    return (above - below) / ((double) up - down);
  }

  void assertAgreement(String what) {
    assertThat(smooth)
        .as("smooth places of %d", compared)
        .isGreaterThanOrEqualTo(compared * 8 / 10);
    assertThat(worst).as("worst derivative of %s, %s", what, worstPlace).isLessThanOrEqualTo(2);
  }
}
