package org.apprentice.core.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apprentice.spi.Sampler;
import org.apprentice.spi.SearchSpace;
import org.junit.jupiter.api.Test;

class GridSamplerTest {
  private static Sampler grid(SearchSpace.Axis... axes) {
    GridSamplerPlugin plugin = new GridSamplerPlugin();
    return plugin.createFrom(new GridSamplerPlugin.Config(), new SearchSpace(List.of(axes)), 1);
  }

  @Test
  void theLastAxisVariesFastest() {
    Sampler grid =
        grid(
            new SearchSpace.Axis("network", List.of("mlp", "gru")),
            new SearchSpace.Axis("clip", List.of("0.1", "0.2")));
    assertThat(grid.ask(3))
        .containsExactly(
            new Sampler.Point(0, Map.of("network", "mlp", "clip", "0.1")),
            new Sampler.Point(1, Map.of("network", "mlp", "clip", "0.2")),
            new Sampler.Point(2, Map.of("network", "gru", "clip", "0.1")));
    assertThat(grid.ask(3)).extracting(Sampler.Point::id).containsExactly(3);
    assertThat(grid.ask(3)).isEmpty();
  }

  @Property(tries = 100)
  void everyCombinationComesOnce(
      @ForAll @Size(max = 4) List<@IntRange(min = 1, max = 4) Integer> sizes,
      @ForAll @IntRange(min = 1, max = 50) int batch) {
    SearchSpace.Axis[] axes =
        IntStream.range(0, sizes.size())
            .mapToObj(
                axis ->
                    new SearchSpace.Axis(
                        "axis-" + axis,
                        IntStream.range(0, sizes.get(axis)).mapToObj(String::valueOf).toList()))
            .toArray(SearchSpace.Axis[]::new);
    Sampler grid = grid(axes);
    HashSet<Map<String, String>> seen = new HashSet<>();
    int points = 0;
    for (List<Sampler.Point> asked = grid.ask(batch); !asked.isEmpty(); asked = grid.ask(batch)) {
      points += asked.size();
      asked.forEach(point -> seen.add(point.values()));
    }
    assertThat(points).isEqualTo(sizes.stream().reduce(1, (a, b) -> a * b));
    assertThat(seen).hasSize(points);
  }
}
