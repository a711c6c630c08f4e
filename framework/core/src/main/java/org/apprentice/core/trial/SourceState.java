package org.apprentice.core.trial;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The git commit that a run was made with.
 *
 * @param commit 40 hexadecimal digits
 * @param dirty whether tracked files differ from the commit
 */
public record SourceState(String commit, boolean dirty) {
  /** By folder: the runs of a process are made with the code that it was started with. */
  private static final Map<Path, Optional<SourceState>> KNOWN = new ConcurrentHashMap<>();

  /**
   * What MLflow shows of where a run comes from: tags by name. Git is asked once for each folder.
   *
   * @param source the experiment file
   */
  public static Map<String, String> tags(Path source) {
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put("mlflow.user", System.getProperty("user.name"));
    tags.put("mlflow.source.name", source.toString());
    tags.put("mlflow.source.type", "LOCAL");
    KNOWN
        .computeIfAbsent(source.toAbsolutePath().normalize().getParent(), SourceState::of)
        .ifPresent(
            state -> {
              tags.put("mlflow.source.git.commit", state.commit());
              tags.put("git.dirty", String.valueOf(state.dirty()));
            });
    return tags;
  }

  /** Empty outside a git checkout, or without git. */
  public static Optional<SourceState> of(Path folder) {
    Optional<String> commit = git(folder, List.of("rev-parse", "HEAD"));
    return commit.map(
        it ->
            new SourceState(
                it,
                git(folder, List.of("status", "--porcelain", "--untracked-files=no"))
                    .filter(changes -> !changes.isEmpty())
                    .isPresent()));
  }

  private static Optional<String> git(Path folder, List<String> arguments) {
    try {
      ProcessBuilder builder = new ProcessBuilder("git");
      builder.command().addAll(arguments);
      Process process =
          builder.directory(folder.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      boolean ended = process.waitFor(5, TimeUnit.SECONDS);
      return ended && process.exitValue() == 0 ? Optional.of(output) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
