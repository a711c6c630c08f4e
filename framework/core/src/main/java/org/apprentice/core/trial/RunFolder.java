package org.apprentice.core.trial;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apprentice.core.config.Trial;
import org.apprentice.tracking.Journal;

/**
 * The folder of a run: {@code <results>/runs/<key>}, or {@code <key>-2} and so on for repetitions.
 */
public record RunFolder(Path path) {
  private static final String RESOLVED = "resolved.conf";
  private static final String STUDIES = "studies.json";
  private static final String PARENT = "parent-run";
  private static final String IMPORTED = "imported";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * The folder in which a trial is trained: of its newest run, or of a new one.
   *
   * @param fresh pass over a run that ended by itself, well or not, or that was paused; one that
   *     was interrupted goes on
   */
  static RunFolder forTrial(Path results, String key, boolean fresh) throws IOException {
    Repetitions found = Repetitions.of(results, key);
    Path path = fresh && hasEnded(found.newest) ? found.next : found.newest;
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new TrialException(
          "cannot write results to %s: %s; choose another folder with --results"
              .formatted(results, obstacle(path, e)),
          e);
    }
    return new RunFolder(path);
  }

  /** What keeps a folder from being made. */
  private static String obstacle(Path wanted, IOException failure) {
    Path existing = wanted;
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (!Files.isDirectory(existing)) {
      return existing + " is a file, not a folder";
    }
    return Files.isWritable(existing)
        ? "no folder can be made in %s (%s)".formatted(existing, failure.getMessage())
        : existing + " may not be written to";
  }

  /** The folder of a trial's newest run: of its last repetition, if there are any. */
  public static RunFolder newest(Path results, String key) {
    return new RunFolder(Repetitions.of(results, key).newest);
  }

  /** The folders of the last repetition of a run and of one more; the same if there is none yet. */
  private record Repetitions(Path newest, Path next) {
    static Repetitions of(Path results, String key) {
      Path runs = results.toAbsolutePath().normalize().resolve("runs");
      Path newest = runs.resolve(key);
      Path next = newest;
      for (int repetition = 2; TrialStatus.exists(next); repetition++) {
        newest = next;
        next = runs.resolve(key + "-" + repetition);
      }
      return new Repetitions(newest, next);
    }
  }

  private static boolean hasEnded(Path path) throws IOException {
    return TrialStatus.read(path)
        .filter(
            it ->
                it.state() == TrialStatus.State.FINISHED
                    || it.state() == TrialStatus.State.FAILED
                    || it.pause() != null)
        .isPresent();
  }

  /**
   * Finds a run by its folder, its key or the beginning of its key.
   *
   * @throws TrialException if there is none, or more than one
   */
  public static RunFolder find(Path results, String run) throws IOException {
    Path direct = Path.of(run);
    if (TrialStatus.exists(direct)) {
      return new RunFolder(direct.toAbsolutePath().normalize());
    }
    Path runs = results.toAbsolutePath().normalize().resolve("runs");
    List<Path> found = List.of();
    if (Files.isDirectory(runs)) {
      try (Stream<Path> all = Files.list(runs)) {
        found =
            all.filter(it -> it.getFileName().toString().startsWith(run))
                .filter(TrialStatus::exists)
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
          "no run '%s' in %s; expected the key of a run there or the beginning of it, or the folder of"
                  .formatted(run, runs)
              + " a run or checkpoint; apprentice plan FILE prints the keys of an experiment");
    }
    if (found.size() > 1) {
      throw new TrialException(
          "'%s' fits %d runs: %s; give more of the key"
              .formatted(run, found.size(), found.stream().map(Path::getFileName).toList()));
    }
    return new RunFolder(found.get(0));
  }

  /** Every run in a folder of results, the one that was begun last first. */
  public static List<RunFolder> all(Path results) throws IOException {
    Path runs = results.toAbsolutePath().normalize().resolve("runs");
    if (!Files.isDirectory(runs)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(runs)) {
      return folders
          .filter(TrialStatus::exists)
          .sorted(Comparator.comparing(RunFolder::begun).reversed())
          .map(RunFolder::new)
          .toList();
    }
  }

  private static FileTime begun(Path run) {
    try {
      return Files.getLastModifiedTime(run.resolve(RESOLVED));
    } catch (IOException e) {
      return FileTime.fromMillis(0); // without the file it cannot be told
    }
  }

  /** Runs that were trained elsewhere and fetched for comparing: a folder for each uid. */
  public static Path imported(Path results) {
    return results.toAbsolutePath().normalize().resolve(IMPORTED);
  }

  /** Whether the run was trained elsewhere, so that it cannot go on here. */
  public boolean isImported() {
    return path.toAbsolutePath().getParent().endsWith(IMPORTED);
  }

  /** Describes a run that was trained elsewhere. */
  public void write(StoredTrial trial) throws IOException {
    replace(path.resolve(STUDIES), JSON.writeValueAsString(trial.memberships()) + "\n");
    trial.status().write(path);
  }

  /** The uid of the study's run that this one is shown below; empty if it stands alone. */
  public Optional<String> parent() throws IOException {
    Path file = path.resolve(PARENT);
    return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
  }

  /** The progress that the newest checkpoint holds; 0 without any. */
  public long checkpointed() {
    return new Checkpoints(path, 1)
        .newest()
        .map(it -> Long.parseLong(it.getFileName().toString()))
        .orElse(0L);
  }

  public Optional<TrialStatus> status() throws IOException {
    return TrialStatus.read(path);
  }

  /** What is known of the newest run of a key; empty if there is none. */
  public static Optional<TrialStatus> status(Path results, String key) throws IOException {
    return newest(results, key).status();
  }

  /** Has a run whose process died say so, see {@code status.json}; others stay as they are. */
  public void markDead() throws IOException {
    Optional<TrialStatus> status = status();
    if (status.isPresent() && status.get().state() == TrialStatus.State.RUNNING) {
      status.get().killed("its process died").write(path);
    }
  }

  /** The folder of results that this run is in. */
  public Path results() {
    return path.getParent().getParent();
  }

  /** Opens the journal and with it takes the run for this process. */
  Journal openJournal() throws IOException {
    return Journal.open(path);
  }

  /**
   * What the trial was composed to.
   *
   * @throws TrialException if the folder holds no such file
   */
  public Path resolvedConfig() {
    Path file = path.resolve(RESOLVED);
    if (!Files.isRegularFile(file)) {
      throw new TrialException(
          "%s is missing, so the run cannot be rebuilt; run its experiment file again"
              .formatted(file));
    }
    return file;
  }

  void writeResolvedConfig(Trial trial) throws IOException {
    replace(path.resolve(RESOLVED), trial.resolved());
  }

  /**
   * The studies that trained or reused this run, the first one first.
   *
   * @throws TrialException if their file is damaged
   */
  public List<Membership> memberships() throws IOException {
    Path file = path.resolve(STUDIES);
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      return JSON.readValue(file.toFile(), new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new TrialException(
          file + " is damaged; delete it and run the experiment again, which writes it anew", e);
    }
  }

  /** Has {@link #memberships} tell of a study too; whether it did not. */
  boolean enroll(Membership membership) throws IOException {
    List<Membership> all = new ArrayList<>(memberships());
    if (all.contains(membership)) {
      return false;
    }
    all.add(membership);
    replace(path.resolve(STUDIES), JSON.writeValueAsString(all) + "\n");
    return true;
  }

  /**
   * Whether the run is still to be shown below a study's own run: it is shown below none yet, or
   * below one that the study which trained it has lost.
   *
   * @param parent id of the study's run; empty if it has none
   */
  boolean lacksParent(Trial trial, Optional<String> parent) throws IOException {
    Path file = path.resolve(PARENT);
    if (parent.isEmpty() || !Files.exists(file)) {
      return parent.isPresent();
    }
    boolean own = memberships().get(0).study().equals(trial.experiment().name());
    return own && !Files.readString(file).equals(parent.get());
  }

  void writeParent(String parent) {
    replace(path.resolve(PARENT), parent);
  }

  /** A full or broken disk, with the file that the operating system does not name. */
  TrialException unwritable(Path file, IOException cause) {
    return new TrialException(
        "cannot write %s (%s); make room or mend the disk, then: apprentice resume %s"
            .formatted(file, cause.getMessage(), path.getFileName()),
        cause);
  }

  /** Replaces a file in one step: whoever reads it, and whenever the process dies, it is whole. */
  static void replace(Path file, String text) {
    try {
      write(file, text);
    } catch (IOException e) {
      throw new RunFolder(file.getParent()).unwritable(file, e);
    }
  }

  private static void write(Path file, String text) throws IOException {
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
