package org.apprentice.cli;

import com.google.inject.CreationException;
import com.google.inject.ProvisionException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.NoSuchElementException;
import org.apprentice.core.config.ConfigurationException;
import org.apprentice.core.config.Problem;
import org.apprentice.core.config.Secrets;
import org.apprentice.core.plugin.PluginException;
import org.apprentice.spi.TrackingException;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns exceptions into one message each; {@code --debug} adds the stack trace. */
final class Failures
    implements IExecutionStrategy, IExecutionExceptionHandler, IParameterExceptionHandler {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  /** Runs the command; errors, which picocli would let pass, count as exceptions. */
  @Override
  public int execute(ParseResult arguments) {
    try {
      return new CommandLine.RunLast().execute(arguments);
    } catch (Error e) {
      CommandLine command =
          arguments.asCommandLineList().get(arguments.asCommandLineList().size() - 1);
      throw new ExecutionException(command, "the command failed", e);
    }
  }

  @Override
  public int handleExecutionException(
      Exception exception, CommandLine commandLine, ParseResult arguments) {
    Throwable cause = cause(exception);
    if (cause instanceof ConfigurationException configuration) {
      for (Problem problem : configuration.problems()) {
        print(commandLine, problem.toString());
      }
    } else {
      print(commandLine, message(cause));
    }
    if (CommonOptions.of(commandLine).debug()) {
      StringWriter trace = new StringWriter();
      exception.printStackTrace(new PrintWriter(trace));
      commandLine.getErr().print(Secrets.hidden(trace.toString()));
      commandLine.getErr().flush();
    }
    return isWrongUsage(cause) ? WRONG_USAGE : FAILED;
  }

  @Override
  public int handleParseException(ParameterException exception, String[] arguments) {
    CommandLine commandLine = exception.getCommandLine();
    String message = exception.getMessage();
    if (exception instanceof UnmatchedArgumentException unmatched
        && commandLine.getParent() == null
        && !unmatched.isUnknownOption()) {
      message =
          "unknown command '%s'; available: %s"
              .formatted(
                  unmatched.getUnmatched().get(0),
                  String.join(", ", commandLine.getSubcommands().keySet()));
    }
    print(
        commandLine, message + "; see " + commandLine.getCommandSpec().qualifiedName() + " --help");
    return WRONG_USAGE;
  }

  private static void print(CommandLine commandLine, String message) {
    commandLine
        .getErr()
        .println(commandLine.getColorScheme().errorText("apprentice: " + Secrets.hidden(message)));
  }

  private static boolean isWrongUsage(Throwable cause) {
    return cause instanceof ConfigurationException
        || cause instanceof PluginException
        || cause instanceof TrackingException
        || cause instanceof UsageException;
  }

  /** What went wrong, without what was put around it on the way here. */
  private static Throwable cause(Throwable exception) {
    boolean wrapper =
        exception instanceof ProvisionException
            || exception instanceof CreationException
            || exception instanceof ExecutionException
            || exception instanceof UncheckedIOException;
    return wrapper && exception.getCause() != null ? cause(exception.getCause()) : exception;
  }

  private static String message(Throwable cause) {
    if (cause instanceof FileSystemException failure && failure.getReason() == null) {
      return failure.getFile() + ": " + reason(failure);
    }
    if (cause instanceof OutOfMemoryError) {
      return "out of memory (%s); set APPRENTICE_JAVA_OPTS=-Xmx4g or make the experiment smaller"
          .formatted(cause.getMessage());
    }
    if (cause instanceof LinkageError) {
      return "a plugin does not fit this version of Apprentice (%s); build it again, or take it out of the folder of plugins"
          .formatted(cause);
    }
    boolean internal =
        cause.getMessage() == null
            || cause instanceof Error
            || cause instanceof ArithmeticException
            || cause instanceof ClassCastException
            || cause instanceof IndexOutOfBoundsException
            || cause instanceof NegativeArraySizeException
            || cause instanceof NoSuchElementException
            || cause instanceof NullPointerException;
    return internal
        ? "internal error: " + cause + "; --debug shows where; please report it"
        : cause.getMessage();
  }

  private static String reason(FileSystemException failure) {
    if (failure instanceof NoSuchFileException) {
      return "no such file or folder";
    }
    if (failure instanceof AccessDeniedException) {
      return "access denied";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "exists already";
    }
    if (failure instanceof NotDirectoryException) {
      return "not a folder";
    }
    return failure instanceof DirectoryNotEmptyException
        ? "the folder is not empty"
        : "cannot be read or written";
  }
}
