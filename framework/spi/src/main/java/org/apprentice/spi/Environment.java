package org.apprentice.spi;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * One environment by itself, which its caller resets: what wrappers are put around, and what {@link
 * CopiesTogether} makes a {@link VectorEnvironment} of. Observations are asked for apart from
 * steps, so that pictures that nobody looks at cost nothing.
 *
 * <p>Only one thread at a time may use it. {@code step} and {@code observe} allocate nothing.
 */
public interface Environment extends AutoCloseable {
  EnvironmentSpec spec();

  /**
   * Starts everything random anew; {@link #reset} has to follow. The same seed gives the same bits,
   * whatever happened before.
   */
  void seed(long seed);

  /** Begins a game, whether or not the one before had ended. */
  void reset();

  /**
   * Goes on after a {@link Outcome#terminated} that did not end the game: a lost life counts as an
   * end for learning, and the game goes on. Only wrappers that report such ends have something to
   * do here; all others pass it on.
   */
  default void nextLife() {}

  /**
   * Takes the action in a row of {@code actions}.
   *
   * @param out overwritten
   * @throws IllegalArgumentException if the action is none of this environment's
   */
  void step(ActionBatch actions, int row, Outcome out);

  /** Writes what is seen now into a row of {@code out}. */
  void observe(ObservationBatch out, int row);

  /** Lives left; 0 in games that have none, and when a game is over. */
  default int lives() {
    return 0;
  }

  /**
   * Which actions are allowed now, {@code [actions]}; null where every action always is, and where
   * actions are continuous. The same array from call to call.
   */
  default boolean[] actionMask() {
    return null;
  }

  /** Everything, mid-episode and with the generators of random numbers, bit for bit. */
  void save(DataOutput out) throws IOException;

  /**
   * Continues where {@link #save} was called; the next step gives the same bits.
   *
   * @throws IOException if the state is damaged or another environment's
   */
  void restore(DataInput in) throws IOException;

  /** What it looks like now, for pictures. */
  default Frame render() {
    throw new UnsupportedOperationException("this environment has no picture");
  }

  @Override
  default void close() {}

  /** What a step led to; owned by the caller and reused. */
  final class Outcome {
    /** Of this step, as the policy shall learn from it (a wrapper may have clipped it). */
    public double reward;

    /** What is learned from ends here: no value beyond this step. */
    public boolean terminated;

    /** A limit ended the episode: the value of the observation now counts. */
    public boolean truncated;

    /**
     * The game is over, or was ended by a limit: {@link Environment#reset} has to follow. Implied
     * by {@link #truncated}; a lost life that counts as {@link #terminated} leaves it false.
     */
    public boolean episodeEnded;

    /** Sum of the raw rewards since {@link Environment#reset}, this step's included. */
    public double episodeReturn;
  }
}
