package org.apprentice.core.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.apprentice.spi.Distribution;
import org.apprentice.spi.Sampler;
import org.apprentice.spi.SearchSpace;
import org.junit.jupiter.api.Test;

class RandomSamplerTest {
  private static final int MANY = 2001;

  private static List<Sampler.Point> points(long seed, int count, SearchSpace.Axis... axes) {
    return new RandomSampler(new SearchSpace(List.of(axes)), count, seed).ask(count);
  }

  private static double[] drawn(Distribution distribution, long seed, int count) {
    return points(seed, count, new SearchSpace.Axis("x", distribution, Map.of())).stream()
        .mapToDouble(point -> Double.parseDouble(point.values().get("x")))
        .sorted()
        .toArray();
  }

  @Property(tries = 50)
  void numbersStayWithinTheirBounds(
      @ForAll long seed,
      @ForAll @DoubleRange(min = 0.01, max = 10) double low,
      @ForAll @DoubleRange(min = 0.01, max = 1000) double width,
      @ForAll boolean log) {
    Distribution range = new Distribution.Range(low, low + width, 0, log);
    for (double value : drawn(range, seed, 50)) {
      assertThat(value).isBetween(low, low + width);
    }
  }

  @Property(tries = 50)
  void valuesOfALatticeAreSoManyStepsFromItsBeginning(
      @ForAll long seed, @ForAll @IntRange(min = -50, max = 50) int low) {
    Distribution range = new Distribution.Range(low * 0.1, low * 0.1 + 0.95, 0.1, false);
    double[] all = drawn(range, seed, 50);
    assertThat(all).hasSize(10);
    for (int i = 0; i < all.length; i++) {
      assertThat(all[i]).isCloseTo((low + i) * 0.1, org.assertj.core.data.Offset.offset(1e-12));
    }
  }

  @Test
  void aLatticeIsWrittenWithoutRoundingErrors() {
    assertThat(points(1, 5, axis(new Distribution.Range(0.1, 0.5, 0.1, false))))
        .extracting(point -> point.values().get("x"))
        .containsExactlyInAnyOrder("0.1", "0.2", "0.3", "0.4", "0.5");
  }

  private static SearchSpace.Axis axis(Distribution distribution) {
    return new SearchSpace.Axis("x", distribution, Map.of());
  }

  @Test
  void halfOfALogUniformLiesBelowTheGeometricMean() {
    double[] values = drawn(new Distribution.Range(1e-5, 1e-1, 0, true), 1, MANY);
    // The median of the logarithm has a standard error of 0.5 * range / sqrt(n) = 0.045 decades.
    assertThat(Math.log10(values[MANY / 2])).isBetween(-3 - 3 * 0.045, -3 + 3 * 0.045);
  }

  @Test
  void halfOfAUniformLiesBelowItsMiddle() {
    double[] values = drawn(new Distribution.Range(2, 4, 0, false), 1, MANY);
    assertThat(values[MANY / 2]).isBetween(3 - 3 * 0.0224, 3 + 3 * 0.0224);
  }

  @Test
  void everyWholeNumberOfALogarithmicRangeComes() {
    Distribution range = new Distribution.Range(1, 16, 1, true);
    assertThat(drawn(range, 1, 16))
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
  }

  @Test
  void anAxisIsThereOnlyWithTheValueThatBringsIt() {
    List<Sampler.Point> points =
        points(
            1,
            40,
            new SearchSpace.Axis("network", List.of("mlp", "lstm")),
            new SearchSpace.Axis(
                "network.hidden",
                new Distribution.Range(1, 100, 1, false),
                Map.of("network", "lstm")));
    assertThat(points).hasSizeGreaterThan(20);
    assertThat(points)
        .allMatch(
            point ->
                point.values().containsKey("network.hidden")
                    == point.values().get("network").equals("lstm"));
    assertThat(points.stream().filter(point -> point.values().size() == 1)).hasSize(1);
  }

  @Test
  void anotherSeedDrawsOtherPoints() {
    Distribution range = new Distribution.Range(0, 1, 0, false);
    assertThat(drawn(range, 1, 5)).isEqualTo(drawn(range, 1, 5)).isNotEqualTo(drawn(range, 2, 5));
  }
}
