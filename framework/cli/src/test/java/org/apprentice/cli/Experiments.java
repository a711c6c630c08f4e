package org.apprentice.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Experiments that take a moment, and what they leave behind. */
final class Experiments {
  /** Sixteen updates of 16 steps. */
  static final String PPO =
      """
      environment { plugin = cartpole, copies = 2 }
      network { plugin = mlp, hidden = [8] }
      algorithm { plugin = ppo, rollout-length = 8, minibatch-size = 16, epochs = 1 }
      training { steps = 256 }
      evaluation { episodes = 2, copies = 2 }
      checkpoint { every = 64, keep = 2 }
      """;

  /** Two passes over two episodes. */
  static final String BC =
      """
      environment { plugin = cartpole }
      network { plugin = mlp, hidden = [8] }
      algorithm { plugin = bc, epochs = 2 }
      algorithm.demonstrations { file = "episodes.npz", episodes = 2 }
      evaluation { episodes = 2, copies = 2 }
      """;

  private Experiments() {}

  /** The only run below a folder of results. */
  static Path onlyRun(Path results) {
    List<Path> runs = list(results.resolve("runs"));
    if (runs.size() != 1) {
      throw new IllegalStateException("expected one run, found " + runs);
    }
    return runs.get(0);
  }

  static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void copy(Path folder, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(folder.relativize(file)));
      }
    }
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Has a run end as one that was interrupted, so that it can be resumed. */
  static void interrupt(Path run) throws IOException {
    replace(run.resolve("status.json"), "FINISHED", "KILLED");
  }

  static void replace(Path file, String old, String text) throws IOException {
    String content = Files.readString(file);
    if (!content.contains(old)) {
      throw new IllegalStateException(file + " holds no " + old);
    }
    Files.writeString(file, content.replace(old, text));
  }

  /** Changes one byte in the middle. */
  static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 0x55;
    Files.write(file, bytes);
  }
}
