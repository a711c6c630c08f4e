package org.apprentice.atari;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apprentice.spi.Environment;

/**
 * Plays bricks at random, looking at every step and saving, restoring and resetting now and then,
 * and prints by how many MiB the process grew. A process of its own, whose heap must have a fixed
 * size: otherwise the heap's growth hides that of native memory.
 */
final class Endurance {
  static final Path STATUS = Path.of("/proc/self/status");

  private Endurance() {}

  /**
   * @param arguments the number of steps, and of emulators to open and close
   */
  public static void main(String[] arguments) throws IOException {
    Settings settings = Settings.of("bricks").repeatActionProbability(0.25);
    try (Environment environment = settings.open()) {
      Player player = new Player(environment, 1);
      player.reset();
      play(player, environment, 3000);
      settings.open().close();
      long before = residentSet();
      play(player, environment, Integer.parseInt(arguments[0]));
      for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
        settings.open().close();
      }
      System.out.println(residentSet() - before);
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

  /** In MiB. */
  private static long residentSet() throws IOException {
    System.gc();
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
      }
    }
    throw new IOException("no VmRSS in " + STATUS);
  }
}
