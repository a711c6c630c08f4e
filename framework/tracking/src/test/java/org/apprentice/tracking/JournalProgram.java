package org.apprentice.tracking;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes a journal in a process of its own, which tests may kill or starve. */
final class JournalProgram {
  private JournalProgram() {}

  /** Starts {@code main}, by way of a shell that first runs {@code before}. */
  static Process start(String before, String mode, Path run) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", before + " exec \"$@\"", "sh"));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            // Keeps the virtual machine's own files out of the way of a file size limit.
            "-XX:-UsePerfData",
            "-XX:TieredStopAtLevel=1",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            JournalProgram.class.getName(),
            mode,
            run.toString()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  public static void main(String[] arguments) throws IOException {
    try (Journal journal = Journal.open(Path.of(arguments[1]))) {
      switch (arguments[0]) {
        case "hold" -> hold();
        case "run" -> run(journal);
        case "fill" -> fill(journal);
        case "wait" -> waitWithOneEvent(journal);
        default -> throw new IllegalArgumentException(arguments[0]);
      }
    }
  }

  private static void hold() throws IOException {
    System.out.println("open");
    System.in.read();
  }

  /** Repeats its past and goes on until it is killed. */
  private static void run(Journal journal) {
    journal.resumeAt(0);
    for (int step = 0; true; step++) {
      journal.append(Events.loss(step));
      if (step % 500 == 0) {
        journal.sync();
        System.out.println(step);
      }
    }
  }

  /** Appends far less than a journal writes by itself. */
  private static void waitWithOneEvent(Journal journal) throws IOException {
    try (JournalFlusher flusher = new JournalFlusher()) {
      flusher.add(journal);
      journal.append(Events.loss(0));
      hold();
    }
  }

  private static void fill(Journal journal) {
    for (int attempt = 0; attempt < 2; attempt++) {
      try {
        for (int step = 0; step < 1_000_000; step++) {
          journal.append(Events.loss(step));
        }
      } catch (JournalException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
