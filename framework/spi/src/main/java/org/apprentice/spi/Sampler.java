package org.apprentice.spi;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Proposes points and hears how they scored. Deterministic for its seed, the sizes asked for and
 * what was told before each question; the order in which outcomes were told between two questions
 * changes nothing.
 */
public interface Sampler {
  /**
   * Up to {@code count} further points. Fewer when the sampler wants to hear first how those
   * proposed before scored; none though all have been told means that there are no more.
   */
  List<Point> ask(int count);

  /**
   * One further point, whatever was told of those before; empty if there are no more. What it is
   * may depend on which points were told by now, and so on how fast they were. Only for samplers
   * that propose in batches it differs from {@code ask(1)}.
   */
  default Optional<Point> askNow() {
    return ask(1).stream().findFirst();
  }

  /**
   * How many points there are at most, with those proposed so far; empty if the sampler does not
   * know.
   */
  default OptionalInt points() {
    return OptionalInt.empty();
  }

  /** The objective of a finished point; larger is better, NaN for a failed or excluded one. */
  void tell(Point point, double objective);

  /**
   * One assignment.
   *
   * @param id counts the sampler's points from 0
   * @param values HOCON text by key, of the active axes in their order
   */
  record Point(int id, Map<String, String> values) {}
}
