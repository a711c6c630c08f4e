package org.apprentice.core.execution;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apprentice.core.config.Secrets;
import org.apprentice.core.config.Sources;
import org.apprentice.core.config.Trial;
import org.apprentice.core.study.StudyReport;
import org.apprentice.core.trial.Summary;

/**
 * The record of a study in its folder {@code <results>/studies/<name>}: {@code study.json} holds
 * what it was begun with, {@code ledger.jsonl} what became of its trials, a line for each event, so
 * that a process that dies leaves all but perhaps its last line. What a trial came to is in its
 * run's folder; the ledger says which trials belong to the study and what was done for them.
 */
public final class Ledger implements AutoCloseable {
  private static final String BASE = "study.json";
  private static final String ENTRIES = "ledger.jsonl";
  private static final String LOCK = "study.lock";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final ObjectMapper LINE = new ObjectMapper();

  /**
   * What a study was begun with, when it was taken up last.
   *
   * @param file the experiment file, absolute
   * @param overrides of the command line; like the texts, without users and passwords of addresses
   * @param texts of the experiment file and all that it includes, by absolute path
   */
  record Base(
      String name, String file, List<String> overrides, Map<String, String> texts, CodeState code) {
    static Base of(
        String name, Path file, List<String> overrides, Sources.Frozen sources, CodeState code) {
      Map<String, String> texts = new LinkedHashMap<>();
      sources
          .texts()
          .forEach((path, text) -> texts.put(path.toString(), Secrets.withoutUserInfo(text)));
      return new Base(
          name,
          file.toAbsolutePath().normalize().toString(),
          overrides.stream().map(Secrets::withoutUserInfo).toList(),
          texts,
          code);
    }

    Sources.Frozen sources() {
      Map<Path, String> byPath = new HashMap<>();
      texts.forEach((path, text) -> byPath.put(Path.of(path), text));
      return new Sources.Frozen(byPath);
    }
  }

  private final Path folder;
  private final RandomAccessFile lock;
  private final RandomAccessFile file;
  private final Set<String> planned = new HashSet<>();
  private final Set<String> pruned = new HashSet<>();

  private Ledger(Path folder, RandomAccessFile lock, RandomAccessFile file) {
    this.folder = folder;
    this.lock = lock;
    this.file = file;
  }

  /**
   * Takes up a study, for the first time or again.
   *
   * @throws ExecutionException if another process works on it, or the folder cannot be written
   */
  static Ledger open(Path results, String study) {
    Path folder = folder(results, study);
    try {
      Files.createDirectories(folder);
      RandomAccessFile lock = lock(folder, study);
      Ledger ledger =
          new Ledger(folder, lock, new RandomAccessFile(folder.resolve(ENTRIES).toFile(), "rw"));
      ledger.seekEnd();
      for (LedgerEntry entry : entries(folder)) {
        ledger.heed(entry);
      }
      return ledger;
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  /** The folder of a study. */
  static Path folder(Path results, String study) {
    return StudyReport.folder(results, study);
  }

  private static RandomAccessFile lock(Path folder, String study) throws IOException {
    RandomAccessFile file = new RandomAccessFile(folder.resolve(LOCK).toFile(), "rw");
    FileLock lock = tryLock(file);
    if (lock == null) {
      String holder = file.readLine();
      file.close();
      throw new ExecutionException(
          "another process (%s) works on the study %s; wait for it, or give this one a name of its own: name=OTHER"
              .formatted(holder == null ? "unknown" : holder, study));
    }
    file.setLength(0);
    file.writeBytes(Long.toString(ProcessHandle.current().pid()));
    return file;
  }

  private static FileLock tryLock(RandomAccessFile file) throws IOException {
    try {
      return file.getChannel().tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** Whether a process works on the study of a folder at present. */
  static boolean isInUse(Path folder) throws IOException {
    if (!Files.exists(folder.resolve(LOCK))) {
      return false;
    }
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve(LOCK).toFile(), "rw")) {
      return tryLock(file) == null;
    }
  }

  /** Behind the last whole line: what a dying process left of one is overwritten. */
  private void seekEnd() throws IOException {
    long end = file.length();
    while (end > 0) {
      file.seek(end - 1);
      if (file.read() == '\n') {
        break;
      }
      end--;
    }
    file.setLength(end);
    file.seek(end);
  }

  /**
   * Everything that a study's ledger tells, oldest first; none if there is no ledger.
   *
   * @throws ExecutionException if it is damaged before its last line
   */
  static List<LedgerEntry> entries(Path folder) throws IOException {
    Path path = folder.resolve(ENTRIES);
    if (!Files.exists(path)) {
      return List.of();
    }
    List<LedgerEntry> entries = new ArrayList<>();
    List<String> lines = Files.readString(path).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      try {
        entries.add(LINE.readValue(lines.get(i), LedgerEntry.class));
      } catch (JsonProcessingException e) {
        if (i < lines.size() - 1) {
          throw new ExecutionException(
              "%s:%d is damaged; delete this line. The runs themselves are not touched by it"
                  .formatted(path, i + 1),
              e);
        }
      }
    }
    return entries;
  }

  /** The trials of a study when it was taken up last, in its order. */
  static List<LedgerEntry.Planned> planned(List<LedgerEntry> entries) {
    List<LedgerEntry.Planned> planned = new ArrayList<>();
    for (LedgerEntry entry : entries) {
      if (entry instanceof LedgerEntry.Began) {
        planned.clear();
      } else if (entry instanceof LedgerEntry.Planned trial) {
        planned.add(trial);
      }
    }
    return planned;
  }

  /** What the study was begun with; empty if it never was. */
  static Optional<Base> base(Path folder) throws IOException {
    Path path = folder.resolve(BASE);
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(path.toFile(), Base.class));
    } catch (JsonProcessingException e) {
      throw new ExecutionException(
          path + " is damaged; delete it and run the study's experiment file again", e);
    }
  }

  Path folder() {
    return folder;
  }

  void write(Base base) {
    Path path = folder.resolve(BASE);
    Path beside = folder.resolve(BASE + ".new");
    try {
      Files.writeString(beside, JSON.writeValueAsString(base) + "\n");
      Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  /** Has the trials belong to the study from now on; each is said once. */
  void plan(List<Trial> trials) {
    for (Trial trial : trials) {
      if (planned.add(trial.key())) {
        append(
            new LedgerEntry.Planned(
                System.currentTimeMillis(),
                trial.key(),
                Summary.name(trial),
                trial.variant(),
                trial.point(),
                trial.experiment().training().seed()));
      }
    }
  }

  /** Has a trial not go on; said once, unless it is started again. */
  void prune(Trial trial, String why) {
    if (!pruned.contains(trial.key())) {
      append(new LedgerEntry.Pruned(System.currentTimeMillis(), trial.key(), why));
    }
  }

  private void heed(LedgerEntry entry) {
    if (entry instanceof LedgerEntry.Pruned trial) {
      pruned.add(trial.key());
    } else if (entry instanceof LedgerEntry.Started trial) {
      pruned.remove(trial.key());
    }
  }

  void append(LedgerEntry entry) {
    heed(entry);
    try {
      String line = LINE.writerFor(LedgerEntry.class).writeValueAsString(entry) + "\n";
      file.write(Secrets.hidden(line).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  private static ExecutionException unwritable(Path folder, IOException cause) {
    return new ExecutionException(
        "cannot write the study's folder %s (%s); make room or choose another folder with --results, then run it again"
            .formatted(folder, cause.getMessage()),
        cause);
  }

  @Override
  public void close() {
    try (lock;
        file) {
      file.getFD().sync();
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }
}
