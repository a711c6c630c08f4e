package org.apprentice.tracking;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;

/** Writes and delivers a run in a process of its own, until it is killed. */
final class DeliveryProgram {
  /** Printed when it begins to write. */
  static final String BEGUN = "begun";

  private DeliveryProgram() {}

  /**
   * Starts {@code main}, which prints {@link #BEGUN} and, if it comes to an end, how many events it
   * could not deliver, and the milliseconds from the last event until all had arrived.
   *
   * @param points of each of two metrics; 0 goes on until it is killed
   * @param uris of the places that it delivers to
   */
  static Process start(Path results, Path run, int points, List<String> uris) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                DeliveryProgram.class.getName(),
                results.toString(),
                run.toString(),
                Integer.toString(points)));
    command.addAll(uris);
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  public static void main(String[] arguments) throws IOException {
    Path results = Path.of(arguments[0]);
    RunSpec spec = RunManifest.read(Path.of(arguments[1])).orElseThrow().spec();
    int points = Integer.parseInt(arguments[2]);
    List<Delivery> deliveries = new ArrayList<>();
    try (Journal journal = Journal.open(spec.directory())) {
      for (String uri : Arrays.asList(arguments).subList(3, arguments.length)) {
        Delivery delivery = Delivery.open(uri, results, List.of());
        deliveries.add(delivery);
        delivery.track(journal, spec);
      }
      System.out.println(BEGUN);
      write(journal, Events.read(spec.directory()).size(), points);
    }
    long start = System.nanoTime();
    long left = deliveries.stream().mapToLong(it -> it.finish().events()).sum();
    System.out.println(left + " " + (System.nanoTime() - start) / 1_000_000);
  }

  /** As fast as a training at most, unless the end is in sight. */
  private static void write(Journal journal, long start, int points) {
    journal.append(new RunEvent.Started(Events.TIME + start));
    journal.append(new RunEvent.Param("network", "mlp"));
    journal.append(new RunEvent.Tag("attempt", Long.toString(start)));
    for (long step = start; points == 0 || step < start + points; step++) {
      journal.append(Events.metric("loss", 1.0 / (step + 3), step));
      journal.append(Events.metric("rollout/return-mean", (double) -step, step));
      if (step % 97 == 0 && points == 0) {
        journal.sync();
      }
      if (points == 0) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
      }
    }
  }
}
