package org.apprentice.atari;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.commons.rng.RestorableUniformRandomProvider;
import org.apache.commons.rng.core.RandomProviderDefaultState;
import org.apache.commons.rng.simple.RandomSource;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.Environment;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Frame;
import org.apprentice.spi.ObservationBatch;

/**
 * A game played by the rules of a {@link Version}: frames per step, sticky actions and limits, all
 * of them here and none in native code.
 */
final class AtariEnvironment implements Environment {
  private final Emulator emulator;
  private final EnvironmentSpec spec;
  private final Rules rules;
  private final Observation observation;
  private final String name;
  private final int[] actions;
  private final byte[] colours;
  private final Picture picture;
  private final AtomicBoolean busy = new AtomicBoolean();

  private RestorableUniformRandomProvider random;
  private boolean running;
  private boolean begun;
  private boolean closed;
  private int heldAction;
  private int lives;
  private int steps;
  private int frames;
  private double episodeReturn;

  AtariEnvironment(Emulator emulator, EnvironmentSpec spec, Rules rules, Observation observation) {
    this.emulator = emulator;
    this.spec = spec;
    this.rules = rules;
    this.observation = observation;
    name = emulator.game().name();
    actions = spec.actionNames().stream().mapToInt(Game.ACTIONS::indexOf).toArray();
    colours = emulator.colours();
    picture =
        observation == Observation.RGB
            ? new Picture(emulator.game().rows(), channel(0), channel(1), channel(2))
            : new Picture(emulator.game().rows(), emulator.grays());
    random = generator(0);
  }

  private byte[] channel(int channel) {
    byte[] palette = new byte[256];
    for (int i = 0; i < palette.length; i++) {
      palette[i] = colours[3 * i + channel];
    }
    return palette;
  }

  private static RestorableUniformRandomProvider generator(long seed) {
    return RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
  }

  @Override
  public EnvironmentSpec spec() {
    return spec;
  }

  @Override
  public void seed(long seed) {
    enter();
    try {
      random = generator(seed);
      emulator.revert();
      running = false;
      begun = false;
    } finally {
      busy.set(false);
    }
  }

  @Override
  public void reset() {
    enter();
    try {
      emulator.reset();
      heldAction = Emulator.NOOP;
      lives = emulator.lives();
      steps = 0;
      frames = 0;
      episodeReturn = 0;
      running = true;
      begun = true;
    } finally {
      busy.set(false);
    }
  }

  @Override
  public void step(ActionBatch in, int row, Outcome out) {
    enter();
    try {
      int action = actions[checked(in, row)];
      if (!running) {
        throw new IllegalStateException(
            name + ": reset must be called before " + (begun ? "the next" : "the first") + " step");
      }
      boolean over = false;
      double reward = 0;
      int limit = rules.maxEpisodeFrames() == 0 ? Integer.MAX_VALUE : rules.maxEpisodeFrames();
      for (int left = frameSkip(); left > 0 && !over && frames < limit; left--) {
        if (rules.repeatActionProbability() == 0
            || random.nextDouble() >= rules.repeatActionProbability()) {
          heldAction = action;
        }
        reward += emulator.act(heldAction);
        frames++;
        over = emulator.gameOver();
      }
      steps++;
      episodeReturn += reward;
      lives = over ? 0 : emulator.lives();
      out.reward = reward;
      out.terminated = over;
      out.truncated =
          !over
              && (frames >= limit
                  || (rules.maxEpisodeSteps() > 0 && steps >= rules.maxEpisodeSteps()));
      out.episodeEnded = out.terminated || out.truncated;
      out.episodeReturn = episodeReturn;
      running = !out.episodeEnded;
    } finally {
      busy.set(false);
    }
  }

  private int frameSkip() {
    int least = rules.leastFrameSkip();
    int most = rules.mostFrameSkip();
    return least == most ? least : least + random.nextInt(most - least + 1);
  }

  private int checked(ActionBatch in, int row) {
    if (!(in instanceof ActionBatch.Discrete discrete)) {
      throw new IllegalArgumentException(
          name + ": actions must be " + spec.actionSpace() + ", found real numbers");
    }
    int action = discrete.values()[row];
    if (action < 0 || action >= actions.length) {
      throw new IllegalArgumentException(
          "%s: action must be in 0..%d, found %d".formatted(name, actions.length - 1, action));
    }
    return action;
  }

  @Override
  public void observe(ObservationBatch out, int row) {
    enter();
    try {
      requireBegun("observe");
      byte[] values = ((ObservationBatch.UInt8) out).values();
      if (observation == Observation.RAM) {
        System.arraycopy(emulator.ram(), 0, values, row * Emulator.RAM_BYTES, Emulator.RAM_BYTES);
      } else {
        picture.write(emulator.screen(), values, row * out.width());
      }
    } finally {
      busy.set(false);
    }
  }

  @Override
  public int lives() {
    return lives;
  }

  @Override
  public Frame render() {
    enter();
    try {
      requireBegun("render");
      byte[] screen = emulator.screen();
      byte[] rgb = new byte[3 * screen.length];
      for (int pixel = 0; pixel < screen.length; pixel++) {
        System.arraycopy(colours, 3 * (screen[pixel] & 0xFF), rgb, 3 * pixel, 3);
      }
      return new Frame(Game.COLUMNS, emulator.game().rows(), rgb);
    } finally {
      busy.set(false);
    }
  }

  private void requireBegun(String what) {
    if (!begun) {
      throw new IllegalStateException(name + ": reset must be called before " + what);
    }
  }

  @Override
  public void save(DataOutput out) throws IOException {
    enter();
    try {
      SavedGame.write(
          new SavedGame(
              emulator.md5(),
              running,
              begun,
              heldAction,
              lives,
              steps,
              frames,
              episodeReturn,
              ((RandomProviderDefaultState) random.saveState()).getState(),
              emulator.save(),
              emulator.screen(),
              emulator.ram()),
          out);
    } finally {
      busy.set(false);
    }
  }

  @Override
  public void restore(DataInput in) throws IOException {
    enter();
    try {
      SavedGame saved = SavedGame.read(in, name, emulator.md5(), emulator.screen().length);
      RestorableUniformRandomProvider restored = generator(0);
      restored.restoreState(new RandomProviderDefaultState(saved.random()));
      emulator.restore(saved.console(), saved.screen(), saved.ram());
      random = restored;
      running = saved.running();
      begun = saved.begun();
      heldAction = saved.heldAction();
      lives = saved.lives();
      steps = saved.steps();
      frames = saved.frames();
      episodeReturn = saved.episodeReturn();
    } finally {
      busy.set(false);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      enter();
      closed = true;
      emulator.close();
      busy.set(false);
    }
  }

  /** An emulator in use by two threads breaks silently. */
  private void enter() {
    if (!busy.compareAndSet(false, true)) {
      throw new IllegalStateException(
          name + ": another thread is using this emulator; give each thread its own");
    }
    if (closed) {
      busy.set(false);
      throw new IllegalStateException(name + ": the emulator has been closed");
    }
  }
}
