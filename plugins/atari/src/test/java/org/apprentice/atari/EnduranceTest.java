package org.apprentice.atari;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apprentice.spi.Environment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Native memory that is not given back would show in the size of the process. */
class EnduranceTest {
  private static final Path STATUS = Path.of("/proc/self/status");

  @Test
  void playingKeepsTheProcessSmall() throws IOException {
    assertThat(growth(20_000)).as("MiB in 20,000 steps").isLessThan(48);
  }

  @Test
  @Tag("learning")
  void aMillionStepsKeepTheProcessSmall() throws IOException {
    assertThat(growth(1_000_000)).as("MiB in a million steps").isLessThan(48);
  }

  /** In MiB, of the resident set, by random play that is watched, saved and reset. */
  private static long growth(int steps) throws IOException {
    assumeThat(STATUS).as("only Linux tells how large a process is").exists();
    try (Environment environment = Settings.of("bricks").repeatActionProbability(0.25).open()) {
      Player player = new Player(environment, 1);
      player.reset();
      play(player, environment, 3000);
      long before = residentSet();
      play(player, environment, steps);
      return residentSet() - before;
    }
  }

  private static void play(Player player, Environment environment, int steps) throws IOException {
    for (int step = 0; step < steps; step++) {
      player.step(player.draw());
      player.look();
      if (step % 100 == 0) {
        GameContract.restore(environment, GameContract.save(environment));
      }
      if (player.outcome.episodeEnded) {
        player.reset();
      }
    }
  }

  private static long residentSet() throws IOException {
    System.gc();
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
      }
    }
    throw new IOException("no VmRSS in " + STATUS);
  }

  @Test
  void emulatorsThatAreClosedGiveTheirMemoryBack() throws IOException {
    assumeThat(STATUS).as("only Linux tells how large a process is").exists();
    for (int i = 0; i < 2; i++) {
      Settings.of("bricks").open().close();
    }
    long before = residentSet();
    for (int i = 0; i < 8; i++) {
      Settings.of("bricks").open().close();
    }
    assertThat(residentSet() - before).as("MiB by 8 emulators").isLessThan(24);
  }
}
