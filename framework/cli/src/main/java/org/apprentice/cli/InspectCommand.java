package org.apprentice.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apprentice.rl.demonstrations.DemonstrationFile;
import org.apprentice.rl.demonstrations.DemonstrationReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code apprentice inspect FILE}. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description =
        "Reports on recorded demonstrations: episodes, returns, actions, and what is odd.")
final class InspectCommand implements Callable<Integer> {
  @Mixin
  @SuppressWarnings("UnusedVariable") // for --debug, which Failures looks up
  private CommonOptions options;

  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description =
          "Demonstrations: npz, observations_NAME.csv, or a folder of pictures or arrays.")
  private Path file;

  @Override
  public Integer call() {
    DemonstrationReport report = DemonstrationReport.of(DemonstrationFile.read(file));
    System.out.print(report.text());
    for (String problem : report.problems()) {
      System.out.println("problem       " + problem);
    }
    return report.problems().isEmpty() ? 0 : 1;
  }
}
