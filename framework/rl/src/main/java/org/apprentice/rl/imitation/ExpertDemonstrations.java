package org.apprentice.rl.imitation;

import com.google.inject.Inject;
import org.apprentice.rl.demonstrations.Corruption;
import org.apprentice.rl.demonstrations.DemonstrationException;
import org.apprentice.rl.demonstrations.DemonstrationLoader;
import org.apprentice.rl.demonstrations.DemonstrationSource;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.spi.Network;

/** The demonstrations of a trial, loaded once for all who learn from them. */
public final class ExpertDemonstrations {
  private final DemonstrationSource source;
  private final Demonstrations demonstrations;

  @Inject
  public ExpertDemonstrations(DemonstrationSource source, DemonstrationLoader loader) {
    this(source, loader.load(source));
  }

  public ExpertDemonstrations(DemonstrationSource source, Demonstrations demonstrations) {
    this.source = source;
    this.demonstrations = demonstrations;
  }

  public Demonstrations all() {
    return demonstrations;
  }

  /** Whether they are only there to be compared with. */
  public boolean withheld() {
    return source.corruption() == Corruption.WITHHELD;
  }

  /** Every how many steps of an episode were kept. */
  public int subsample() {
    return source.subsample();
  }

  /**
   * @throws DemonstrationException if the demonstrations have gaps and the network is recurrent
   */
  public void requireWholeEpisodes(Network network) {
    if (source.subsample() > 1 && network.stateWidth() > 0) {
      throw new DemonstrationException(
          "a recurrent network learns from consecutive steps, but demonstrations.subsample = "
              + source.subsample()
              + " leaves steps out; set it to 1");
    }
  }
}
