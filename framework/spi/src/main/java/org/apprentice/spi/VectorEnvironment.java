package org.apprentice.spi;

/**
 * Copies of an environment stepped together. A copy whose episode ended is reset at once (same-step
 * autoreset): {@link StepBatch#observations()} then holds the first observation of its next episode
 * and {@link StepBatch#finalObservations()} the last one of the finished episode.
 *
 * <p>Batches are owned by the caller and reused; {@code step} allocates nothing. Not thread-safe.
 */
public interface VectorEnvironment extends AutoCloseable {
  int size();

  EnvironmentSpec spec();

  /** Starts every copy anew. The same seed gives the same bits, whatever happened before. */
  void reset(long seed, ObservationBatch out);

  void step(ActionBatch in, StepBatch out);

  /**
   * Which actions are allowed now, {@code [copies x actions]} with at least one of each row; null
   * where every action always is, and where actions are continuous. The same array from call to
   * call, kept up to date by {@link #reset}, {@link #step} and {@link #restore}.
   */
  default boolean[] actionMask() {
    return null;
  }

  /** Everything, mid-episode and with the generators of random numbers, bit for bit. */
  byte[] save();

  /**
   * Continues where {@link #save()} was called; the next {@code step} gives the same bits.
   *
   * @throws IllegalArgumentException if the state is not one of this environment's with the same
   *     number of copies
   */
  void restore(byte[] state);

  /** What one copy looks like now, for pictures. */
  default Frame render(int copy) {
    throw new UnsupportedOperationException("this environment has no picture");
  }

  @Override
  default void close() {}
}
