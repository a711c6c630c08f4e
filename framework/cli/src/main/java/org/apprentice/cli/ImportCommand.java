package org.apprentice.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apprentice.core.study.ComparisonException;
import org.apprentice.core.study.RunFilter;
import org.apprentice.core.transfer.Import;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice import --from URI}. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Fetches trials from an MLflow server or SQLite file, to compare them with those",
      "trained here. Repeating it fetches only what is new or has changed. Models and",
      "other files of more than 1 MiB stay where they are."
    })
final class ImportCommand implements Callable<Integer> {
  private static final int MOST_NAMED = 3;

  @Mixin private CommonOptions options;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "URI",
      description = "http(s)://HOST:PORT of a server, or sqlite:///PATH.")
  private String from;

  @Option(names = "--study", paramLabel = "NAME", description = "Only the trials of a study.")
  private String study;

  @Option(
      names = "--filter",
      paramLabel = "EXPRESSION",
      description = "Only those that it lets through, for example \"params.network = 'lstm'\".")
  private String filter;

  @Override
  public Integer call() throws IOException {
    Import.Order order =
        new Import.Order(
            options.results(), from, Optional.ofNullable(study), Optional.ofNullable(parsed()));
    Import.Outcome outcome = Import.run(order, new Lines());
    System.out.printf(
        "%d fetched, %d unchanged, %d trained here; from %s%n",
        outcome.fetched(), outcome.unchanged(), outcome.own(), outcome.place());
    if (!outcome.foreign().isEmpty()) {
      System.out.printf(
          "%d of other programs cannot be compared: %s%s%n",
          outcome.foreign().size(),
          String.join(", ", outcome.foreign().stream().limit(MOST_NAMED).toList()),
          outcome.foreign().size() > MOST_NAMED ? " ..." : "");
    }
    outcome.left().forEach(it -> System.err.println("apprentice: " + it));
    return outcome.left().isEmpty() ? 0 : 1;
  }

  private RunFilter parsed() {
    try {
      return filter == null ? null : RunFilter.parse(filter);
    } catch (ComparisonException e) {
      throw new UsageException(e.getMessage());
    }
  }

  private static final class Lines implements Import.Listener {
    @Override
    public void fetched(String run) {
      System.out.println("  " + run);
    }

    @Override
    public void noted(String line) {
      System.out.println("  " + line);
    }
  }
}
