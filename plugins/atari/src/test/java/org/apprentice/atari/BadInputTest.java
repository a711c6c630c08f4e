package org.apprentice.atari;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.Environment;
import org.apprentice.spi.ObservationBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Everything that makes ALE end the process, or loop forever, gives a message here instead; that
 * these tests come to an end shows it.
 */
class BadInputTest {
  @TempDir Path folder;

  /** Files that are not the ROM of the game, and what is said of each. */
  enum BadRom {
    MISSING("does not exist") {
      @Override
      void write(Path file) {}
    },
    EMPTY("is empty") {
      @Override
      void write(Path file) throws IOException {
        Files.createFile(file);
      }
    },
    TRUNCATED("has 3000 bytes, which no cartridge has (2048, 4096, 8192, ...), so it was cut") {
      @Override
      void write(Path file) throws IOException {
        Files.write(file, Arrays.copyOf(bricks(), 3000));
      }
    },
    ODD_SIZED("has 4097 bytes, which no cartridge has") {
      @Override
      void write(Path file) throws IOException {
        Files.write(file, Arrays.copyOf(bricks(), 4097));
      }
    },
    TOO_LARGE("is larger than any cartridge (65536 bytes)") {
      @Override
      void write(Path file) throws IOException {
        Files.write(file, new byte[100_000]);
      }
    },
    FOLDER("is a folder, not a file (folders go into roms)") {
      @Override
      void write(Path file) throws IOException {
        Files.createDirectory(file);
      }
    },
    GARBAGE("is not the one of breakout (MD5 f34f08e5eb96e500e851a80be3277a56), but one that ALE") {
      @Override
      void write(Path file) throws IOException {
        Files.write(file, garbage());
      }
    },
    ANOTHER_GAMES(
        "is not the one of breakout (MD5 f34f08e5eb96e500e851a80be3277a56), but that of") {
      @Override
      void write(Path file) throws IOException {
        Files.write(file, bricks());
      }
    },
    DAMAGED_GZIP("is gzip that cannot be unpacked") {
      @Override
      void write(Path file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
          out.write(bricks());
        }
        Files.write(file, Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2));
      }
    };

    private final String message;

    BadRom(String message) {
      this.message = message;
    }

    abstract void write(Path file) throws IOException;
  }

  private static byte[] bricks() {
    return Rom.embedded(Game.named("bricks")).image();
  }

  private static byte[] garbage() {
    byte[] bytes = new byte[4096];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * i * 31 + i / 7);
    }
    return bytes;
  }

  @ParameterizedTest
  @EnumSource
  void badRomsAreRefusedBeforeTraining(BadRom bad) throws IOException {
    Path file = folder.resolve("breakout.bin");
    bad.write(file);
    AtariConfig config = Settings.of("breakout").rom(file).config();
    assertThatThrownBy(() -> Settings.plugin("atari").spec(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("rom " + file)
        .hasMessageContaining(bad.message)
        .hasMessageContaining("pip install ale-py")
        .hasMessageContaining("ALE_ROMS_DIR");
    assertThatThrownBy(() -> Settings.of("breakout").rom(file).open())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void unknownRomsThatDoNotRunAreRefusedAfterATrialInAProcessOfTheirOwn() {
    Game breakout = Game.named("breakout");
    byte[] garbage = garbage();
    Rom rom = new Rom(breakout, Rom.md5(garbage), garbage);
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> RomProbe.require(rom, Duration.ofSeconds(4)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the unknown ROM (MD5 " + rom.md5() + ")")
          .hasMessageContaining("cannot be played as breakout");
    }
  }

  @Test
  void unknownRomsThatRunArePlayed() throws IOException {
    byte[] changed = bricks();
    // A colour: the MD5 is no one's.
    changed[changed.length - 100] ^= 2;
    Path file = Files.write(folder.resolve("homebrew.a26"), changed);
    Settings settings = Settings.of("breakout").rom(file);
    assertThatThrownBy(settings::open)
        .hasMessageContaining("unknown-rom = true plays it nevertheless");
    try (Environment environment = settings.unknownRom().open()) {
      Player player = new Player(environment, 1);
      player.reset();
      assertThat(player.trace(20)).hasSize(20);
      assertThat(environment.lives()).isEqualTo(5);
    }
  }

  @Test
  void settingsThatMeanNothingAreRefused() {
    refused(() -> Settings.of("brekout").config(), "game must be one that ALE knows", "breakout");
    refused(() -> Settings.of("").config(), "game must be one that ALE knows");
    refused(
        () -> Settings.of("bricks").rom(folder.resolve("x")).config(),
        "rom must not be given with bricks");
    refused(() -> Settings.of("pong").unknownRom().config(), "unknown-rom needs rom");
    refused(() -> Settings.of("pong").frameSkip(0).config(), "frame-skip must be at least 1");
    refused(() -> Settings.of("pong").frameSkipMost(4).config(), "frame-skip-most", "4 alone");
    refused(
        () -> Settings.of("pong").frameSkip(4).frameSkipMost(2).config(),
        "frame-skip-most",
        "found 2 with frame-skip = 4");
    refused(
        () -> Settings.of("pong").repeatActionProbability(1).config(),
        "repeat-action-probability must be in [0, 1), found 1.0");
    refused(() -> Settings.of("pong").maxEpisodeSteps(-1).config(), "max-episode-steps");
    refused(() -> Settings.of("pong").maxEpisodeFrames(-1).config(), "max-episode-frames");
    refused(
        () -> Settings.plugin("breakout").spec(Settings.of("pong").config()),
        "game must be breakout here, found pong; write plugin = atari, game = pong");
  }

  private static void refused(Runnable binding, String... messages) {
    assertThatThrownBy(binding::run)
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .contains(messages);
  }

  @Test
  void actionsOutsideTheSetNeverReachTheEmulator() {
    Rom rom = Rom.embedded(Game.named("bricks"));
    Settings settings = Settings.of("bricks");
    try (Environment environment = settings.open()) {
      Player player = new Player(environment, 1);
      player.reset();
      for (int action : new int[] {-1, 4, 17, 18, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
        assertThatThrownBy(() -> player.step(action))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("bricks: action must be in 0..3, found " + action);
      }
      ActionBatch reals = new ActionBatch.Continuous(new float[1], 1, 1);
      assertThatThrownBy(() -> environment.step(reals, 0, player.outcome))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found real numbers");
      player.step(0);
    }
    try (Emulator emulator =
        new Emulator(rom, settings.config().mode(), settings.config().mode())) {
      for (int action : new int[] {-1, 18, 40, 255}) {
        assertThatThrownBy(() -> emulator.act(action))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("bricks: action must be in 0..17, found " + action);
      }
    }
  }

  @Test
  void callsBeforeResetAndAfterCloseAreRefused() throws IOException {
    Environment environment = Settings.of("bricks").open();
    ObservationBatch seen = ObservationBatch.allocate(environment.spec().observationSpace(), 1);
    Player player = new Player(environment, 1);
    for (Runnable early :
        new Runnable[] {
          () -> player.step(0), () -> environment.observe(seen, 0), environment::render
        }) {
      assertThatThrownBy(early::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("bricks: reset must be called before");
    }
    player.reset();
    byte[] state = GameContract.save(environment);
    environment.close();
    environment.close();
    for (Runnable late :
        new Runnable[] {
          () -> player.step(0),
          () -> environment.observe(seen, 0),
          environment::render,
          environment::reset,
          () -> environment.seed(1)
        }) {
      assertThatThrownBy(late::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("bricks: the emulator has been closed");
    }
    assertThatThrownBy(() -> GameContract.save(environment)).hasMessageContaining("closed");
    assertThatThrownBy(() -> GameContract.restore(environment, state))
        .hasMessageContaining("closed");
  }

  @Test
  void aSecondThreadIsRefusedWhileOneIsInside() throws Exception {
    try (Environment environment = Settings.of("bricks").open()) {
      Player player = new Player(environment, 1);
      player.reset();
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      // Saving calls back, which holds this thread inside for as long as the other one tries.
      DataOutput out =
          new DataOutputStream(
              new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                  if (thrown.get() == null) {
                    Thread other =
                        new Thread(
                            () -> {
                              try {
                                player.step(0);
                              } catch (RuntimeException e) {
                                thrown.set(e);
                              }
                            });
                    other.start();
                    try {
                      other.join();
                    } catch (InterruptedException e) {
                      throw new IOException(e);
                    }
                  }
                }
              });
      environment.save(out);
      assertThat(thrown.get())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("another thread is using this emulator");
      player.step(0);
    }
  }

  @Test
  void damagedAndForeignStatesNeverReachTheEmulator() throws IOException {
    try (Environment environment = Settings.of("bricks").open()) {
      Player player = new Player(environment, 1);
      player.reset();
      byte[] state = GameContract.save(environment);
      for (int position = 8; position < state.length; position += 997) {
        byte[] damaged = state.clone();
        damaged[position] ^= 4;
        assertThatThrownBy(() -> GameContract.restore(environment, damaged))
            .as("byte %d damaged", position)
            .isInstanceOf(IOException.class)
            .hasMessageContaining("damaged");
      }
      SavedGame own = SavedGame.read(stream(state), "bricks", Rom.md5(bricks()), 210 * 160);
      ByteArrayOutputStream pongs = new ByteArrayOutputStream();
      SavedGame.write(
          new SavedGame(
              Game.named("pong").md5(),
              own.running(),
              own.begun(),
              own.heldAction(),
              own.lives(),
              own.steps(),
              own.frames(),
              own.episodeReturn(),
              own.random(),
              own.console(),
              own.screen(),
              own.ram()),
          new DataOutputStream(pongs));
      assertThatThrownBy(() -> GameContract.restore(environment, pongs.toByteArray()))
          .isInstanceOf(IOException.class)
          .hasMessage("bricks: the state is one of pong");
      GameContract.restore(environment, state);
      player.step(0);
    }
  }

  private static DataInputStream stream(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }
}
