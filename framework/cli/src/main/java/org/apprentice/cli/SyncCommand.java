package org.apprentice.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apprentice.core.transfer.Sync;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code apprentice sync}. */
@Command(
    name = "sync",
    mixinStandardHelpOptions = true,
    description = {
      "Delivers what tracking places lack: each run to the place that its experiment",
      "names, or with --to all runs there; studies before the trials below them.",
      "May be interrupted and repeated: what has arrived is not sent again."
    })
final class SyncCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Parameters(
      paramLabel = "RUN",
      arity = "0..*",
      description =
          "Only these: the folder, the key or the beginning of the key of a run, or a name.")
  private List<String> runs = new ArrayList<>();

  @Option(
      names = "--to",
      paramLabel = "URI",
      description = "http(s)://HOST:PORT of a server, or sqlite:///PATH.")
  private String to;

  @Option(names = "--study", paramLabel = "NAME", description = "Only a study and its trials.")
  private String study;

  @Option(
      names = "--from",
      paramLabel = "URI",
      description =
          "Take the runs of this SQLite file (sqlite:///PATH) or server, not those of the results; needs --to.")
  private String from;

  @Override
  public Integer call() throws IOException {
    if (from != null && to == null) {
      throw new UsageException(
          "sync --from URI needs --to URI: where are the runs to be delivered?");
    }
    if (from != null && from.equals(to)) {
      throw new UsageException("sync --from and --to name the same place");
    }
    if (study != null && !runs.isEmpty()) {
      throw new UsageException("sync takes either RUN... or --study NAME, found both");
    }
    Sync.Order order =
        new Sync.Order(
            options.results(),
            Optional.ofNullable(to),
            Optional.ofNullable(study),
            runs,
            Optional.ofNullable(from));
    Lines lines = new Lines();
    Sync.Outcome outcome = Sync.run(order, options.components().trackers(), lines);
    lines.clear();
    System.out.printf("%d delivered, %d there already%n", outcome.delivered(), outcome.there());
    if (outcome.delivered() > 0) {
      outcome.howToView().forEach(it -> System.out.println("view with: " + it));
    }
    outcome.left().forEach(it -> System.err.println("apprentice: " + it));
    return outcome.left().isEmpty() ? 0 : 1;
  }

  /** A line for each run; on a terminal, how much of it has arrived meanwhile. */
  private static final class Lines implements Sync.Listener {
    private static final String CLEAR_LINE = "\r\033[K";

    private final boolean terminal = Console.isTerminal();

    @Override
    public void begun(String place, int runs) {
      System.out.printf("%d to %s%n", runs, place);
    }

    @Override
    public void progressed(String run, double share) {
      if (terminal) {
        System.out.printf(Locale.ROOT, "%s  %s %.0f %%", CLEAR_LINE, run, 100 * share);
        System.out.flush();
      }
    }

    @Override
    public void delivered(String run) {
      print("  " + run);
    }

    @Override
    public void noted(String line) {
      print("  " + line);
    }

    /** Of a run that broke off. */
    void clear() {
      if (terminal) {
        System.out.print(CLEAR_LINE);
      }
    }

    private void print(String line) {
      System.out.println(terminal ? CLEAR_LINE + line : line);
    }
  }
}
