package org.apprentice.core.execution;

import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Warnings of libraries as one line each on standard error; what they merely want to tell is left
 * out.
 */
public final class LibraryWarnings {
  private LibraryWarnings() {}

  public static void configure() {
    LogManager.getLogManager().reset();
    ConsoleHandler handler = new ConsoleHandler();
    handler.setLevel(Level.WARNING);
    handler.setFormatter(
        new Formatter() {
          @Override
          public String format(LogRecord record) {
            return "apprentice: " + formatMessage(record) + System.lineSeparator();
          }
        });
    Logger root = Logger.getLogger("");
    root.setLevel(Level.WARNING);
    root.addHandler(handler);
  }
}
