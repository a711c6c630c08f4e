package org.apprentice.core.trial;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The checkpoints of a run: folders {@code checkpoints/<progress>}, complete or absent (written
 * beside and renamed), of which the newest few are kept.
 */
final class Checkpoints {
  private static final String UNFINISHED = ".unfinished";

  private final Path folder;
  private final int keep;

  Checkpoints(Path runFolder, int keep) {
    folder = runFolder.resolve("checkpoints");
    this.keep = keep;
  }

  /** Fills a folder. */
  interface Content {
    void write(Path folder) throws IOException;
  }

  void write(long progress, Content content) throws IOException {
    Path target = folder.resolve(String.valueOf(progress));
    Path unfinished = folder.resolve(progress + UNFINISHED);
    delete(unfinished);
    Files.createDirectories(unfinished);
    content.write(unfinished);
    try (Stream<Path> files = Files.walk(unfinished)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        force(file);
      }
    }
    if (Files.exists(target)) {
      Path replaced = folder.resolve(progress + ".replaced");
      delete(replaced);
      Files.move(target, replaced, StandardCopyOption.ATOMIC_MOVE);
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      delete(replaced);
    } else {
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    }
    List<Path> all = all();
    for (Path old : all.subList(0, Math.max(0, all.size() - keep))) {
      delete(old);
    }
  }

  /** Complete checkpoints, oldest first. */
  List<Path> all() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(it -> it.getFileName().toString().matches("\\d+"))
          .sorted(Comparator.comparingLong(it -> Long.parseLong(it.getFileName().toString())))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Optional<Path> newest() {
    List<Path> all = all();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> entries = Files.walk(path)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(entry);
      }
    }
  }
}
