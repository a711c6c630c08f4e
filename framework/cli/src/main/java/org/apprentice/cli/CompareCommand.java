package org.apprentice.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apprentice.core.study.Comparison;
import org.apprentice.core.study.ComparisonException;
import org.apprentice.core.study.LocalRuns;
import org.apprentice.core.study.RunFilter;
import org.apprentice.core.study.RunSource;
import org.apprentice.core.study.StoredRuns;
import org.apprentice.core.study.StudyReport;
import org.apprentice.tracking.RunStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code apprentice compare RUN...}. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what runs differ in and how they score, with 95 %% intervals.",
      "Runs that differ in nothing but the seed are one variant."
    })
final class CompareCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Parameters(
      paramLabel = "RUN",
      description = "The folder, the key or the beginning of the key of a run, or a name.")
  private List<String> runs = new ArrayList<>();

  @Option(
      names = "--from",
      paramLabel = "URI",
      description =
          "Compare runs of an MLflow server (http://...) or SQLite file (sqlite:///PATH) instead of those in the results.")
  private String from;

  @Option(names = "--study", paramLabel = "NAME", description = "All runs of a study.")
  private String study;

  @Option(
      names = "--filter",
      paramLabel = "EXPRESSION",
      description = "All runs that it lets through, for example \"params.network = 'lstm'\".")
  private String filter;

  @Option(
      names = "--metric",
      paramLabel = "KEY",
      defaultValue = Comparison.EVALUATION,
      description = "Its last value is a run's score. Default: ${DEFAULT-VALUE}.")
  private String metric;

  @Option(names = "--lower-is-better", description = "Such as for a loss.")
  private boolean lowerIsBetter;

  @Option(
      names = "--baseline",
      paramLabel = "VARIANT",
      description = "What others are compared with (default: baseline, or else the first).")
  private String baseline;

  @Option(
      names = "--threshold",
      paramLabel = "VALUE",
      description = "Of the metric, for steps to threshold (default: evaluation.solved).")
  private Double threshold;

  @Option(
      names = "--save",
      paramLabel = "FOLDER",
      description = "Write the report there: HTML, Markdown, CSV and pictures.")
  private Path folder;

  @Override
  public Integer call() throws IOException {
    long ways = Stream.of(!runs.isEmpty(), study != null, filter != null).filter(it -> it).count();
    if (ways != 1) {
      throw new UsageException(
          "compare takes either RUN..., --study NAME or --filter EXPRESSION, found "
              + (ways == 0 ? "none of them" : "more than one of them"));
    }
    Comparison comparison =
        Comparison.of(
            name(),
            found(),
            new Comparison.Options(
                metric,
                lowerIsBetter,
                Optional.ofNullable(baseline),
                Optional.ofNullable(threshold),
                Optional.ofNullable(study)));
    StudyReport report = new StudyReport(comparison);
    System.out.print(report.text());
    if (folder != null) {
      System.out.printf("%nreport %s%n", report.write(folder));
    }
    return 0;
  }

  private String name() {
    if (study != null) {
      return study;
    }
    return filter != null ? filter : String.join(", ", runs);
  }

  private RunSource.Found found() throws IOException {
    if (from == null) {
      return find(new LocalRuns(options.results(), metric));
    }
    try (RunStore store = RunStore.open(from, options.results())) {
      return find(new StoredRuns(store, metric));
    }
  }

  private RunSource.Found find(RunSource source) throws IOException {
    if (study != null) {
      return source.ofStudy(study);
    }
    return filter != null ? source.matching(parsed()) : source.named(runs);
  }

  private RunFilter parsed() {
    try {
      return RunFilter.parse(filter);
    } catch (ComparisonException e) {
      throw new UsageException(e.getMessage());
    }
  }
}
