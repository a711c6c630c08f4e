package org.apprentice.gail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ImitationRewardTest {
  /**
   * D is the probability of the expert; the rewards are computed from it as the papers write them.
   */
  @ParameterizedTest
  @CsvSource({"0.01", "0.2", "0.5", "0.8", "0.99"})
  void rewardsAreThoseOfThePapers(double d) {
    double logit = Math.log(d / (1 - d));

    assertThat(ImitationReward.LOG_D.of(logit)).isCloseTo(Math.log(d), within(1e-12));
    assertThat(ImitationReward.NEG_LOG_ONE_MINUS_D.of(logit))
        .isCloseTo(-Math.log(1 - d), within(1e-12));
    assertThat(ImitationReward.LOGIT.of(logit))
        .isCloseTo(Math.log(d) - Math.log(1 - d), within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({
    "LOG_D,               -0.6931, -2.1269, -0.1269",
    "NEG_LOG_ONE_MINUS_D,  0.6931,  0.1269,  2.1269",
    "LOGIT,                0,      -2,       2"
  })
  void signsSayWhatLongEpisodesAreWorth(
      ImitationReward reward, double unsure, double notExpert, double expert) {
    assertThat(reward.of(0)).isCloseTo(unsure, within(1e-4));
    assertThat(reward.of(-2)).isCloseTo(notExpert, within(1e-4));
    assertThat(reward.of(2)).isCloseTo(expert, within(1e-4));
  }

  @Property
  void looksMoreLikeTheExpertPaysMore(
      @ForAll ImitationReward reward,
      @ForAll @DoubleRange(min = -30, max = 30) double logit,
      @ForAll @DoubleRange(min = 0.01, max = 5) double more) {
    Assume.that(reward != ImitationReward.CONSTANT && reward != ImitationReward.NEGATIVE_CONSTANT);
    assertThat(reward.of(logit + more)).isGreaterThan(reward.of(logit));
  }

  @ParameterizedTest
  @EnumSource
  void certaintyStaysFinite(ImitationReward reward) {
    assertThat((float) reward.of(1e4)).isFinite();
    assertThat((float) reward.of(-1e4)).isFinite();
  }

  @Test
  void controlsSayNothingOfTheTransition() {
    assertThat(ImitationReward.CONSTANT.of(7)).isEqualTo(ImitationReward.CONSTANT.of(-7)).isOne();
    assertThat(ImitationReward.NEGATIVE_CONSTANT.of(7))
        .isEqualTo(ImitationReward.NEGATIVE_CONSTANT.of(-7))
        .isEqualTo(-1);
  }

  @Test
  void saturationIsExact() {
    assertThat(ImitationReward.NEG_LOG_ONE_MINUS_D.of(800)).isEqualTo(800);
    assertThat(ImitationReward.NEG_LOG_ONE_MINUS_D.of(-800)).isZero();
    assertThat(ImitationReward.LOG_D.of(-800)).isEqualTo(-800);
    assertThat(ImitationReward.NEG_LOG_ONE_MINUS_D.of(-40)).isCloseTo(Math.exp(-40), within(1e-30));
  }
}
