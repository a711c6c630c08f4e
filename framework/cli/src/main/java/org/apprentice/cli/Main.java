package org.apprentice.cli;

import java.util.Optional;
import org.apprentice.core.execution.LibraryWarnings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of Apprentice. */
@Command(
    name = "apprentice",
    description = "Experiments in imitation and reinforcement learning.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      RunCommand.class,
      SweepCommand.class,
      AblateCommand.class,
      PlanCommand.class,
      StatusCommand.class,
      EvaluateCommand.class,
      RecordCommand.class,
      WatchCommand.class,
      InspectCommand.class,
      ConvertCommand.class,
      ResumeCommand.class,
      RepairCommand.class,
      CompareCommand.class,
      SyncCommand.class,
      ImportCommand.class,
      PluginsCommand.class,
      DescribeCommand.class,
      DoctorCommand.class,
      BenchmarkCommand.class
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    StandardError.attach(System.getenv());
    LibraryWarnings.configure();
    System.exit(execute(arguments));
  }

  /**
   * Runs one command: 0 for success, 1 for a failure, 2 for wrong usage or a wrong experiment file.
   */
  static int execute(String... arguments) {
    Failures failures = new Failures();
    return new CommandLine(new Main())
        .setExecutionStrategy(failures)
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler(failures)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(arguments);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }

  /** The version in the manifest of the jar; classes outside a jar have none. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version =
          Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
              .orElse("(unpackaged)");
      return new String[] {
        "apprentice " + version + " on Java " + System.getProperty("java.version")
      };
    }
  }
}
