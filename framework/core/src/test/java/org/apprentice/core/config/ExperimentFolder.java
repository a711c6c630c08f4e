package org.apprentice.core.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.Assertions;

/** Experiment files of a test. */
record ExperimentFolder(Path folder) {
  ExperimentFolder file(String name, String text) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Study study(String name, String... overrides) {
    return new Composer(TestPlugin.COMPONENTS).compose(folder.resolve(name), List.of(overrides));
  }

  /** The only trial. */
  Trial trial(String name, String... overrides) {
    List<Trial> trials = study(name, overrides).trials();
    Assertions.assertThat(trials).hasSize(1);
    return trials.get(0);
  }

  /** A bound value as it is logged; null if absent. */
  String value(String key, String name, String... overrides) {
    return trial(name, overrides).parameters().get(key);
  }

  /** What is wrong, one line each, with files relative to the folder. */
  List<String> problems(String name, String... overrides) {
    try {
      study(name, overrides);
    } catch (ConfigurationException e) {
      return e.getMessage().lines().map(line -> line.replace(folder + "/", "")).toList();
    }
    throw new AssertionError(name + " was expected to have problems");
  }
}
