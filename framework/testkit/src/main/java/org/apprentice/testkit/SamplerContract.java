package org.apprentice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apprentice.spi.Component;
import org.apprentice.spi.Distribution;
import org.apprentice.spi.Sampler;
import org.apprentice.spi.SamplerPlugin;
import org.apprentice.spi.SearchSpace;
import org.junit.jupiter.api.Test;

/**
 * What every sampler keeps. A test class implements this and gives the sampler.
 *
 * @param <C> the sampler's settings
 */
public interface SamplerContract<C extends Record> extends ConfigContract {
  /** Twelve points of a grid. */
  SearchSpace SPACE =
      new SearchSpace(
          List.of(
              new SearchSpace.Axis("algorithm.clip", List.of("0.1", "0.2", "0.3")),
              new SearchSpace.Axis("network", List.of("mlp", "gru")),
              new SearchSpace.Axis("network.hidden", List.of("[64, 64]", "[8]"))));

  SamplerPlugin<C> plugin();

  C config();

  /** Whether the sampler visits every point of the space once and then has no more. */
  default boolean exhaustive() {
    return true;
  }

  @Override
  default Component<?> component() {
    return plugin();
  }

  /** Lists of any length, unless the sampler can search no such space. */
  default SearchSpace space() {
    return SPACE;
  }

  private Sampler create(long seed) {
    return plugin().create(config(), space(), seed);
  }

  /** Asks for up to {@code most} points in portions, telling an objective for each. */
  private static List<Sampler.Point> run(Sampler sampler, int portion, int most) {
    List<Sampler.Point> points = new ArrayList<>();
    while (points.size() < most) {
      List<Sampler.Point> asked = sampler.ask(Math.min(portion, most - points.size()));
      if (asked.isEmpty()) {
        return points;
      }
      for (Sampler.Point point : asked) {
        sampler.tell(point, point.id() % 5 == 4 ? Double.NaN : Math.sin(point.id()));
      }
      points.addAll(asked);
    }
    return points;
  }

  @Test
  default void sameSeedGivesTheSamePoints() {
    assertThat(run(create(3), 2, 30)).isEqualTo(run(create(3), 2, 30));
  }

  @Test
  default void askNeverGivesMoreThanAskedFor() {
    Sampler sampler = create(3);
    assertThat(sampler.ask(0)).isEmpty();
    for (int count : new int[] {1, 5, 3, 20, 1}) {
      assertThat(sampler.ask(count)).as("ask(%d)", count).hasSizeLessThanOrEqualTo(count);
    }
  }

  @Test
  default void pointsGiveEveryAxisOneOfItsValues() {
    List<Sampler.Point> points = run(create(3), 4, 30);
    assertThat(points).isNotEmpty();
    for (Sampler.Point point : points) {
      assertThat(point.values().keySet())
          .as("keys, in the order of the axes")
          .containsExactlyElementsOf(space().axes().stream().map(SearchSpace.Axis::key).toList());
      for (SearchSpace.Axis axis : space().axes()) {
        assertThat(((Distribution.Choice) axis.distribution()).values())
            .contains(point.values().get(axis.key()));
      }
    }
  }

  @Test
  default void pointsHaveIdsOfTheirOwn() {
    List<Sampler.Point> points = run(create(3), 4, 30);
    Set<Integer> ids = new HashSet<>();
    for (Sampler.Point point : points) {
      assertThat(ids.add(point.id())).as("id %d is new", point.id()).isTrue();
    }
  }

  @Test
  default void visitsEveryPointOnce() {
    if (exhaustive()) {
      Sampler sampler = create(3);
      List<Sampler.Point> points = run(sampler, 5, 100);
      assertThat(points).hasSize(12);
      assertThat(points.stream().map(Sampler.Point::values).distinct()).hasSize(12);
      assertThat(sampler.ask(1)).as("after the last point").isEmpty();
    }
  }
}
