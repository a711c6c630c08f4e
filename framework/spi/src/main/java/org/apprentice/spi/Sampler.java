package org.apprentice.spi;

import java.util.List;
import java.util.Map;

/** Proposes points and hears how they scored. Deterministic for its seed and the order of calls. */
public interface Sampler {
  /** Up to {@code count} further points; fewer (or none) when the space is exhausted. */
  List<Point> ask(int count);

  /** The objective of a finished point; larger is better, NaN for a failed one. */
  void tell(Point point, double objective);

  /** One assignment: HOCON text by key, in the order of the axes. */
  record Point(int id, Map<String, String> values) {}
}
