package org.apprentice.rl.imitation;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apprentice.spi.EnvironmentSpec;

/** How often a policy would most likely have done what, by what was demonstrated. */
public final class ActionConfusion {
  private final List<String> names;

  /** {@code [demonstrated x actions + most likely]}. */
  private final long[] counts;

  ActionConfusion(EnvironmentSpec environment) {
    int actions = environment.actionSpace().width();
    names =
        environment.actionNames().isEmpty()
            ? IntStream.range(0, actions).mapToObj(String::valueOf).toList()
            : environment.actionNames();
    counts = new long[actions * actions];
  }

  void clear() {
    Arrays.fill(counts, 0);
  }

  void add(int demonstrated, int likely) {
    counts[demonstrated * names.size() + likely]++;
  }

  /** What actions are called, or their numbers. */
  public List<String> names() {
    return names;
  }

  public long count(int demonstrated, int likely) {
    return counts[demonstrated * names.size() + likely];
  }

  /** How often an action was demonstrated. */
  public long demonstrated(int action) {
    return IntStream.range(0, names.size()).mapToLong(likely -> count(action, likely)).sum();
  }

  /** Which share of an action's demonstrations the policy would have repeated; NaN for none. */
  public double recall(int action) {
    long all = demonstrated(action);
    return all == 0 ? Double.NaN : (double) count(action, action) / all;
  }
}
