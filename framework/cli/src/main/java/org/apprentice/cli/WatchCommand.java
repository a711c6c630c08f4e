package org.apprentice.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apprentice.core.trial.TrainedPolicy;
import org.apprentice.rl.Evaluation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice watch RUN}. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    description = "Plays an episode with the policy of a run or checkpoint into an animated GIF.")
final class WatchCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private PolicyOptions policyOptions;

  @Option(
      names = "--save",
      paramLabel = "FILE.gif",
      description = "The file to write (default: in the run's folder, below videos).")
  private Path file;

  @Option(names = "--episodes", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  private int episodes;

  @Override
  public Integer call() throws IOException {
    PolicyOptions.checkEpisodes(episodes);
    if (file != null && !file.toString().toLowerCase(Locale.ROOT).endsWith(".gif")) {
      throw new UsageException("--save writes an animated GIF, so FILE must end in .gif: " + file);
    }
    try (TrainedPolicy policy = policyOptions.open(options)) {
      Path gif = file == null ? standardFile(policy) : file;
      Evaluation evaluation =
          policy.film(gif, episodes, policyOptions.deterministic(), policyOptions.seed());
      System.out.println(gif);
      for (int episode = 0; episode < episodes; episode++) {
        System.out.printf(
            Locale.ROOT,
            "return %.2f, length %d%n",
            evaluation.returns()[episode],
            evaluation.lengths()[episode]);
      }
    }
    return 0;
  }

  private Path standardFile(TrainedPolicy policy) {
    String name =
        "watch-%s-seed-%d%s.gif"
            .formatted(
                policy.checkpoint().getFileName(),
                policyOptions.seed(),
                policyOptions.deterministic() ? "" : "-stochastic");
    return policy.runFolder().resolve("videos").resolve(name);
  }
}
