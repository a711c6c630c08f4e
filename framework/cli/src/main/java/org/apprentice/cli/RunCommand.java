package org.apprentice.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice run FILE}. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Trains what an experiment file says; what was trained before is reused.")
final class RunCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private StudyOptions order;

  @Option(names = "--fresh", description = "Train anew beside runs that ended.")
  private boolean fresh;

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (StudyRun run = new StudyRun(options, options.results())) {
      return run.run(order, fresh, study -> {});
    }
  }
}
