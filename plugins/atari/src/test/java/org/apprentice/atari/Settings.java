package org.apprentice.atari;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apprentice.spi.Environment;

/** Settings of a test, the documented defaults where it says nothing. */
final class Settings {
  private final String game;
  private Optional<Path> rom = Optional.empty();
  private List<Path> roms = List.of();
  private boolean unknownRom;
  private Version version = Version.NO_FRAMESKIP_V4;
  private Optional<Integer> frameSkip = Optional.empty();
  private Optional<Integer> frameSkipMost = Optional.empty();
  private Optional<Double> repeatActionProbability = Optional.empty();
  private Optional<Integer> maxEpisodeSteps = Optional.empty();
  private Optional<Integer> maxEpisodeFrames = Optional.empty();
  private boolean fullActionSet;
  private Optional<Integer> mode = Optional.empty();
  private Optional<Integer> difficulty = Optional.empty();
  private Observation observation = Observation.GRAY;

  private Settings(String game) {
    this.game = game;
  }

  static Settings of(String game) {
    return new Settings(game);
  }

  Settings rom(Path file) {
    rom = Optional.of(file);
    return this;
  }

  Settings roms(Path... folders) {
    roms = List.of(folders);
    return this;
  }

  Settings unknownRom() {
    unknownRom = true;
    return this;
  }

  Settings version(Version rules) {
    version = rules;
    return this;
  }

  Settings frameSkip(int frames) {
    frameSkip = Optional.of(frames);
    return this;
  }

  Settings frameSkipMost(int frames) {
    frameSkipMost = Optional.of(frames);
    return this;
  }

  Settings repeatActionProbability(double probability) {
    repeatActionProbability = Optional.of(probability);
    return this;
  }

  Settings maxEpisodeSteps(int steps) {
    maxEpisodeSteps = Optional.of(steps);
    return this;
  }

  Settings maxEpisodeFrames(int frames) {
    maxEpisodeFrames = Optional.of(frames);
    return this;
  }

  Settings fullActionSet() {
    fullActionSet = true;
    return this;
  }

  Settings mode(int variation) {
    mode = Optional.of(variation);
    return this;
  }

  Settings difficulty(int position) {
    difficulty = Optional.of(position);
    return this;
  }

  Settings observation(Observation seen) {
    observation = seen;
    return this;
  }

  AtariConfig config() {
    return new AtariConfig(
        game,
        rom,
        roms,
        unknownRom,
        version,
        frameSkip,
        frameSkipMost,
        repeatActionProbability,
        maxEpisodeSteps,
        maxEpisodeFrames,
        fullActionSet,
        mode,
        difficulty,
        observation);
  }

  /** Not yet seeded, and not begun. */
  Environment open() {
    return plugin("atari").single(config()).orElseThrow();
  }

  static AtariGames plugin(String name) {
    return new AtariPlugin()
        .environments().stream()
            .map(AtariGames.class::cast)
            .filter(games -> games.name().equals(name))
            .findFirst()
            .orElseThrow();
  }
}
