package org.apprentice.atari;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.Environment;
import org.apprentice.spi.ObservationBatch;

/** Plays an environment at random. */
final class Player {
  final Environment.Outcome outcome = new Environment.Outcome();
  private final Environment environment;
  private final ActionBatch.Discrete actions = new ActionBatch.Discrete(new int[1]);
  private final ObservationBatch.UInt8 seen;
  private UniformRandomProvider random;

  Player(Environment environment, long seed) {
    this.environment = environment;
    seen =
        (ObservationBatch.UInt8)
            ObservationBatch.allocate(environment.spec().observationSpace(), 1);
    random = RandomSource.SPLIT_MIX_64.create(seed);
    environment.seed(seed);
  }

  /** Draws the same actions as every other player that was told so. */
  Player actAlike(long seed) {
    random = RandomSource.SPLIT_MIX_64.create(seed);
    return this;
  }

  void reset() {
    environment.reset();
  }

  int draw() {
    return random.nextInt(environment.spec().actionSpace().width());
  }

  void step(int action) {
    actions.values()[0] = action;
    environment.step(actions, 0, outcome);
  }

  /** A copy of what is seen. */
  byte[] observe() {
    environment.observe(seen, 0);
    return seen.values().clone();
  }

  /** As {@link #observe}, without the copy. */
  void look() {
    environment.observe(seen, 0);
  }

  /** Random steps, a line each; a game that is over is followed by the next. */
  List<String> trace(int steps) {
    List<String> lines = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      step(draw());
      lines.add(
          "reward %s, lives %d, return %s, ended %s, shows %d"
              .formatted(
                  outcome.reward,
                  environment.lives(),
                  outcome.episodeReturn,
                  outcome.episodeEnded,
                  Arrays.hashCode(observe())));
      if (outcome.episodeEnded) {
        reset();
      }
    }
    return lines;
  }
}
