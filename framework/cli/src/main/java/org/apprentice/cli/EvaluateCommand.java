package org.apprentice.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apprentice.core.trial.TrainedPolicy;
import org.apprentice.rl.Evaluation;
import org.apprentice.rl.demonstrations.DemonstrationFile;
import org.apprentice.rl.demonstrations.Demonstrations;
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

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description =
          "Also save the episodes, as npz, or as text where FILE is observations_NAME.csv.")
  private Path file;

  @Override
  public Integer call() throws IOException {
    PolicyOptions.checkEpisodes(episodes);
    try (TrainedPolicy policy = policyOptions.open(options)) {
      Evaluation evaluation = evaluate(policy);
      System.out.printf(
          Locale.ROOT,
          "%s%nreturn %.2f +- %.2f (min %.1f, max %.1f), length %.1f, %d %s episodes%n",
          policy.checkpoint(),
          evaluation.mean(),
          evaluation.standardDeviation(),
          evaluation.minimum(),
          evaluation.maximum(),
          evaluation.meanLength(),
          episodes,
          policyOptions.deterministic() ? "deterministic" : "stochastic");
      if (file != null) {
        System.out.println("saved " + file);
      }
    }
    return 0;
  }

  private Evaluation evaluate(TrainedPolicy policy) {
    boolean deterministic = policyOptions.deterministic();
    if (file == null) {
      return policy.evaluate(episodes, deterministic, policyOptions.seed());
    }
    Demonstrations played =
        policy.recordEvaluation(episodes, deterministic, policyOptions.seed(), file);
    DemonstrationFile.write(file, played);
    return Evaluation.of(played);
  }
}
