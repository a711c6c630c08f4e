package org.apprentice.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
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
    description = "Records demonstrations of the policy of a run or checkpoint.")
final class RecordCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private PolicyOptions policyOptions;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = {
        "The npz file to write; observations_NAME.csv for text, with actions_NAME.csv and",
        "episodes_NAME.csv beside it; with --format csv also a folder for these."
      })
  private Path output;

  /** How demonstrations are written. */
  enum Format {
    NPZ,
    CSV
  }

  @Option(
      names = "--format",
      description = "${COMPLETION-CANDIDATES} (default: as the file's name says).")
  private Format format;

  @Option(names = "--append", description = "Keep the episodes that the file holds already.")
  private boolean append;

  @Option(
      names = "--force",
      description = "Save also episodes that miss evaluation.solved of the run's experiment.")
  private boolean force;

  @Option(names = "--episodes", defaultValue = "10", description = "Default: ${DEFAULT-VALUE}.")
  private int episodes;

  @Override
  public Integer call() throws IOException {
    PolicyOptions.checkEpisodes(episodes);
    try (TrainedPolicy policy = policyOptions.open(options)) {
      Path file = file(policy);
      Demonstrations demonstrations =
          policy.record(episodes, policyOptions.deterministic(), policyOptions.seed(), file);
      Optional<String> shortfall = policy.shortfall(demonstrations);
      if (shortfall.isPresent() && !force) {
        throw new UsageException(
            "these %d episodes are none of an expert: %s; nothing was saved, --force saves them"
                .formatted(episodes, shortfall.get()));
      }
      if (append) {
        DemonstrationFile.append(file, demonstrations);
      } else {
        DemonstrationFile.write(file, demonstrations);
      }
      System.out.println(file);
      System.out.print(DemonstrationReport.of(demonstrations).text());
      shortfall.ifPresent(it -> System.out.println("no expert     " + it));
    }
    return 0;
  }

  private Path file(TrainedPolicy policy) {
    boolean text = output.toString().endsWith(".csv");
    if (format == Format.NPZ && text) {
      throw new UsageException("--format npz contradicts the name of " + output);
    }
    if (format == Format.CSV && !text) {
      String environment = policy.trial().experiment().environment().component().plugin().name();
      return output.resolve("observations_" + environment + ".csv");
    }
    return output;
  }
}
