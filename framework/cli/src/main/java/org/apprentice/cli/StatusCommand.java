package org.apprentice.cli;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apprentice.core.execution.StudyStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code apprentice status [STUDY]}. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows how far studies are, whether or not somebody works on them.")
final class StatusCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "STUDY",
      description = "Its name; all studies, a line each, without one.")
  private String study;

  @Override
  public Integer call() throws IOException {
    if (study == null) {
      List<StudyStatus> all = StudyStatus.all(options.results());
      if (all.isEmpty()) {
        System.out.println("no studies in " + options.results());
      }
      all.forEach(it -> System.out.println(it.name() + ": " + it.summary()));
      return 0;
    }
    StudyStatus status = StudyStatus.of(options.results(), study);
    System.out.println(status.name() + ": " + status.summary());
    int width = status.trials().stream().mapToInt(it -> it.name().length()).max().orElse(0);
    for (StudyStatus.TrialLine trial : status.trials()) {
      System.out.printf(
          Locale.ROOT,
          "%s  %-" + width + "s  %-11s %s%n",
          trial.key(),
          trial.name(),
          trial.state(),
          trial.detail());
    }
    return 0;
  }
}
