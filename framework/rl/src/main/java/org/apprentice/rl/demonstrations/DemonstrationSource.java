package org.apprentice.rl.demonstrations;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The {@code demonstrations} node of an imitation algorithm: either an experiment whose trained
 * policy is recorded (trained once, reused by key) or a file of recorded episodes.
 *
 * @param expert experiment file of the expert
 * @param file recorded demonstrations: an npz file, {@code observations_NAME.csv} or a folder
 * @param episodes how many whole episodes to learn from
 * @param subsample keep every n-th transition of an episode, 1 for all
 * @param requireSolved refuse an expert whose final evaluation missed its {@code
 *     evaluation.solved}; without it this is a warning
 * @param corruption what is done to them, in a control
 * @param channels which of the channels that the expert saw are learned from
 * @param pictures how picture files are understood
 */
public record DemonstrationSource(
    Optional<Path> expert,
    Optional<Path> file,
    int episodes,
    int subsample,
    boolean requireSolved,
    Corruption corruption,
    Channels channels,
    Pictures pictures) {
  /** Which channels of images are learned from. */
  public enum Channels {
    /** All; the environment must show as many. */
    ALL,
    /**
     * As many as the environment shows, the last ones: the newest frames, where the expert saw more
     * of them stacked.
     */
    NEWEST
  }

  public DemonstrationSource {
    if (expert.isPresent() == file.isPresent()) {
      throw new IllegalArgumentException(
          "demonstrations need either expert = \"<experiment file>\" or file = \"<npz file>\","
              + " found "
              + (expert.isPresent() ? "both" : "neither"));
    }
    if (episodes < 1) {
      throw new IllegalArgumentException("episodes must be at least 1, found " + episodes);
    }
    if (subsample < 1) {
      throw new IllegalArgumentException("subsample must be at least 1, found " + subsample);
    }
  }

  /**
   * @throws IllegalArgumentException if there would be nothing to learn from
   */
  public void requireShown(String algorithm) {
    if (corruption == Corruption.WITHHELD) {
      throw new IllegalArgumentException(
          "demonstrations must not be withheld from "
              + algorithm
              + ", which learns from nothing else; choose another corruption");
    }
  }

  /** All channels, and picture files as they look. */
  public DemonstrationSource(
      Optional<Path> expert,
      Optional<Path> file,
      int episodes,
      int subsample,
      boolean requireSolved,
      Corruption corruption) {
    this(
        expert,
        file,
        episodes,
        subsample,
        requireSolved,
        corruption,
        Channels.ALL,
        Pictures.DEFAULT);
  }
}
