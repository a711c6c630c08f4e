package org.apprentice.core.transfer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apprentice.core.trial.RunFolder;
import org.apprentice.spi.TrackerPlugin;
import org.apprentice.spi.TrackingException;
import org.apprentice.tracking.Courier;
import org.apprentice.tracking.DeadRuns;
import org.apprentice.tracking.JournalException;
import org.apprentice.tracking.LocalDatabase;
import org.apprentice.tracking.RunManifest;

/**
 * Puts a folder of results in order after processes died or files were lost: runs of dead processes
 * end as {@code KILLED}, and what tracking places lack comes to them from the journals.
 *
 * @param killed runs whose process had died
 * @param inUse runs that a process is writing; they stay as they are
 * @param setAside where databases were put that were made anew
 * @param problems what could not be put in order, and why, a line each
 */
public record Repair(
    List<Run> killed, List<Run> inUse, List<Path> setAside, int delivered, List<String> problems) {
  /**
   * @param key the name of its folder
   */
  public record Run(String name, String key) {
    static Run of(RunManifest run) {
      return new Run(run.spec().name(), run.spec().directory().getFileName().toString());
    }
  }

  /**
   * @param anew make databases anew even if they are sound
   */
  public static Repair of(Path results, List<TrackerPlugin> trackers, boolean anew)
      throws IOException {
    return new Repairer(results, trackers).repair(anew);
  }

  private static final class Repairer {
    private final Path results;
    private final List<TrackerPlugin> trackers;
    private final List<RunManifest> killed = new ArrayList<>();
    private final List<RunManifest> inUse = new ArrayList<>();
    private final List<Path> setAside = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    Repairer(Path results, List<TrackerPlugin> trackers) {
      this.results = results.toAbsolutePath().normalize();
      this.trackers = trackers;
    }

    Repair repair(boolean anew) throws IOException {
      List<RunManifest> runs = RunManifest.all(results);
      for (RunManifest run : runs) {
        end(run);
      }
      Set<String> places = new LinkedHashSet<>();
      runs.forEach(run -> places.add(run.uri()));
      int delivered = 0;
      for (String uri : places) {
        List<RunManifest> there = runs.stream().filter(run -> run.uri().equals(uri)).toList();
        Optional<LocalDatabase> database = LocalDatabase.of(uri, results);
        if (database.isPresent()) {
          setAside(database.get(), anew);
        }
        // A database is cheap to deliver to, and may have lost what it once received.
        delivered += deliver(uri, there, database.isPresent());
      }
      return new Repair(
          killed.stream().map(Run::of).toList(),
          inUse.stream().map(Run::of).toList(),
          setAside,
          delivered,
          problems);
    }

    private void end(RunManifest run) throws IOException {
      Path folder = run.spec().directory();
      try {
        switch (DeadRuns.end(folder)) {
          case IN_USE -> inUse.add(run);
          case KILLED -> {
            new RunFolder(folder).markDead();
            killed.add(run);
          }
          case ENDED -> {}
        }
      } catch (JournalException e) {
        problems.add(e.getMessage());
      }
    }

    private void setAside(LocalDatabase database, boolean anew) throws IOException {
      Optional<String> damage = database.damage();
      if (damage.isEmpty() && !(anew && database.exists())) {
        return;
      }
      if (inUse.isEmpty()) {
        setAside.add(database.setAside());
      } else {
        problems.add(
            "%s %s, but %d runs are being written; repair it when they have ended"
                .formatted(
                    database.path(),
                    damage.map(it -> "is damaged (" + it + ")").orElse("is to be made anew"),
                    inUse.size()));
      }
    }

    private int deliver(String uri, List<RunManifest> runs, boolean all) throws IOException {
      int delivered = 0;
      try (Courier courier = Courier.open(uri, results, trackers)) {
        for (RunManifest run : runs) {
          boolean lacking = all || !courier.hasDelivered(run.spec());
          if (lacking && !inUse.contains(run)) {
            delivered += deliver(courier, uri, run) ? 1 : 0;
          }
        }
      } catch (TrackingException e) {
        problems.add(e.getMessage());
      }
      return delivered;
    }

    /**
     * @throws TrackingException if the place is away, so that others need not be tried
     */
    private boolean deliver(Courier courier, String uri, RunManifest run) {
      try {
        courier.deliver(run.spec(), arrived -> {});
        return true;
      } catch (TrackingException e) {
        if (e.isTemporary()) {
          throw e;
        }
        problems.add("%s is not at %s: %s".formatted(run.spec().name(), uri, e.getMessage()));
        return false;
      }
    }
  }
}
