package org.apprentice.cli;

import com.google.inject.CreationException;
import com.google.inject.ProvisionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.apprentice.core.config.ConfigurationException;
import org.apprentice.core.plugin.PluginException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns exceptions into one message each; {@code --debug} adds the stack trace. */
final class Failures implements IExecutionExceptionHandler {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  @Override
  public int handleExecutionException(
      Exception exception, CommandLine commandLine, ParseResult arguments) {
    Throwable cause = cause(exception);
    for (String line : message(cause).split("\n", -1)) {
      commandLine.getErr().println(commandLine.getColorScheme().errorText("apprentice: " + line));
    }
    if (CommonOptions.of(commandLine).debug()) {
      exception.printStackTrace(commandLine.getErr());
    }
    return cause instanceof ConfigurationException
            || cause instanceof PluginException
            || cause instanceof UsageException
        ? WRONG_USAGE
        : FAILED;
  }

  /** What a component's constructor threw, not what Guice makes of it. */
  private static Throwable cause(Throwable exception) {
    boolean wrapper =
        exception instanceof ProvisionException || exception instanceof CreationException;
    return wrapper && exception.getCause() != null ? cause(exception.getCause()) : exception;
  }

  private static String message(Throwable cause) {
    if (cause instanceof NoSuchFileException) {
      return cause.getMessage() + ": no such file";
    }
    if (cause instanceof AccessDeniedException) {
      return cause.getMessage() + ": access denied";
    }
    if (cause instanceof OutOfMemoryError) {
      return "out of memory (%s); set APPRENTICE_JAVA_OPTS=-Xmx4g or make the experiment smaller"
          .formatted(cause.getMessage());
    }
    String message = cause.getMessage();
    boolean expected =
        message != null
            && !(cause instanceof NullPointerException)
            && !(cause instanceof IndexOutOfBoundsException)
            && !(cause instanceof ClassCastException);
    return expected
        ? message
        : "internal error: " + cause + "; --debug shows where; please report it";
  }
}
