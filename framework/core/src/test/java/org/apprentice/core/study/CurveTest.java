package org.apprentice.core.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class CurveTest {
  private static final Curve CURVE =
      Curve.of(
          List.of(
              new Curve.Point(10, 1),
              new Curve.Point(20, 3),
              new Curve.Point(30, Double.NaN),
              new Curve.Point(40, 7)));

  @Test
  void isStraightBetweenItsPointsAndLevelAround() {
    assertThat(CURVE.at(0)).isEqualTo(1);
    assertThat(CURVE.at(10)).isEqualTo(1);
    assertThat(CURVE.at(15)).isEqualTo(2);
    assertThat(CURVE.at(25)).isEqualTo(4);
    assertThat(CURVE.at(40)).isEqualTo(7);
    assertThat(CURVE.at(1000)).isEqualTo(7);
  }

  /**
   * By hand: 10 x 1 + 10 x 2 + 20 x 5 + 10 x 7 = 200 over 50, and 10 + 20 + 10 x 4 = 70 over 30.
   */
  @Test
  void itsAreaIsThatOfTrapezoids() {
    assertThat(CURVE.meanHeight(50)).isCloseTo(4, within(1e-12));
    assertThat(CURVE.meanHeight(30)).isCloseTo(70 / 30.0, within(1e-12));
    assertThat(CURVE.meanHeight(5)).isCloseTo(1, within(1e-12));
  }

  @Test
  void aLevelCurveHasItsHeightWhateverTheBudget() {
    Curve level = Curve.of(List.of(new Curve.Point(100, 5), new Curve.Point(200, 5)));
    assertThat(level.meanHeight(50)).isEqualTo(5);
    assertThat(level.meanHeight(1000)).isEqualTo(5);
  }

  @Test
  void theFirstPointAtTheThresholdCounts() {
    assertThat(CURVE.stepsTo(3, false)).hasValue(20);
    assertThat(CURVE.stepsTo(3.5, false)).hasValue(40);
    assertThat(CURVE.stepsTo(8, false)).isEmpty();
    assertThat(CURVE.stepsTo(1, true)).hasValue(10);
    assertThat(CURVE.stepsTo(0.5, true)).isEmpty();
  }

  @Test
  void ofARepeatedStepTheLastPointCounts() {
    Curve curve = Curve.of(List.of(new Curve.Point(5, 1), new Curve.Point(5, 2)));
    assertThat(curve.values()).containsExactly(2);
  }
}
