package org.apprentice.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apprentice.core.config.Trial;
import org.apprentice.core.trial.PlayByHand;
import org.apprentice.core.trial.TrainedPolicy;
import org.apprentice.rl.demonstrations.DemonstrationFile;
import org.apprentice.rl.demonstrations.DemonstrationReport;
import org.apprentice.rl.demonstrations.Demonstrations;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice record RUN} and {@code apprentice record --human EXPERIMENT}. */
@Command(
    name = "record",
    mixinStandardHelpOptions = true,
    description = {
      "Records demonstrations of the policy of a run or checkpoint; with --human yours: you play",
      "the environment of an experiment file, which is then named in the place of RUN."
    })
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

  @Option(
      names = "--human",
      description = {
        "Play with the keyboard, in a window: arrows and space, or the digits of actions.",
        "P pauses, Esc saves the games that have ended. Saves games of whatever score."
      })
  private boolean human;

  @Option(
      names = "--rate",
      paramLabel = "HZ",
      defaultValue = "60",
      description = {
        "With --human, steps per second of the environment itself, below its wrappers: the",
        "default is an Atari's. An environment that skips 4 frames by itself wants 15."
      })
  private double rate;

  @Override
  public Integer call() throws IOException {
    PolicyOptions.checkEpisodes(episodes);
    if (human) {
      play();
      return 0;
    }
    try (TrainedPolicy policy = policyOptions.open(options)) {
      Path file = file(policy.trial());
      Demonstrations demonstrations =
          policy.record(episodes, policyOptions.deterministic(), policyOptions.seed(), file);
      Optional<String> shortfall = policy.shortfall(demonstrations);
      if (shortfall.isPresent() && !force) {
        throw new UsageException(
            "these %d episodes are none of an expert: %s; nothing was saved, --force saves them"
                .formatted(episodes, shortfall.get()));
      }
      save(file, demonstrations, shortfall);
    }
    return 0;
  }

  private void play() throws IOException {
    if (!(rate > 0 && rate <= 10_000)) {
      throw new UsageException("--rate must be above 0 and at most 10000, found " + rate);
    }
    Path experiment = policyOptions.experiment();
    Trial trial = options.composer().compose(experiment, List.of()).trials().get(0);
    Path file = file(trial);
    Files.createDirectories(file.toAbsolutePath().getParent());
    try (PlayWindow window =
        PlayWindow.open(trial.experiment().name(), trial.experiment().environment().spec(), rate)) {
      Demonstrations demonstrations =
          PlayByHand.record(trial, episodes, policyOptions.seed(), file, window);
      save(file, demonstrations, TrainedPolicy.shortfall(trial, demonstrations));
    }
  }

  private void save(Path file, Demonstrations demonstrations, Optional<String> shortfall)
      throws IOException {
    if (append) {
      DemonstrationFile.append(file, demonstrations);
    } else {
      DemonstrationFile.write(file, demonstrations);
    }
    System.out.println(file);
    System.out.print(DemonstrationReport.of(demonstrations).text());
    shortfall.ifPresent(it -> System.out.println("no expert     " + it));
  }

  private Path file(Trial trial) {
    boolean text = output.toString().endsWith(".csv");
    if (format == Format.NPZ && text) {
      throw new UsageException("--format npz contradicts the name of " + output);
    }
    if (format == Format.CSV && !text) {
      String environment = trial.experiment().environment().component().plugin().name();
      return output.resolve("observations_" + environment + ".csv");
    }
    return output;
  }
}
