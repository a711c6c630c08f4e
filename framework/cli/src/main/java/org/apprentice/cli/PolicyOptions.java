package org.apprentice.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.apprentice.core.trial.TrainedPolicy;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which policy a command plays, and how. */
final class PolicyOptions {
  @Parameters(
      index = "0",
      paramLabel = "RUN|CHECKPOINT",
      description = "The folder of a run, its key or the beginning of it, or a checkpoint folder.")
  private String run;

  @Option(
      names = "--checkpoint",
      paramLabel = "N|best|last",
      defaultValue = TrainedPolicy.LAST,
      description = {
        "Of the run's checkpoints, the one after N steps or epochs, the one whose evaluation was",
        "best, or the last (default)."
      })
  private String checkpoint;

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--stochastic", description = "Draw actions instead of the most likely ones.")
  private boolean stochastic;

  TrainedPolicy open(CommonOptions options) throws IOException {
    return TrainedPolicy.find(options.composer(), options.results(), run, checkpoint);
  }

  /** What the command line names, which is an experiment file where nobody's policy plays. */
  Path experiment() {
    if (!checkpoint.equals(TrainedPolicy.LAST) || stochastic) {
      throw new UsageException("--checkpoint and --stochastic are for policies, not for humans");
    }
    return CommonOptions.existing(Path.of(run));
  }

  long seed() {
    return seed;
  }

  boolean deterministic() {
    return !stochastic;
  }

  static void checkEpisodes(int episodes) {
    if (episodes < 1) {
      throw new UsageException("--episodes must be at least 1, found " + episodes);
    }
  }
}
