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
  private static final String REPLACED = ".replaced";
  private static final String DAMAGED = ".damaged";

  private final Path folder;
  private final int keep;

  Checkpoints(Path runFolder, int keep) {
    folder = runFolder.resolve("checkpoints");
    this.keep = keep;
  }

  Path runFolder() {
    return folder.getParent();
  }

  /** Fills a folder. */
  interface Content {
    void write(Path folder) throws IOException;
  }

  void write(long progress, Content content) throws IOException {
    try {
      replace(progress, content);
    } catch (IOException e) {
      throw new RunFolder(runFolder()).unwritable(folder.resolve(String.valueOf(progress)), e);
    }
  }

  private void replace(long progress, Content content) throws IOException {
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
      rename(target, REPLACED);
    }
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    List<Path> all = all();
    for (Path old : all.subList(0, Math.max(0, all.size() - keep))) {
      delete(old);
    }
    for (Path leftover : entries("\\d+(%s|%s|%s)".formatted(UNFINISHED, REPLACED, DAMAGED))) {
      delete(leftover);
    }
  }

  /** Takes a damaged checkpoint out of the count; the next {@link #write} deletes it. */
  void setAside(Path checkpoint) throws IOException {
    rename(checkpoint, DAMAGED);
  }

  private static void rename(Path checkpoint, String suffix) throws IOException {
    Path renamed = checkpoint.resolveSibling(checkpoint.getFileName() + suffix);
    delete(renamed);
    Files.move(checkpoint, renamed, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Complete checkpoints, oldest first. */
  List<Path> all() {
    return entries("\\d{1,18}").stream()
        .sorted(Comparator.comparingLong(it -> Long.parseLong(it.getFileName().toString())))
        .toList();
  }

  private List<Path> entries(String pattern) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(it -> it.getFileName().toString().matches(pattern)).toList();
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
