package org.apprentice.core.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apprentice.spi.Distribution;
import org.apprentice.spi.Sampler;
import org.apprentice.spi.SearchSpace;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The figures of {@code results/benchmarks/studies.md}: the best of 60 points, by TPE and by
 * chance.
 */
class SamplerComparisonTest {
  private static final int POINTS = 60;
  private static final int REPETITIONS = 20;
  private static final int DRAWS = 10_000;

  private static final double[] HARTMANN_WEIGHTS = {1, 1.2, 3, 3.2};
  private static final double[][] HARTMANN_SCALES = {
    {10, 3, 17, 3.5, 1.7, 8},
    {0.05, 10, 17, 0.1, 8, 14},
    {3, 3.5, 1.7, 10, 17, 8},
    {17, 8, 0.05, 10, 0.1, 14}
  };
  private static final double[][] HARTMANN_CENTRES = {
    {0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886},
    {0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991},
    {0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650},
    {0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381}
  };

  /**
   * To be made large, as samplers do.
   *
   * @param largest the published optimum
   * @param at a place where it is
   */
  private record Function(
      SearchSpace space, ToDoubleFunction<Sampler.Point> value, double largest, List<Double> at) {

    static Function named(String name) {
      return switch (name) {
        case "branin" ->
            new Function(
                TpeSamplerTest.BRANIN, TpeSamplerTest::branin, -0.397887, List.of(Math.PI, 2.275));
        case "hartmann-6" ->
            new Function(
                new SearchSpace(IntStream.range(0, 6).mapToObj(Function::axis).toList()),
                SamplerComparisonTest::hartmann,
                3.32237,
                List.of(0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573));
        default -> throw new IllegalArgumentException(name);
      };
    }

    private static SearchSpace.Axis axis(int number) {
      return new SearchSpace.Axis("x" + number, new Distribution.Range(0, 1, 0, false), Map.of());
    }

    double bestOf(Sampler sampler) {
      return TpeSamplerTest.run(sampler, value, 1000, false).stream()
          .mapToDouble(value)
          .max()
          .orElseThrow();
    }
  }

  private static double hartmann(Sampler.Point point) {
    double sum = 0;
    for (int i = 0; i < HARTMANN_WEIGHTS.length; i++) {
      double exponent = 0;
      for (int j = 0; j < HARTMANN_SCALES[i].length; j++) {
        double distance = TpeSamplerTest.value(point, "x" + j) - HARTMANN_CENTRES[i][j];
        exponent += HARTMANN_SCALES[i][j] * distance * distance;
      }
      sum += HARTMANN_WEIGHTS[i] * Math.exp(-exponent);
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(strings = {"branin", "hartmann-6"})
  void functionsHaveTheirPublishedOptima(String name) {
    Function function = Function.named(name);
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < function.at().size(); i++) {
      values.put(function.space().axes().get(i).key(), function.at().get(i).toString());
    }
    assertThat(function.value().applyAsDouble(new Sampler.Point(0, values)))
        .isCloseTo(function.largest(), within(1e-5));
  }

  @ParameterizedTest
  @CsvSource({
    "branin, 1, false",
    "branin, 4, false",
    "branin, 4, true",
    "hartmann-6, 1, false",
    "hartmann-6, 4, false",
    "hartmann-6, 4, true"
  })
  void findsBetterPointsThanRandomSearchFromTheSameStart(String name, int batch, boolean grouped) {
    Function function = Function.named(name);
    double[] random = best(function, seed -> new RandomSampler(function.space(), POINTS, seed));
    double[] tpe =
        best(function, seed -> TpeSamplerTest.tpe(function.space(), POINTS, batch, grouped, seed));
    double[] gains = IntStream.range(0, REPETITIONS).mapToDouble(i -> tpe[i] - random[i]).toArray();
    double[] interval = interval(gains);
    String figures =
        String.format(
            Locale.ROOT,
            "%s, batch %d%s: regret of tpe %.4f, of random %.4f;"
                + " tpe gains %.4f [%.4f, %.4f], better in %d of %d",
            name,
            batch,
            grouped ? ", grouped" : "",
            function.largest() - mean(tpe),
            function.largest() - mean(random),
            mean(gains),
            interval[0],
            interval[1],
            Arrays.stream(gains).filter(gain -> gain > 0).count(),
            REPETITIONS);
    System.out.println(figures);
    assertThat(interval[0]).as(figures).isPositive();
  }

  private static double[] best(Function function, LongFunction<Sampler> sampler) {
    return LongStream.rangeClosed(1, REPETITIONS)
        .mapToDouble(seed -> function.bestOf(sampler.apply(seed)))
        .toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  /** The 95 % percentile interval of the mean, by bootstrap. */
  private static double[] interval(double[] values) {
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(1L);
    double[] means = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      for (int j = 0; j < values.length; j++) {
        means[i] += values[random.nextInt(values.length)] / values.length;
      }
    }
    Arrays.sort(means);
    return new double[] {means[DRAWS / 40], means[DRAWS - 1 - DRAWS / 40]};
  }
}
