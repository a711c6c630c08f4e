package org.apprentice.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apprentice.core.config.Study;
import org.apprentice.core.config.Trial;
import org.apprentice.core.trial.Benchmark;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code apprentice benchmark FILE}. */
@Command(
    name = "benchmark",
    mixinStandardHelpOptions = true,
    description = {
      "Trains an experiment without keeping the run and says where the time goes.",
      "With evaluation.solved and evaluation.every it also says after how many steps it was solved."
    })
final class BenchmarkCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Parameters(index = "0", paramLabel = "FILE", description = "The experiment file.")
  private Path file;

  @Parameters(index = "1..*", paramLabel = "KEY=VALUE", description = "Overrides, as for run.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--seeds",
      defaultValue = "1-5",
      paramLabel = "SEEDS",
      description = "One training per seed, one after the other (default: ${DEFAULT-VALUE}).")
  private String seeds;

  @Override
  public Integer call() throws IOException {
    overrides.add("training.seed=" + Seeds.parse(seeds));
    Study study = options.composer().compose(CommonOptions.existing(file), overrides);
    List<Benchmark.Report> reports = new ArrayList<>();
    System.out.println(
        "   seed    steps  steps/s  per CPU s  rollout/s   env  forward  update  tracking  other"
            + "  solved at   CPU s");
    for (Trial trial : study.trials()) {
      Benchmark.Report report = Benchmark.run(trial, options.results());
      reports.add(report);
      print(String.valueOf(trial.experiment().training().seed()), report);
    }
    print("median", Benchmark.Report.median(reports));
    return 0;
  }

  private static void print(String name, Benchmark.Report report) {
    System.out.printf(
        Locale.ROOT,
        "%7s %8d %8.0f %10.0f %10.0f %4.0f%% %7.0f%% %6.0f%% %8.1f%% %5.0f%% %10s %7s%n",
        name,
        report.steps(),
        report.stepsPerSecond(),
        report.stepsPerCpuSecond(),
        report.rolloutStepsPerSecond(),
        100 * report.share(report.environmentSeconds()),
        100 * report.share(report.forwardSeconds()),
        100 * report.share(report.updateSeconds()),
        100 * report.share(report.trackingSeconds()),
        100 * report.share(report.otherSeconds()),
        report.solvedAt() < 0 ? "-" : String.valueOf(report.solvedAt()),
        report.solvedAt() < 0
            ? "-"
            : String.format(Locale.ROOT, "%.2f", report.cpuSecondsToSolve()));
  }
}
