package org.apprentice.rl.demonstrations;

import org.apprentice.spi.Policy;

/**
 * Finds the expert that an experiment's demonstrations come from; bound by the trial's injector.
 */
public interface ExpertLoader {
  /**
   * The trained policy, to be asked what it would do.
   *
   * @throws DemonstrationException if the source is a file: nobody is there to be asked
   */
  Expert loadExpert(DemonstrationSource source);

  /** A trained policy, and what it keeps open. */
  interface Expert extends AutoCloseable {
    Policy policy();

    @Override
    void close();
  }
}
