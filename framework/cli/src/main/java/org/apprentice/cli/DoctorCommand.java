package org.apprentice.cli;

import java.util.concurrent.Callable;
import org.apprentice.core.diagnosis.Diagnosis;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code apprentice doctor}. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = "Checks this machine: JDK, cores, arithmetic, ND4J, disk and tracking store.")
final class DoctorCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Override
  public Integer call() {
    boolean healthy = true;
    for (Diagnosis.Finding finding :
        Diagnosis.of(options.results(), options.components().trackers())) {
      System.out.printf(
          "%-4s %-16s %s%n", finding.healthy() ? "ok" : "!!", finding.subject(), finding.text());
      healthy &= finding.healthy();
    }
    return healthy ? 0 : 1;
  }
}
