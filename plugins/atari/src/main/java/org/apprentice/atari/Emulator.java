package org.apprentice.atari;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.ale.ALEInterface;
import org.bytedeco.ale.ALEState;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;

/**
 * A console with a cartridge in it, frame by frame. Everything that would end the process in native
 * code is refused before it gets there. Not thread-safe.
 *
 * <p>ALE's own frame skipping, sticky actions and limits are off, so that nothing in it is random
 * but what a game draws from a generator with a fixed seed.
 */
final class Emulator implements AutoCloseable {
  static final int RAM_BYTES = 128;

  /** ALE's action 0. */
  static final int NOOP = 0;

  private final Rom rom;
  // Buffers of the screen and the memory are the emulator's own: it has to outlive them.
  private final ALEInterface ale;
  private final ByteBuffer nativeScreen;
  private final ByteBuffer nativeRam;
  private final ALEState pristine;
  private final byte[] screen;
  private final byte[] ram = new byte[RAM_BYTES];
  private boolean seen;

  /**
   * Switches on.
   *
   * @throws IllegalArgumentException if the game has no such mode or difficulty
   * @throws IllegalStateException if ALE cannot be loaded, or knows the game otherwise than the
   *     table does
   */
  Emulator(Rom rom, Optional<Integer> mode, Optional<Integer> difficulty) {
    NativeLibrary.require();
    this.rom = rom;
    Game game = rom.game();
    ale = new ALEInterface();
    try {
      load();
      requireTable(game);
      mode.ifPresent(
          it -> {
            requireOneOf("mode", it, values(ale.getAvailableModes()));
            ale.setMode(it);
          });
      difficulty.ifPresent(
          it -> {
            requireOneOf("difficulty", it, values(ale.getAvailableDifficulties()));
            ale.setDifficulty(it);
          });
    } catch (RuntimeException e) {
      ale.deallocate();
      throw e;
    }
    screen = new byte[game.rows() * Game.COLUMNS];
    nativeScreen = ale.getScreen().getArray().capacity(screen.length).asByteBuffer();
    nativeRam = ale.getRAM().array().capacity(RAM_BYTES).asByteBuffer();
    pristine = ale.cloneState(true);
  }

  private void load() {
    ale.setInt("random_seed", 0);
    ale.setInt("frame_skip", 1);
    ale.setFloat("repeat_action_probability", 0);
    ale.setInt("max_num_frames_per_episode", 0);
    rom.withFile(file -> ale.loadROM(file.toString()));
  }

  /** The table gives spaces before there is a ROM; they have to be those of the emulator. */
  private void requireTable(Game game) {
    long rows = ale.getScreen().height();
    List<String> actions =
        Arrays.stream(values(ale.getMinimalActionSet())).mapToObj(Game.ACTIONS::get).toList();
    if (rows != game.rows()
        || ale.getScreen().width() != Game.COLUMNS
        || !actions.equals(game.actions())) {
      throw new IllegalStateException(
          "%s: ALE shows %d rows and takes %s, expected %d and %s"
              .formatted(game.name(), rows, actions, game.rows(), game.actions()));
    }
  }

  private void requireOneOf(String key, int value, int[] known) {
    if (Arrays.stream(known).noneMatch(it -> it == value)) {
      throw new IllegalArgumentException(
          "%s of %s must be one of %s, found %d"
              .formatted(key, rom.game().name(), Arrays.toString(known), value));
    }
  }

  private static int[] values(IntPointer pointer) {
    int[] values = new int[(int) pointer.limit()];
    pointer.get(values);
    return values;
  }

  Game game() {
    return rom.game();
  }

  String md5() {
    return rom.md5();
  }

  /** As it was when it was switched on; {@link #reset()} has to follow. */
  void revert() {
    ale.restoreState(pristine);
    seen = false;
  }

  /** Begins a game. */
  void reset() {
    ale.reset_game();
    seen = false;
  }

  /**
   * Emulates a frame.
   *
   * @param action in ALE's numbering
   * @return the reward
   */
  int act(int action) {
    if (action < 0 || action >= Game.ACTIONS.size()) {
      throw new IllegalArgumentException(
          "%s: action must be in 0..%d, found %d"
              .formatted(rom.game().name(), Game.ACTIONS.size() - 1, action));
    }
    seen = false;
    return ale.act(action);
  }

  boolean gameOver() {
    return ale.game_over();
  }

  int lives() {
    return ale.lives();
  }

  /** Indices into the palette, {@code [rows x 160]}; the same array from call to call. */
  byte[] screen() {
    look();
    return screen;
  }

  /** The console's memory, {@code [128]}; the same array from call to call. */
  byte[] ram() {
    look();
    return ram;
  }

  private void look() {
    if (!seen) {
      nativeScreen.get(0, screen);
      nativeRam.get(0, ram);
      seen = true;
    }
  }

  /** The gray of each index. */
  byte[] grays() {
    byte[] grays = new byte[256];
    ale.theOSystem().colourPalette().applyPaletteGrayscale(grays, indices(), 256);
    return grays;
  }

  /** Red, green and blue of each index, {@code [256 x 3]}. */
  byte[] colours() {
    byte[] colours = new byte[256 * 3];
    ale.theOSystem().colourPalette().applyPaletteRGB(colours, indices(), 256);
    return colours;
  }

  private static byte[] indices() {
    byte[] indices = new byte[256];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = (byte) i;
    }
    return indices;
  }

  /** What {@link #restore} needs besides screen and memory, with the generators in it. */
  byte[] save() {
    try (ALEState state = ale.cloneState(true);
        BytePointer serialized = state.serialize()) {
      byte[] bytes = new byte[(int) serialized.limit()];
      serialized.get(bytes);
      return bytes;
    }
  }

  /**
   * Continues from bytes of {@link #save()}; others may end the process. ALE itself shows the
   * picture and the memory from before until the next frame.
   */
  void restore(byte[] state, byte[] savedScreen, byte[] savedRam) {
    try (BytePointer bytes = new BytePointer(state);
        ALEState restored = new ALEState(bytes)) {
      ale.restoreState(restored);
    }
    System.arraycopy(savedScreen, 0, screen, 0, screen.length);
    System.arraycopy(savedRam, 0, ram, 0, ram.length);
    seen = true;
  }

  @Override
  public void close() {
    pristine.deallocate();
    ale.deallocate();
  }
}
