package org.apprentice.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.apprentice.core.config.Trial;
import org.apprentice.core.trial.RunFolder;
import org.apprentice.core.trial.TrialException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code apprentice resume RUN}. */
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    description = "Goes on with an interrupted run from its newest checkpoint.")
final class ResumeCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Parameters(
      index = "0",
      paramLabel = "RUN",
      description = "The folder of a run, its key, or the beginning of its key.")
  private String run;

  @Override
  public Integer call() throws IOException {
    RunFolder folder = RunFolder.find(options.results(), run);
    try (StudyRun study = new StudyRun(options, folder.results())) {
      Trial trial = study.compose(folder.resolvedConfig(), List.of()).trials().get(0);
      if (!folder.path().getFileName().toString().startsWith(trial.key())) {
        throw new TrialException(
            "%s cannot go on: its resolved.conf, or a file that it names, was changed since (key %s, now %s); put back what was changed, or run the experiment anew"
                .formatted(folder.path(), folder.path().getFileName(), trial.key()));
      }
      return study.resume(trial, folder);
    }
  }
}
