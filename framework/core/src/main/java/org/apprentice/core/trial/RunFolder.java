package org.apprentice.core.trial;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apprentice.tracking.Journal;

/**
 * The folder of a run: {@code <results>/runs/<key>}, or {@code <key>-2} and so on for repetitions.
 */
public record RunFolder(Path path) {

  /**
   * The folder of a trial.
   *
   * @param fresh pass over runs that ended by themselves, well or not; an interrupted one goes on
   */
  static RunFolder forTrial(Path results, String key, boolean fresh) throws IOException {
    Path runs = results.toAbsolutePath().normalize().resolve("runs");
    Path path = runs.resolve(key);
    for (int repetition = 2; fresh && hasEnded(path); repetition++) {
      path = runs.resolve(key + "-" + repetition);
    }
    try {
      Files.createDirectories(path);
    } catch (FileAlreadyExistsException | NotDirectoryException e) {
      throw new TrialException(
          "cannot write results to %s: %s is a file, not a folder; choose another with --results"
              .formatted(path, e.getMessage()),
          e);
    } catch (IOException e) {
      throw new TrialException(
          "cannot write results to %s (%s); choose another folder with --results"
              .formatted(path, e.getMessage()),
          e);
    }
    return new RunFolder(path);
  }

  private static boolean hasEnded(Path path) throws IOException {
    return TrialStatus.read(path)
        .map(TrialStatus::state)
        .filter(it -> it == TrialStatus.State.FINISHED || it == TrialStatus.State.FAILED)
        .isPresent();
  }

  /**
   * Finds a run by its folder, its key or the beginning of its key.
   *
   * @throws TrialException if there is none, or more than one
   */
  public static RunFolder find(Path results, String run) throws IOException {
    Path direct = Path.of(run);
    if (Files.exists(direct.resolve("status.json"))) {
      return new RunFolder(direct.toAbsolutePath().normalize());
    }
    Path runs = results.toAbsolutePath().normalize().resolve("runs");
    List<Path> found = List.of();
    if (Files.isDirectory(runs)) {
      try (Stream<Path> all = Files.list(runs)) {
        found =
            all.filter(it -> it.getFileName().toString().startsWith(run))
                .filter(it -> Files.exists(it.resolve("status.json")))
                .sorted()
                .toList();
      }
    }
    List<Path> exact =
        found.stream().filter(it -> it.getFileName().toString().equals(run)).toList();
    if (exact.size() == 1) {
      return new RunFolder(exact.get(0));
    }
    if (found.isEmpty()) {
      throw new TrialException(
          "no run '%s' in %s; expected the folder of a run, its key, or the beginning of its key"
              .formatted(run, runs));
    }
    if (found.size() > 1) {
      throw new TrialException(
          "'%s' fits %d runs: %s; give more of the key"
              .formatted(run, found.size(), found.stream().map(Path::getFileName).toList()));
    }
    return new RunFolder(found.get(0));
  }

  public Optional<TrialStatus> status() throws IOException {
    return TrialStatus.read(path);
  }

  /** What is known of the run of a key; empty if there is none. */
  public static Optional<TrialStatus> status(Path results, String key) throws IOException {
    return TrialStatus.read(results.resolve("runs").resolve(key));
  }

  /** The folder of results that this run is in. */
  public Path results() {
    return path.getParent().getParent();
  }

  /** Opens the journal and with it takes the run for this process. */
  Journal openJournal() throws IOException {
    return Journal.open(path);
  }

  /** What the trial was composed to. */
  public Path resolvedConfig() {
    return path.resolve("resolved.conf");
  }

  /** Replaces a file in one step: whoever reads it, and whenever the process dies, it is whole. */
  static void replace(Path file, String text) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            beside,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer left = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(true);
    }
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
