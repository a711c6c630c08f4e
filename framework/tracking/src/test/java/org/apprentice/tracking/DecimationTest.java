package org.apprentice.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apprentice.spi.RunEvent;
import org.junit.jupiter.api.Test;

class DecimationTest {
  private static final RunEvent FINISHED =
      new RunEvent.Finished(RunEvent.Status.FINISHED, Events.TIME);
  private static final RunEvent KILLED = new RunEvent.Finished(RunEvent.Status.KILLED, Events.TIME);

  private static List<RunEvent> points(long count, LongToDoubleFunction value) {
    return new ArrayList<>(
        LongStream.range(0, count)
            .mapToObj(step -> Events.metric("loss", value.applyAsDouble(step), step))
            .toList());
  }

  private static List<RunEvent.Metric> metrics(List<RunEvent> events) {
    return events.stream()
        .filter(RunEvent.Metric.class::isInstance)
        .map(RunEvent.Metric.class::cast)
        .toList();
  }

  private static List<RunEvent> thinned(int most, List<RunEvent> events) {
    return new Decimation(most).apply(events);
  }

  /** Values of any kind, extremes anywhere, with interruptions between them. */
  @Provide
  Arbitrary<List<RunEvent>> runs() {
    Arbitrary<Integer> lengths =
        Arbitraries.oneOf(
            Arbitraries.integers().between(1, 120), Arbitraries.integers().between(1, 5_000));
    return Combinators.combine(lengths, Arbitraries.longs(), Arbitraries.integers().between(0, 6))
        .as(
            (length, seed, interruptions) -> {
              Random random = new Random(seed);
              List<RunEvent> run = points(length, step -> value(random));
              for (int i = 0; i < interruptions; i++) {
                run.add(random.nextInt(run.size() + 1), KILLED);
              }
              run.add(FINISHED);
              return run;
            });
  }

  private static double value(Random random) {
    return switch (random.nextInt(40)) {
      case 0 -> Double.NaN;
      case 1 -> Double.POSITIVE_INFINITY;
      case 2 -> Double.NEGATIVE_INFINITY;
      case 3 -> 1e6 * random.nextGaussian();
      default -> random.nextGaussian();
    };
  }

  @Property(tries = 300)
  void sendsFewEnoughAndWithThemTheFirstTheLastAndTheExtremes(
      @ForAll("runs") List<RunEvent> run, @ForAll @IntRange(min = 100, max = 400) int most) {
    List<RunEvent.Metric> all = metrics(run);
    List<RunEvent.Metric> sent = metrics(thinned(most, run));
    assertThat(sent).hasSizeLessThanOrEqualTo(most).doesNotHaveDuplicates();
    assertThat(sent).contains(all.get(0), all.get(all.size() - 1));
    Comparator<RunEvent.Metric> order = Comparator.comparingDouble(RunEvent.Metric::value);
    List<RunEvent.Metric> numbers = all.stream().filter(it -> !Double.isNaN(it.value())).toList();
    if (!numbers.isEmpty()) {
      double least = numbers.stream().min(order).orElseThrow().value();
      double largest = numbers.stream().max(order).orElseThrow().value();
      assertThat(sent).extracting(RunEvent.Metric::value).contains(least, largest);
    }
    all.stream()
        .filter(it -> Double.isNaN(it.value()))
        .findFirst()
        .ifPresent(it -> assertThat(sent).contains(it));
  }

  @Property(tries = 100)
  void losesNothingOfRunsThatAreShortEnough(
      @ForAll("runs") List<RunEvent> run, @ForAll @IntRange(min = 100, max = 6_000) int most) {
    if (metrics(run).size() <= most) {
      assertThat(metrics(thinned(most, run))).containsExactlyInAnyOrderElementsOf(metrics(run));
    }
  }

  @Property(tries = 100)
  void batchesMakeNoDifference(@ForAll("runs") List<RunEvent> run, @ForAll long seed) {
    Random random = new Random(seed);
    Decimation decimation = new Decimation(150);
    List<RunEvent> inBatches = new ArrayList<>();
    int start = 0;
    while (start < run.size()) {
      int end = Math.min(run.size(), start + 1 + random.nextInt(200));
      inBatches.addAll(decimation.apply(run.subList(start, end)));
      start = end;
    }
    assertThat(inBatches).isEqualTo(thinned(150, run));
  }

  @Property(tries = 100)
  void otherMetricsBetweenMakeNoDifference(@ForAll("runs") List<RunEvent> run, @ForAll long seed) {
    Random random = new Random(seed);
    List<RunEvent> mixed = new ArrayList<>();
    for (RunEvent event : run) {
      for (int others = random.nextInt(3); others > 0; others--) {
        mixed.add(Events.metric("other", random.nextGaussian(), mixed.size()));
      }
      mixed.add(event);
    }
    List<RunEvent> sent = thinned(150, mixed);
    assertThat(
            sent.stream()
                .filter(
                    it -> !(it instanceof RunEvent.Metric metric) || metric.key().equals("loss")))
        .isEqualTo(thinned(150, run));
  }

  @Test
  void keepsTheOutlineOfALongRun() {
    // One spike among a hundred times as many points as pass, and a slow wave.
    LongToDoubleFunction wave = step -> step == 777_777 ? 9 : Math.sin(step / 50_000.0);
    List<RunEvent> run = points(1_000_000, wave);
    run.add(FINISHED);
    List<RunEvent.Metric> sent = metrics(thinned(10_000, run));
    assertThat(sent).hasSizeBetween(7_000, 10_000);
    assertThat(sent).extracting(RunEvent.Metric::value).contains(9.0);
    long before = 0;
    long widest = 0;
    for (RunEvent.Metric point : sent) {
      widest = Math.max(widest, point.step() - before);
      before = Math.max(before, point.step());
    }
    assertThat(widest).as("points left out in a row").isLessThan(20_000);
  }

  @Test
  void sendsTheBeginningAtOnce() {
    Decimation decimation = new Decimation(100);
    for (RunEvent point : points(50, step -> step)) {
      assertThat(decimation.apply(List.of(point))).containsExactly(point);
    }
  }

  @Test
  void passesEverythingButMetricsAndAllOfThemIfAsked() {
    List<RunEvent> run = points(10_000, step -> step);
    run.add(0, new RunEvent.Started(Events.TIME));
    run.add(5_000, new RunEvent.Tag("tag", "value"));
    run.add(FINISHED);
    assertThat(thinned(0, run)).isEqualTo(run);
    assertThat(new HashSet<>(thinned(100, run)))
        .contains(run.get(0), run.get(5_000), FINISHED)
        .hasSizeLessThan(104);
  }

  @Test
  void refusesToThinToNothing() {
    assertThatThrownBy(() -> new Decimation(99))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mostPoints must be 0 or at least 100, found 99");
  }
}
