package org.apprentice.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code apprentice run FILE}. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Trains what an experiment file says; what was trained before is reused.")
final class RunCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

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

  @Option(names = "--fresh", description = "Train anew beside a run that ended.")
  private boolean fresh;

  @Override
  public Integer call() throws IOException {
    List<String> all = new ArrayList<>(overrides);
    if (seeds != null) {
      all.add("training.seed=" + Seeds.parse(seeds));
    }
    try (StudyRun run = new StudyRun(options, options.results())) {
      return run.run(run.compose(CommonOptions.existing(file), all), fresh);
    }
  }
}
