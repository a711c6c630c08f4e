package org.apprentice.rl.demonstrations;

import org.apprentice.rl.RandomStreams;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;

/** Finds the demonstrations that an experiment names; bound by the trial's injector. */
public interface DemonstrationLoader {
  /** The same data for every seed of the trial. */
  long SHUFFLING_SEED = 1;

  /**
   * Demonstrations that fit the trial's environment, limited and subsampled as the source says (see
   * {@link #prepare}).
   *
   * @throws DemonstrationException if they are missing, unreadable or of another environment
   */
  Demonstrations load(DemonstrationSource source);

  /**
   * Checks demonstrations against the environment, then keeps the episodes and transitions that the
   * source asks for, with their actions shuffled if it says so.
   *
   * @param origin where they come from, for messages
   * @throws DemonstrationException listing everything that does not fit
   */
  static Demonstrations prepare(
      Demonstrations demonstrations,
      String origin,
      DemonstrationSource source,
      EnvironmentSpec environment) {
    Demonstrations seen =
        source.channels() == DemonstrationSource.Channels.NEWEST
                && environment.observationSpace() instanceof ImageSpace shown
            ? demonstrations.newestOf(shown)
            : demonstrations;
    DemonstrationReport.of(seen).check(origin, environment, source.episodes());
    Demonstrations kept = seen.limit(source.episodes()).subsample(source.subsample());
    return source.corruption() == Corruption.SHUFFLED_ACTIONS
        ? kept.shuffleActions(new RandomStreams(SHUFFLING_SEED).stream("shuffled-actions"))
        : kept;
  }
}
