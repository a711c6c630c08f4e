package org.apprentice.sarsa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TracesTest {
  private static final int WEIGHTS = 12;

  /** Each number is what is done: a weight and one of four operations. */
  @Property(tries = 200)
  void listAndDenseArrayAgree(
      @ForAll @Size(min = 1, max = 60)
          List<@IntRange(min = 0, max = 4 * WEIGHTS - 1) Integer> steps) {
    Traces traces = new Traces(WEIGHTS, 0);
    double[] learned = new double[WEIGHTS];
    double[] dense = new double[WEIGHTS];
    double[] expected = new double[WEIGHTS];
    for (int step : steps) {
      int weight = step % WEIGHTS;
      switch (step / WEIGHTS) {
        case 0 -> {
          traces.set(weight, 1);
          dense[weight] = 1;
        }
        case 1 -> {
          traces.add(weight, 1);
          dense[weight] += 1;
        }
        case 2 -> {
          traces.remove(weight);
          dense[weight] = 0;
        }
        default -> {
          traces.update(learned, 0.25, 0.75);
          for (int i = 0; i < WEIGHTS; i++) {
            expected[i] += 0.25 * dense[i];
            dense[i] *= 0.75;
          }
        }
      }
    }
    for (int i = 0; i < WEIGHTS; i++) {
      assertThat(traces.of(i)).isEqualTo(dense[i]);
    }
    assertThat(learned).containsExactly(expected, within(0.0));
    assertThat(traces.count())
        .isEqualTo((int) java.util.Arrays.stream(dense).filter(it -> it != 0).count());
  }

  @Test
  void tracesBelowTheThresholdAreDropped() {
    Traces traces = new Traces(WEIGHTS, 0.2);
    double[] weights = new double[WEIGHTS];
    traces.set(3, 1);
    traces.update(weights, 1, 0.5);
    traces.set(4, 1);
    traces.update(weights, 1, 0.5);
    assertThat(traces.of(3)).isEqualTo(0.25);
    traces.update(weights, 1, 0.5);
    assertThat(traces.of(3)).isZero();
    assertThat(traces.of(4)).isEqualTo(0.25);
    assertThat(traces.count()).isEqualTo(1);
    assertThat(weights[3]).isEqualTo(1.75);
  }

  @Test
  void noTraceIsLeftWhereNothingDecaysTo() {
    Traces traces = new Traces(WEIGHTS, 0);
    traces.set(3, 1);
    traces.update(new double[WEIGHTS], 1, 0);
    assertThat(traces.count()).isZero();
  }

  @Test
  void moreTracesThanExpectedFit() {
    Traces traces = new Traces(5000, 0.01);
    for (int i = 0; i < 5000; i++) {
      traces.set(i, i);
    }
    assertThat(traces.count()).isEqualTo(5000);
    assertThat(traces.of(4321)).isEqualTo(4321);
    traces.clear();
    assertThat(traces.count()).isZero();
    assertThat(traces.of(4321)).isZero();
  }
}
