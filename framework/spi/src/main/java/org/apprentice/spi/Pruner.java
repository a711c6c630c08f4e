package org.apprentice.spi;

import java.util.List;
import java.util.OptionalLong;

/**
 * Says how far the points of a sweep are trained before they are judged, and which of them go on.
 * Remembers nothing: the same question has the same answer.
 */
public interface Pruner {
  /** Gives up nothing. */
  Pruner NONE =
      new Pruner() {
        @Override
        public OptionalLong rung(int number) {
          return OptionalLong.empty();
        }

        @Override
        public List<Verdict> judge(
            int rung, List<Course> arrived, List<Course> before, boolean all) {
          return arrived.stream()
              .map(it -> Double.isNaN(it.score(rung)) ? Verdict.STOP : Verdict.GO_ON)
              .toList();
        }
      };

  /** What becomes of a point at a rung. */
  enum Verdict {
    GO_ON,
    /** It may go on later, when others have come. */
    WAIT,
    STOP
  }

  /**
   * A point on its way.
   *
   * @param scores its objective, over all its seeds, at each rung it has come to, the first rung
   *     first; larger is better, NaN if it failed. Of a complete point the last is the final one,
   *     and it may have come to its end before a rung.
   * @param complete whether its trials are at their end
   */
  record Course(List<Double> scores, boolean complete) {
    public Course {
      scores = List.copyOf(scores);
    }

    /** At a rung, or at the end if that came before. */
    public double score(int rung) {
      return scores.get(Math.min(rung, scores.size() - 1));
    }
  }

  /**
   * Where a rung is: progress (environment steps, or epochs) of a trial; empty if there are no
   * more. Strictly ascending; what would lie beyond a long is none.
   *
   * @param number from 0
   */
  OptionalLong rung(int number);

  /**
   * What becomes of points at a rung. Not asked about those that are complete or were decided
   * before: what is said of them does not count. One with a NaN does not go on.
   *
   * @param arrived points that have come to the rung, those that are further or were stopped there
   *     included, in the order in which they began: of the batch, if points are tried in batches
   * @param before those of earlier batches that have come there; without batches, none
   * @param all whether no others will come to the rung: a WAIT is then a STOP
   * @return a verdict for each that has arrived
   */
  List<Verdict> judge(int rung, List<Course> arrived, List<Course> before, boolean all);
}
