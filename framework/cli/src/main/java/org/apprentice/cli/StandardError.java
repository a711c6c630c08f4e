package org.apprentice.cli;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Map;

/**
 * Standard error on a terminal.
 *
 * <p>There the launcher passes what the process writes through a filter, which drops the virtual
 * machine's warning about incubator modules. What Java code prints goes to the terminal directly,
 * so that it stays in order with standard output.
 */
final class StandardError {
  /** The terminal's device; set by the launcher when, and only when, the filter is in place. */
  static final String TERMINAL = "APPRENTICE_TERMINAL";

  private StandardError() {}

  /** Points {@link System#err} at the terminal, if there is one behind a filter. */
  static void attach(Map<String, String> environment) {
    String terminal = environment.get(TERMINAL);
    if (terminal != null) {
      try {
        FileOutputStream output = new FileOutputStream(terminal, true);
        System.setErr(new PrintStream(output, true, Charset.defaultCharset()));
      } catch (IOException e) {
        // Not ours to open, as after su. The filter passes everything on, only later.
        System.err.flush();
      }
    }
  }
}
