package org.apprentice.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apprentice.core.config.Trial;
import org.apprentice.core.execution.FrozenStudy;
import org.apprentice.core.trial.RunFolder;
import org.apprentice.core.trial.TrialException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code apprentice resume RUN|STUDY}. */
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    description = "Goes on with an interrupted run, or with a study as it was begun.")
final class ResumeCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Parameters(
      index = "0",
      paramLabel = "RUN|STUDY",
      description =
          "The folder of a run, its key, the beginning of its key; or the name of a study.")
  private String run;

  @Option(names = "--workers", paramLabel = "N", description = "For a study, as for run.")
  private Integer workers;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (FrozenStudy.exists(options.results(), run)) {
      try (StudyRun study = new StudyRun(options, options.results())) {
        return study.resume(run, Optional.ofNullable(workers));
      }
    }
    RunFolder folder = RunFolder.find(options.results(), run);
    try (StudyRun study = new StudyRun(options, folder.results())) {
      Trial trial = study.compose(folder.resolvedConfig());
      if (!folder.path().getFileName().toString().startsWith(trial.key())) {
        throw new TrialException(
            "%s cannot go on: its resolved.conf, or a file that it names, was changed since (key %s, now %s); put back what was changed, or run the experiment anew"
                .formatted(folder.path(), folder.path().getFileName(), trial.key()));
      }
      return study.resume(trial, folder);
    }
  }
}
