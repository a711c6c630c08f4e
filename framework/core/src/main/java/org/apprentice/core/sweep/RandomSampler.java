package org.apprentice.core.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apprentice.spi.Sampler;
import org.apprentice.spi.SearchSpace;

/**
 * Points drawn from the distributions of the axes (Bergstra and Bengio 2012, "Random Search for
 * Hyper-Parameter Optimization"), none of them twice.
 */
final class RandomSampler implements Sampler {
  private final PriorDraws draws;
  private final int points;
  private int next;

  /**
   * @param points how many there are, if the space has that many
   */
  RandomSampler(SearchSpace space, int points, long seed) {
    this.draws = new PriorDraws(space, seed);
    this.points = points;
  }

  @Override
  public List<Point> ask(int count) {
    List<Point> asked = new ArrayList<>();
    while (asked.size() < count && next < points) {
      Optional<Point> point = draws.unseen().map(values -> new Point(next, values));
      if (point.isEmpty()) {
        next = points;
      } else {
        asked.add(point.get());
        next++;
      }
    }
    return asked;
  }

  @Override
  public OptionalInt points() {
    return OptionalInt.of(points);
  }

  @Override
  public void tell(Point point, double objective) {
    // What is drawn does not depend on what was found.
  }
}
