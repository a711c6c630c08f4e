package org.apprentice.tracking;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.TrackingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files that a run has on its way to a server. Large ones that are there already, because an
 * earlier delivery broke off later, are not sent again.
 */
final class ServerFiles {
  /** Names the folder where the files are, if they cannot be sent. */
  static final String FOLDER_TAG = "apprentice.folder";

  private static final Logger logger = LoggerFactory.getLogger(ServerFiles.class);
  private static final long LARGE = 8L << 20;

  /** Of a large file when it was sent. */
  private record State(long size, FileTime changed) {
    static State of(Path file) throws IOException {
      return new State(Files.size(file), Files.getLastModifiedTime(file));
    }
  }

  private final RunSpec spec;
  private final ServerArtifacts artifacts;
  private final Map<String, State> sent = new HashMap<>();
  private final Map<String, Map<String, Long>> present = new HashMap<>();

  /** Paths that have arrived. What is named again has changed since. */
  private final Set<String> arrived = new HashSet<>();

  private boolean told;

  ServerFiles(RunSpec spec, ServerArtifacts artifacts) {
    this.spec = spec;
    this.artifacts = artifacts;
  }

  boolean isWritable() {
    return artifacts.isWritable();
  }

  /** Sends texts, by their paths. */
  void putTexts(Map<String, String> texts) {
    if (texts.isEmpty() || !canWrite()) {
      return;
    }
    try {
      for (Map.Entry<String, String> text : texts.entrySet()) {
        artifacts.put(text.getKey(), text.getValue());
      }
    } catch (IOException e) {
      throw TrackingException.temporary(
          "texts of run %s cannot be sent (%s)".formatted(spec.name(), e), e);
    }
  }

  private boolean canWrite() {
    if (!artifacts.isWritable() && !told) {
      told = true;
      logger.warn(
          "The files of run {} stay in {}: the server keeps them in {} and does not take them"
              + " itself. Start it with --serve-artifacts to have them there",
          spec.name(),
          spec.directory(),
          artifacts.uri());
    }
    return artifacts.isWritable();
  }

  /**
   * Sends a file as it is now.
   *
   * @param changed whether it was named before: what is there may be an older state of it
   * @throws IOException if it cannot be read
   */
  void put(RunEvent.Artifact artifact, boolean changed) throws IOException {
    if (!canWrite()) {
      return;
    }
    Path source = spec.directory().resolve(artifact.file());
    String path = checked(artifact.path());
    try {
      State state = State.of(source);
      boolean large = state.size() > LARGE;
      if (large && isThere(path, state, changed || arrived.contains(artifact.path()))) {
        return;
      }
      artifacts.put(path, source);
      if (large) {
        sent.put(path, state);
      }
    } catch (NoSuchFileException e) {
      if (Files.exists(source)) {
        throw e;
      }
      logger.warn("Run {} has no file {} any more; MLflow goes without it", spec.name(), source);
    }
  }

  /** Says that whatever comes next is not the repetition of what came before. */
  void arrived(List<RunEvent> events) {
    for (RunEvent event : events) {
      if (event instanceof RunEvent.Artifact file) {
        arrived.add(file.path());
      }
    }
  }

  private boolean isThere(String path, State state, boolean changed) {
    if (sent.containsKey(path)) {
      return sent.get(path).equals(state);
    }
    if (changed) {
      return false;
    }
    int slash = path.lastIndexOf('/');
    String folder = slash < 0 ? "" : path.substring(0, slash);
    Long size = present.computeIfAbsent(folder, artifacts::files).get(path);
    return size != null && size == state.size();
  }

  private static String checked(String path) {
    try {
      Path normal = Path.of(path).normalize();
      if (!normal.isAbsolute() && !normal.startsWith("..") && !normal.toString().isEmpty()) {
        return normal.toString().replace('\\', '/');
      }
    } catch (InvalidPathException e) {
      // Told below.
    }
    throw ServerException.refused(
        "artifact path '" + path + "' leaves the run's artifacts", ServerException.NO_ANSWER, "");
  }
}
