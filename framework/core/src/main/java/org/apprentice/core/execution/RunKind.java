package org.apprentice.core.execution;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apprentice.core.config.ResolvedSettings;
import org.apprentice.core.config.Trial;
import org.apprentice.core.trial.RunFolder;
import org.apprentice.core.trial.TrialException;

/**
 * The components that a run is made of, by which its speed is guessed from others'.
 *
 * @param plugins names by path, such as {@code algorithm.generator}
 */
record RunKind(Map<String, String> plugins) {
  private static final String SUFFIX = ".plugin";
  private static final String ENVIRONMENT = "environment";
  private static final String ALGORITHM = "algorithm";

  static RunKind of(Trial trial) {
    return of(trial.parameters());
  }

  /** Of what a run was composed to; empty if its folder does not tell. */
  static Optional<RunKind> read(RunFolder run) {
    try {
      RunKind kind = of(ResolvedSettings.read(run.resolvedConfig()));
      return kind.plugins.isEmpty() ? Optional.empty() : Optional.of(kind);
    } catch (TrialException e) {
      return Optional.empty();
    }
  }

  private static RunKind of(Map<String, String> settings) {
    Map<String, String> plugins = new TreeMap<>();
    settings.forEach(
        (key, value) -> {
          if (key.endsWith(SUFFIX)) {
            plugins.put(key.substring(0, key.length() - SUFFIX.length()), value);
          }
        });
    return new RunKind(plugins);
  }

  /** The same algorithm in the same environment, whatever else differs. */
  RunKind task() {
    Map<String, String> task = new TreeMap<>(plugins);
    task.keySet().retainAll(Set.of(ENVIRONMENT, ALGORITHM));
    return new RunKind(task);
  }

  /** {@code gail/ppo/mlp on cartpole}. */
  String label() {
    String parts =
        plugins.entrySet().stream()
            .filter(plugin -> !plugin.getKey().equals(ENVIRONMENT))
            .map(Map.Entry::getValue)
            .distinct()
            .collect(Collectors.joining("/"));
    return parts + " on " + plugins.get(ENVIRONMENT);
  }
}
