package org.apprentice.spi;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.random.RandomGenerator;

/**
 * What a policy carries from step to step for a fixed number of rows. Subclassed by the policy that
 * made it.
 */
public class PolicyState {
  private final int rows;
  private final RandomGenerator random;
  private final float[] memory;

  /**
   * @param memory carried state of a recurrent network, {@code [rows x stateWidth]}; empty if
   *     feed-forward
   */
  public PolicyState(int rows, float[] memory, RandomGenerator random) {
    this.rows = rows;
    this.memory = memory;
    this.random = random;
  }

  public final int rows() {
    return rows;
  }

  public final float[] memory() {
    return memory;
  }

  public final RandomGenerator random() {
    return random;
  }

  /** What led to a row's last action; it costs no step of the network. */
  public Explanation explain(int row) {
    return Explanation.NONE;
  }

  /** Writes what the policy carries besides its memory, such as noise that it holds for a while. */
  public void save(DataOutput out) throws IOException {}

  /** Reads what {@link #save} wrote. */
  public void restore(DataInput in) throws IOException {}
}
