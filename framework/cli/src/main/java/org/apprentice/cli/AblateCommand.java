package org.apprentice.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.apprentice.core.config.Study;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice ablate FILE}. */
@Command(
    name = "ablate",
    mixinStandardHelpOptions = true,
    description =
        "Trains the baseline and every variant of an ablation, side by side; goes on with one that was cut off.")
final class AblateCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private StudyOptions order;

  @Option(names = "--fresh", description = "Train anew beside runs that ended.")
  private boolean fresh;

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (StudyRun run = new StudyRun(options, options.results())) {
      return run.run(order, fresh, AblateCommand::requireVariants);
    }
  }

  private static void requireVariants(Study study) {
    if (study.cells().stream().map(cell -> cell.variant()).distinct().count() < 2) {
      throw new UsageException(
          "%s has no variants; give it ablation { variants { NAME { KEY = VALUE } } }"
              .formatted(study.file()));
    }
  }
}
