package org.apprentice.core.sweep;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apprentice.spi.Pruner;

/**
 * Successive halving: of the points at a rung the best part, 1 / reduction, goes on to the next,
 * which is reduction times as far (Li et al. 2018, "A System for Massively Parallel Hyperparameter
 * Tuning", arXiv 1810.05934: algorithm 1 for a batch, algorithm 2 for points that come one by one,
 * where a point goes on as soon as it is among the best part of those that have come). When no more
 * will come, the best goes on even if they are fewer than reduction.
 */
final class AshaPruner implements Pruner {
  private final AshaPrunerPlugin.Config config;

  AshaPruner(AshaPrunerPlugin.Config config) {
    this.config = config;
  }

  @Override
  public OptionalLong rung(int number) {
    long progress = config.rung();
    for (int i = 0; i < number; i++) {
      if (progress > Long.MAX_VALUE / config.reduction()) {
        return OptionalLong.empty();
      }
      progress *= config.reduction();
    }
    return OptionalLong.of(progress);
  }

  @Override
  public List<Verdict> judge(int rung, List<Course> arrived, List<Course> before, boolean all) {
    int best = arrived.size() / config.reduction();
    if (all) {
      best = Math.max(1, best);
    }
    List<Verdict> verdicts =
        new ArrayList<>(Collections.nCopies(arrived.size(), all ? Verdict.STOP : Verdict.WAIT));
    // The sort is stable: of equals those that began first.
    IntStream.range(0, arrived.size())
        .boxed()
        .filter(i -> !Double.isNaN(arrived.get(i).score(rung)))
        .sorted(Comparator.comparingDouble((Integer i) -> -arrived.get(i).score(rung)))
        .limit(best)
        .forEach(i -> verdicts.set(i, Verdict.GO_ON));
    return verdicts;
  }
}
