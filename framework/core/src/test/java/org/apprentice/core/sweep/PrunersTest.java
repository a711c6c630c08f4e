package org.apprentice.core.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apprentice.spi.Pruner;
import org.apprentice.spi.Pruner.Course;
import org.apprentice.spi.Pruner.Verdict;
import org.junit.jupiter.api.Test;

class PrunersTest {
  private static Pruner asha(long rung, int reduction) {
    return new AshaPruner(new AshaPrunerPlugin.Config(rung, reduction));
  }

  private static Pruner median(int startup) {
    return new MedianPruner(new MedianPrunerPlugin.Config(10, 5, startup));
  }

  private static Course running(Double... scores) {
    return new Course(Arrays.asList(scores), false);
  }

  private static Course complete(Double... scores) {
    return new Course(Arrays.asList(scores), true);
  }

  @Test
  void rungsLieWhereTheirSettingsSay() {
    assertThat(IntStream.range(0, 4).mapToObj(asha(1000, 3)::rung))
        .containsExactly(
            OptionalLong.of(1000),
            OptionalLong.of(3000),
            OptionalLong.of(9000),
            OptionalLong.of(27000));
    assertThat(asha(1000, 3).rung(60)).isEmpty();
    assertThat(IntStream.range(0, 3).mapToObj(median(1)::rung))
        .containsExactly(OptionalLong.of(10), OptionalLong.of(15), OptionalLong.of(20));
    assertThat(Pruner.NONE.rung(0)).isEmpty();
    assertThatThrownBy(() -> asha(1000, 1)).hasMessage("reduction must be at least 2, found 1");
    assertThatThrownBy(() -> asha(0, 2)).hasMessage("rung must be at least 1, found 0");
    assertThatThrownBy(() -> median(0)).hasMessage("startup must be at least 1, found 0");
  }

  /** Counts, for each, how many are better: those with fewer than a part of all go on. */
  @Property(tries = 200, seed = "20260102")
  void theBestPartOfARungGoesOn(
      @ForAll @Size(min = 1, max = 30) List<@DoubleRange(min = -9, max = 9) Double> scores,
      @ForAll @IntRange(min = 2, max = 5) int reduction) {
    List<Course> arrived = scores.stream().map(it -> running(it)).toList();
    int part = scores.size() / reduction;
    List<Verdict> some = asha(1, reduction).judge(0, arrived, List.of(), false);
    List<Verdict> all = asha(1, reduction).judge(0, arrived, List.of(), true);
    for (int i = 0; i < scores.size(); i++) {
      int better = 0;
      for (int j = 0; j < scores.size(); j++) {
        double difference = scores.get(j) - scores.get(i);
        better += difference > 0 || (difference == 0 && j < i) ? 1 : 0;
      }
      assertThat(some.get(i)).isEqualTo(better < part ? Verdict.GO_ON : Verdict.WAIT);
      assertThat(all.get(i)).isEqualTo(better < Math.max(1, part) ? Verdict.GO_ON : Verdict.STOP);
    }
  }

  @Test
  void whatFailedNeverGoesOn() {
    List<Course> failed = List.of(running(Double.NaN), running(Double.NaN));
    assertThat(asha(1, 2).judge(0, failed, List.of(), true)).containsOnly(Verdict.STOP);
    List<Course> mixed =
        List.of(running(Double.NaN), running(1.0), running(Double.NaN), running(0.0));
    assertThat(asha(1, 2).judge(0, mixed, List.of(), true))
        .containsExactly(Verdict.STOP, Verdict.GO_ON, Verdict.STOP, Verdict.GO_ON);
  }

  @Test
  void whatIsFurtherStillCountsAtALowerRung() {
    // Two of four: the one that went on before is the best, and has since got worse.
    List<Course> arrived =
        List.of(running(5.0, -1.0), running(1.0), running(3.0), complete(2.0, 9.0, 9.0));
    assertThat(asha(1, 2).judge(0, arrived, List.of(), false))
        .containsExactly(Verdict.GO_ON, Verdict.WAIT, Verdict.GO_ON, Verdict.WAIT);
  }

  @Test
  void stoppedBelowTheMedianOfTheRunningAveragesOfCompletePoints() {
    // Averages up to the second rung: 2, 3 and 6; what came after does not count.
    List<Course> before =
        List.of(complete(1.0, 3.0, 90.0), complete(2.0, 4.0, 90.0), complete(6.0, 6.0, -90.0));
    List<Course> arrived =
        List.of(running(0.0, 2.9), running(0.0, 3.0), running(3.5, 0.0), running(-1.0, -2.0));
    assertThat(median(3).judge(1, arrived, before, false))
        .containsExactly(Verdict.STOP, Verdict.GO_ON, Verdict.GO_ON, Verdict.STOP);
    assertThat(median(4).judge(1, arrived, before, false)).containsOnly(Verdict.GO_ON);
  }

  @Test
  void aBatchIsComparedWithItselfWhileNoneIsComplete() {
    List<Course> batch = List.of(running(1.0), running(2.0), running(3.0), running(Double.NaN));
    assertThat(median(3).judge(0, batch, List.of(), true))
        .containsExactly(Verdict.STOP, Verdict.GO_ON, Verdict.GO_ON, Verdict.STOP);
    assertThat(median(4).judge(0, batch, List.of(), true))
        .containsExactly(Verdict.GO_ON, Verdict.GO_ON, Verdict.GO_ON, Verdict.STOP);
  }

  @Property(tries = 200, seed = "20260103")
  void theMedianRuleIsThatOfItsPaper(
      @ForAll @Size(min = 1, max = 12)
          List<@Size(3) List<@DoubleRange(min = -9, max = 9) Double>> peers,
      @ForAll @Size(2) List<@DoubleRange(min = -9, max = 9) Double> scores) {
    List<Double> averages = new ArrayList<>();
    for (List<Double> peer : peers) {
      averages.add((peer.get(0) + peer.get(1)) / 2);
    }
    Collections.sort(averages);
    int half = averages.size() / 2;
    double middle =
        averages.size() % 2 == 1
            ? averages.get(half)
            : (averages.get(half - 1) + averages.get(half)) / 2;
    boolean worse = Math.max(scores.get(0), scores.get(1)) < middle;
    List<Course> complete = peers.stream().map(it -> new Course(it, true)).toList();
    List<Course> arrived = new ArrayList<>(complete);
    arrived.add(new Course(scores, false));
    assertThat(median(1).judge(1, arrived, List.of(), false).get(peers.size()))
        .isEqualTo(worse ? Verdict.STOP : Verdict.GO_ON);
  }
}
