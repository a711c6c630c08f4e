package org.apprentice.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apprentice.core.config.Composer;
import org.apprentice.core.trial.TrainedPolicy;
import org.apprentice.rl.demonstrations.DemonstrationFile;
import org.apprentice.rl.demonstrations.DemonstrationReport;
import org.apprentice.rl.demonstrations.Demonstrations;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code apprentice record RUN}. */
@Command(
    name = "record",
    mixinStandardHelpOptions = true,
    description = "Records demonstrations of the policy of a run or checkpoint as npz.")
final class RecordCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Parameters(
      index = "0",
      paramLabel = "RUN|CHECKPOINT",
      description = "The folder of a run, its key or the beginning of it, or a checkpoint folder.")
  private String run;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "The npz file to write.")
  private Path output;

  @Option(names = "--episodes", defaultValue = "10", description = "Default: ${DEFAULT-VALUE}.")
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
      Demonstrations demonstrations = policy.record(episodes, !stochastic, seed);
      DemonstrationFile.write(output, demonstrations);
      System.out.println(output);
      System.out.print(DemonstrationReport.of(demonstrations).text());
    }
    return 0;
  }
}
