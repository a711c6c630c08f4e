package org.apprentice.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.apprentice.core.trial.TrainedPolicy;
import org.apprentice.rl.Evaluation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice evaluate RUN}. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = "Plays episodes with the policy of a run or checkpoint.")
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private PolicyOptions policyOptions;

  @Option(names = "--episodes", defaultValue = "100", description = "Default: ${DEFAULT-VALUE}.")
  private int episodes;

  @Override
  public Integer call() throws IOException {
    PolicyOptions.checkEpisodes(episodes);
    try (TrainedPolicy policy = policyOptions.open(options)) {
      Evaluation evaluation =
          policy.evaluate(episodes, policyOptions.deterministic(), policyOptions.seed());
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
          policyOptions.deterministic() ? "deterministic" : "stochastic");
    }
    return 0;
  }
}
