package org.apprentice.core.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apprentice.spi.Distribution;
import org.apprentice.spi.Sampler;
import org.apprentice.spi.SearchSpace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TpeSamplerTest {
  private static final int EVALUATIONS = 60;

  static final SearchSpace BRANIN =
      new SearchSpace(
          List.of(
              new SearchSpace.Axis("x", new Distribution.Range(-5, 10, 0, false), Map.of()),
              new SearchSpace.Axis("y", new Distribution.Range(0, 15, 0, false), Map.of())));

  static Sampler tpe(SearchSpace space, int points, int batch, boolean grouped, long seed) {
    return new TpeSampler(
        new TpeSamplerPlugin.Config(points, 10, batch, 0.1, 24, grouped), space, seed);
  }

  static double value(Sampler.Point point, String key) {
    return Double.parseDouble(point.values().get(key));
  }

  /** Branin's function, whose least value is 0.397887, upside down. */
  static double branin(Sampler.Point point) {
    double x = value(point, "x");
    double valley = value(point, "y") - 5.1 / (4 * Math.PI * Math.PI) * x * x + 5 / Math.PI * x - 6;
    return -(valley * valley + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10);
  }

  /** Everything asked, told in an order that depends on {@code shuffle}. */
  static List<Sampler.Point> run(
      Sampler sampler, ToDoubleFunction<Sampler.Point> objective, int most, boolean shuffle) {
    List<Sampler.Point> all = new ArrayList<>();
    for (List<Sampler.Point> batch = sampler.ask(most); !batch.isEmpty(); ) {
      all.addAll(batch);
      List<Sampler.Point> order = new ArrayList<>(batch);
      if (shuffle) {
        Collections.reverse(order);
      }
      order.forEach(point -> sampler.tell(point, objective.applyAsDouble(point)));
      batch = sampler.ask(most);
    }
    return all;
  }

  private static double medianOfBest(LongFunction<Sampler> sampler) {
    double[] best =
        LongStream.rangeClosed(1, 20)
            .mapToDouble(
                seed ->
                    run(sampler.apply(seed), TpeSamplerTest::branin, 1000, false).stream()
                        .mapToDouble(TpeSamplerTest::branin)
                        .max()
                        .getAsDouble())
            .toArray();
    return Aggregate.MEDIAN.of(new double[][] {best});
  }

  @ParameterizedTest
  @CsvSource({"1, false", "4, false", "4, true"})
  void findsBetterPointsThanChance(int batch, boolean grouped) {
    double random = medianOfBest(seed -> new RandomSampler(BRANIN, EVALUATIONS, seed));
    double tpe = medianOfBest(seed -> tpe(BRANIN, EVALUATIONS, batch, grouped, seed));
    // The best there is has -0.397887: half of random's distance from it, or less.
    assertThat(-0.397887 - tpe).isBetween(0.0, 0.5 * (-0.397887 - random));
  }

  @Test
  void theOrderInWhichPointsFinishChangesNothing() {
    List<Sampler.Point> points =
        run(tpe(BRANIN, 30, 4, false, 3), TpeSamplerTest::branin, 1000, false);
    assertThat(points).hasSize(30);
    assertThat(run(tpe(BRANIN, 30, 4, false, 3), TpeSamplerTest::branin, 1000, true))
        .isEqualTo(points);
    assertThat(run(tpe(BRANIN, 30, 4, false, 4), TpeSamplerTest::branin, 1000, false))
        .isNotEqualTo(points);
  }

  @Test
  void aBatchWaitsForAllBeforeIt() {
    Sampler sampler = tpe(BRANIN, 30, 4, false, 1);
    List<Sampler.Point> startup = sampler.ask(100);
    assertThat(startup).hasSize(10);
    assertThat(sampler.ask(100)).isEmpty();
    startup.subList(1, 10).forEach(point -> sampler.tell(point, branin(point)));
    assertThat(sampler.ask(100)).isEmpty();
    sampler.tell(startup.get(0), Double.NaN);
    assertThat(sampler.ask(3)).hasSize(3);
    assertThat(sampler.ask(3)).hasSize(1);
    assertThatThrownBy(() -> sampler.tell(startup.get(0), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("point 0 waits for no objective");
  }

  /** With the network lstm, widths around 40 are best; mlp knows no width. */
  @ParameterizedTest
  @CsvSource({"false", "true"})
  void axesOfTheBetterChoiceAreSearched(boolean grouped) {
    SearchSpace space =
        new SearchSpace(
            List.of(
                new SearchSpace.Axis("network", List.of("mlp", "lstm")),
                new SearchSpace.Axis(
                    "depth", new Distribution.Range(1, 20, 1, false), Map.of("network", "mlp")),
                new SearchSpace.Axis(
                    "width", new Distribution.Range(1, 512, 1, true), Map.of("network", "lstm"))));
    List<Sampler.Point> points =
        run(
            tpe(space, EVALUATIONS, 4, grouped, 1),
            point ->
                point.values().get("network").equals("mlp")
                    ? -1000
                    : -Math.abs(value(point, "width") - 40),
            1000,
            false);
    assertThat(points)
        .allMatch(
            point ->
                point.values().containsKey("width") == point.values().get("network").equals("lstm")
                    && point.values().size() == 2);
    List<Sampler.Point> late = points.subList(EVALUATIONS / 2, points.size());
    assertThat(late.stream().filter(point -> point.values().containsKey("width")).count())
        .isGreaterThan(late.size() * 2 / 3);
    assertThat(late)
        .filteredOn(point -> point.values().containsKey("width"))
        .anyMatch(point -> Math.abs(value(point, "width") - 40) <= 2);
  }

  @Test
  void failedPointsAreNotGood() {
    SearchSpace space =
        new SearchSpace(
            List.of(new SearchSpace.Axis("x", new Distribution.Range(0, 1, 0, false), Map.of())));
    List<Sampler.Point> points =
        run(
            tpe(space, EVALUATIONS, 4, false, 1),
            point -> value(point, "x") > 0.5 ? Double.NaN : -Math.abs(value(point, "x") - 0.2),
            1000,
            false);
    long failed =
        IntStream.range(20, EVALUATIONS).filter(i -> value(points.get(i), "x") > 0.5).count();
    assertThat(failed).isLessThan(15);
  }
}
