package org.apprentice.atari;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Settings of {@code atari}, {@code breakout} and {@code bricks}.
 *
 * @param game as ALE calls it ({@code space_invaders}), or {@code bricks}
 * @param rom a file to take instead of searching; gzip is accepted
 * @param roms folders to search for the game's ROM besides the usual ones
 * @param unknownRom whether {@code rom} may be one that ALE does not know, to be played with the
 *     settings of {@code game}
 * @param version gives the defaults of the rules that follow
 * @param frameSkip frames that an action is held for; the least with {@code frameSkipMost}
 * @param frameSkipMost with it, each step draws its number of frames uniformly from {@code
 *     frameSkip} to this
 * @param repeatActionProbability that a frame repeats the action of the one before instead of
 *     taking the new one
 * @param maxEpisodeSteps an episode is truncated after so many steps; 0 for no such limit
 * @param maxEpisodeFrames an episode is truncated after so many frames; 0 for no such limit
 * @param fullActionSet whether to offer all 18 actions rather than those that the game uses
 * @param mode variation of the game; its default if absent
 * @param difficulty position of the console's difficulty switches; the game's default if absent
 */
public record AtariConfig(
    String game,
    Optional<Path> rom,
    List<Path> roms,
    boolean unknownRom,
    Version version,
    Optional<Integer> frameSkip,
    Optional<Integer> frameSkipMost,
    Optional<Double> repeatActionProbability,
    Optional<Integer> maxEpisodeSteps,
    Optional<Integer> maxEpisodeFrames,
    boolean fullActionSet,
    Optional<Integer> mode,
    Optional<Integer> difficulty,
    Observation observation) {
  public AtariConfig {
    Game named = Game.named(game);
    if (named.isEmbedded() && (rom.isPresent() || unknownRom)) {
      throw new IllegalArgumentException(
          (rom.isPresent() ? "rom" : "unknown-rom")
              + " must not be given with "
              + game
              + ", which comes with its own ROM");
    }
    if (unknownRom && rom.isEmpty()) {
      throw new IllegalArgumentException(
          "unknown-rom needs rom = \"file\": only a file that is named is taken on trust");
    }
    roms = List.copyOf(roms);
    atLeast("frame-skip", frameSkip, 1);
    if (frameSkipMost.isPresent()
        && (frameSkip.isEmpty() || frameSkipMost.get() < frameSkip.get())) {
      throw new IllegalArgumentException(
          "frame-skip-most must come with frame-skip and be at least as large, found "
              + frameSkipMost.get()
              + frameSkip.map(least -> " with frame-skip = " + least).orElse(" alone"));
    }
    repeatActionProbability.ifPresent(
        probability -> {
          if (!(probability >= 0 && probability < 1)) {
            throw new IllegalArgumentException(
                "repeat-action-probability must be in [0, 1), found " + probability);
          }
        });
    atLeast("max-episode-steps", maxEpisodeSteps, 0);
    atLeast("max-episode-frames", maxEpisodeFrames, 0);
    atLeast("mode", mode, 0);
    atLeast("difficulty", difficulty, 0);
  }

  private static void atLeast(String key, Optional<Integer> value, int least) {
    if (value.isPresent() && value.get() < least) {
      throw new IllegalArgumentException(
          key + " must be at least " + least + ", found " + value.get());
    }
  }

  /** The version's, with what is set here. */
  Rules rules() {
    Rules defaults = version.rules();
    int least = frameSkip.orElse(defaults.leastFrameSkip());
    int most = frameSkip.isPresent() ? frameSkipMost.orElse(least) : defaults.mostFrameSkip();
    return new Rules(
        least,
        most,
        repeatActionProbability.orElse(defaults.repeatActionProbability()),
        maxEpisodeSteps.orElse(defaults.maxEpisodeSteps()),
        maxEpisodeFrames.orElse(defaults.maxEpisodeFrames()));
  }
}
