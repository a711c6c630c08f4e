package org.apprentice.core.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A trial as text, from which another process composes it again whatever has become of its files.
 *
 * @param file what stands for the trial's own file in {@code texts}
 * @param variant as in {@link Trial#variant}
 * @param point as in {@link Trial#point}
 * @param key of the trial
 * @param texts what the trial and its experts come to, by absolute path
 */
public record WrittenTrial(
    String file, String variant, Map<String, String> point, String key, Map<String, String> texts) {
  /**
   * @param file a path that no expert of the trial has
   */
  public static WrittenTrial of(Trial trial, Path file) {
    Map<String, String> texts = new LinkedHashMap<>();
    String name = file.toAbsolutePath().normalize().toString();
    texts.put(name, trial.resolved());
    addExperts(trial, texts);
    return new WrittenTrial(name, trial.variant(), trial.point(), trial.key(), texts);
  }

  private static void addExperts(Trial trial, Map<String, String> texts) {
    trial
        .experts()
        .forEach(
            (path, expert) -> {
              texts.put(path.toAbsolutePath().normalize().toString(), expert.resolved());
              addExperts(expert, texts);
            });
  }

  Sources sources() {
    Map<Path, String> byPath = new LinkedHashMap<>();
    texts.forEach((path, text) -> byPath.put(Path.of(path), text));
    return new Sources.Frozen(byPath);
  }
}
