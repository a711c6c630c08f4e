package org.apprentice.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.apprentice.core.transfer.Repair;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice repair}. */
@Command(
    name = "repair",
    mixinStandardHelpOptions = true,
    description = {
      "Puts the results in order after processes died or files were lost:",
      "runs of dead processes end as KILLED (resume goes on with them), and what the",
      "MLflow database or server lacks is delivered from the journals.",
      "A damaged database is set aside and made anew."
    })
final class RepairCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Option(
      names = "--anew",
      description = "Make MLflow databases anew from the journals even if they are sound.")
  private boolean anew;

  @Override
  public Integer call() throws IOException {
    Repair repair = Repair.of(options.results(), options.components().trackers(), anew);
    for (Repair.Run run : repair.killed()) {
      System.out.printf("%s: its process had died, it is KILLED now (%s)%n", run.name(), run.key());
    }
    for (Repair.Run run : repair.inUse()) {
      System.out.printf(
          "%s: a process is writing it, so it stays as it is (%s)%n", run.name(), run.key());
    }
    repair
        .setAside()
        .forEach(it -> System.out.printf("a database was made anew; the old one is %s%n", it));
    System.out.printf(
        "%d %s delivered%n", repair.delivered(), repair.delivered() == 1 ? "run" : "runs");
    repair.problems().forEach(it -> System.err.println("apprentice: " + it));
    return repair.problems().isEmpty() ? 0 : 1;
  }
}
