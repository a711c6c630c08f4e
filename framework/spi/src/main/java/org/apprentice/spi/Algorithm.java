package org.apprentice.spi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A learner in the middle of its work. Deterministic: the same settings and seed give the same
 * bits.
 */
public interface Algorithm extends AutoCloseable {
  /** One round, for example a rollout and the update on it, or an epoch. */
  Iteration iterate();

  boolean finished();

  Progress progress();

  /** The policy as it is now; it goes on changing with {@link #iterate()}. */
  Policy policy();

  /**
   * Everything that the next {@link #iterate()} depends on, environments mid-episode and generators
   * included.
   */
  void save(Path directory) throws IOException;

  /** Continues where {@link #save} was called. */
  void restore(Path directory) throws IOException;

  /** The network that {@link #policy()} acts with, for export; null if it has none. */
  Network network();

  /** What there is to show besides metrics, of all rounds so far; each replaces the one before. */
  default List<Table> tables() {
    return List.of();
  }

  @Override
  default void close() {}
}
