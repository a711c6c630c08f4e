package org.apprentice.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.apprentice.core.config.Composer;
import org.apprentice.core.trial.TrainedPolicy;
import org.apprentice.rl.Evaluation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code apprentice evaluate RUN}. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = "Plays episodes with the policy of a run or checkpoint.")
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Parameters(
      index = "0",
      paramLabel = "RUN|CHECKPOINT",
      description = "The folder of a run, its key or the beginning of it, or a checkpoint folder.")
  private String run;

  @Option(names = "--episodes", defaultValue = "100", description = "Default: ${DEFAULT-VALUE}.")
  private int episodes;

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--stochastic", description = "Draw actions instead of the most likely ones.")
  private boolean stochastic;

  @Override
  public Integer call() throws IOException {
    if (episodes < 1) {
      throw new UsageException("--episodes must be at least 1, found " + episodes);
    }
    Composer composer = options.composer();
    try (TrainedPolicy policy = TrainedPolicy.find(composer, options.results(), run)) {
      Evaluation evaluation = policy.evaluate(episodes, !stochastic, seed);
      System.out.printf(
          java.util.Locale.ROOT,
          "%s%nreturn %.2f +- %.2f (min %.1f, max %.1f), length %.1f, %d %s episodes%n",
          policy.checkpoint(),
          evaluation.mean(),
          evaluation.standardDeviation(),
          evaluation.minimum(),
          evaluation.maximum(),
          evaluation.meanLength(),
          episodes,
          stochastic ? "stochastic" : "deterministic");
    }
    return 0;
  }
}
