package org.apprentice.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.apprentice.core.config.Study;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice sweep FILE}. */
@Command(
    name = "sweep",
    mixinStandardHelpOptions = true,
    description = "Trains every point of a sweep, side by side; goes on with one that was cut off.")
final class SweepCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private StudyOptions order;

  @Option(names = "--fresh", description = "Train anew beside runs that ended.")
  private boolean fresh;

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (StudyRun run = new StudyRun(options, options.results())) {
      return run.run(order, fresh, SweepCommand::requireAxes);
    }
  }

  private static void requireAxes(Study study) {
    if (study.cells().stream().allMatch(cell -> cell.point().isEmpty())) {
      throw new UsageException(
          "%s sweeps over nothing; give it sweep { space { KEY = [...] } }, or values here: algorithm.clip=0.1,0.2"
              .formatted(study.file()));
    }
  }
}
