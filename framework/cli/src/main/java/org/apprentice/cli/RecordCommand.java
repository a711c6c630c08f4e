package org.apprentice.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apprentice.core.trial.TrainedPolicy;
import org.apprentice.rl.demonstrations.DemonstrationFile;
import org.apprentice.rl.demonstrations.DemonstrationReport;
import org.apprentice.rl.demonstrations.Demonstrations;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice record RUN}. */
@Command(
    name = "record",
    mixinStandardHelpOptions = true,
    description = "Records demonstrations of the policy of a run or checkpoint as npz.")
final class RecordCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private PolicyOptions policyOptions;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "The npz file to write.")
  private Path output;

  @Option(names = "--episodes", defaultValue = "10", description = "Default: ${DEFAULT-VALUE}.")
  private int episodes;

  @Override
  public Integer call() throws IOException {
    PolicyOptions.checkEpisodes(episodes);
    try (TrainedPolicy policy = policyOptions.open(options)) {
      Demonstrations demonstrations =
          policy.record(episodes, policyOptions.deterministic(), policyOptions.seed());
      DemonstrationFile.write(output, demonstrations);
      System.out.println(output);
      System.out.print(DemonstrationReport.of(demonstrations).text());
    }
    return 0;
  }
}
