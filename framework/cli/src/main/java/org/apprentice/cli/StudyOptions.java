package org.apprentice.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What an experiment file stands for, and how it is trained: options of several commands. */
final class StudyOptions {
  @Parameters(index = "0", paramLabel = "FILE", description = "The experiment file.")
  private Path file;

  @Parameters(
      index = "1..*",
      paramLabel = "KEY=VALUE",
      description = "Overrides, for example algorithm.clip=0.1; several values are a sweep.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--seeds",
      paramLabel = "SEEDS",
      description = "One trial per seed, for example 1-5 or 1,2,7.")
  private String seeds;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "Processes that train trials side by side (default: as many as the cores hold); 0 for none but this one.")
  private Integer workers;

  Path file() {
    return CommonOptions.existing(file);
  }

  List<String> overrides() {
    List<String> all = new ArrayList<>(overrides);
    if (seeds != null) {
      all.add("training.seed=" + Seeds.parse(seeds));
    }
    return all;
  }

  Optional<Integer> workers() {
    if (workers != null && workers < 0) {
      throw new UsageException("--workers must be at least 0, found " + workers);
    }
    return Optional.ofNullable(workers);
  }
}
