package org.apprentice.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apprentice.core.execution.LibraryWarnings;

/**
 * What one command printed, in this process or in one of its own.
 *
 * @param error without the names of {@code folder}, which differ from test to test
 */
record Invocation(int exitCode, String output, String error) {

  /** Runs a command in this process. Paths below {@code folder} are shortened in the messages. */
  static Invocation of(Path folder, String... arguments) {
    PrintStream output = System.out;
    PrintStream error = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
      LibraryWarnings.configure();
      int exitCode = Main.execute(arguments);
      return new Invocation(
          exitCode,
          printed.toString(StandardCharsets.UTF_8),
          shortened(complained.toString(StandardCharsets.UTF_8), folder));
    } finally {
      System.setOut(output);
      System.setErr(error);
      LibraryWarnings.configure();
    }
  }

  /**
   * Starts the program in a process of its own.
   *
   * @param before what a shell does first, such as {@code "ulimit -f 24;"}
   */
  static Process start(Path folder, String before, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", before + " exec \"$@\"", "sh"));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            // Keeps the virtual machine's own files out of the way of a file size limit.
            "-XX:-UsePerfData",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "--add-modules=jdk.incubator.vector",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectError(folder.resolve("errors.txt").toFile())
        .start();
  }

  static String shortened(String text, Path folder) {
    return text.replace(folder + "/", "").replace(folder.toString(), ".");
  }
}
