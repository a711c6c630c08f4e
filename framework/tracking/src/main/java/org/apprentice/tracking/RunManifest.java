package org.apprentice.tracking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apprentice.spi.RunSpec;

/**
 * What {@code run.json} in a run's folder says: all that delivering its journal takes, for whoever
 * does it, whenever, without the experiment file.
 *
 * @param spec its directory is where the file was found, so that results may be moved
 * @param uri where the run is delivered, without passwords
 * @param points most points of a metric that are delivered; 0 for all
 */
public record RunManifest(RunSpec spec, String uri, int points) {
  private static final String FILE = "run.json";

  /** Folders of runs in a folder of results: first those that have others below them. */
  private static final List<String> HOUSES = List.of("studies", "runs");

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private record Content(
      String uid, String experiment, String name, long startMillis, String uri, int points) {
    Content {
      if (uid == null || experiment == null || name == null || uri == null) {
        throw new IllegalArgumentException("uid, experiment, name and uri are needed");
      }
    }
  }

  /**
   * Writes the file into the run's folder, in one step.
   *
   * @param uri {@code tracking.uri}; passwords in it are left out
   * @param points {@code tracking.points}
   */
  public static void write(RunSpec spec, String uri, int points) throws IOException {
    Content content =
        new Content(
            spec.uid(),
            spec.experiment(),
            spec.name(),
            spec.startMillis(),
            Trackers.withoutSecrets(uri),
            points);
    Path file = spec.directory().resolve(FILE);
    Path beside = file.resolveSibling(FILE + ".new");
    Files.writeString(beside, JSON.writeValueAsString(content) + "\n");
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Empty if the folder has no such file.
   *
   * @throws JournalException if the file is damaged
   */
  public static Optional<RunManifest> read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      Content content = JSON.readValue(file.toFile(), Content.class);
      return Optional.of(
          new RunManifest(
              new RunSpec(
                  content.uid(),
                  content.experiment(),
                  content.name(),
                  content.startMillis(),
                  folder.toAbsolutePath().normalize()),
              content.uri(),
              content.points()));
    } catch (JsonProcessingException e) {
      throw new JournalException(
          file + " is damaged; run the experiment again, which writes it anew", e);
    }
  }

  /**
   * All runs in a folder of results, studies before the trials below them. A damaged file is passed
   * over: the others must not suffer from it.
   */
  public static List<RunManifest> all(Path results) throws IOException {
    List<RunManifest> all = new ArrayList<>();
    for (String house : HOUSES) {
      Path folder = results.resolve(house);
      if (Files.isDirectory(folder)) {
        try (Stream<Path> runs = Files.list(folder)) {
          for (Path run : runs.sorted().toList()) {
            readable(run).ifPresent(all::add);
          }
        }
      }
    }
    return all;
  }

  private static Optional<RunManifest> readable(Path run) throws IOException {
    try {
      return read(run);
    } catch (JournalException e) {
      return Optional.empty();
    }
  }
}
