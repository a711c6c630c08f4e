package org.apprentice.core.transfer;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apprentice.spi.TrackerPlugin;
import org.apprentice.spi.TrackingException;
import org.apprentice.tracking.Courier;
import org.apprentice.tracking.RunStore;
import org.apprentice.tracking.Trackers;

/**
 * Delivers runs to tracking places: those of a folder of results from their journals, others from
 * the store that knows them. Runs that others stand below come first. May be interrupted anywhere
 * and repeated: what has arrived stays as it is, and nothing is there twice.
 */
public final class Sync {
  /**
   * What to deliver, and where.
   *
   * @param to the place; empty: each run to the place that its experiment names
   * @param study only the runs of this study
   * @param runs only these runs; empty: all
   * @param from a store to take runs from, in place of the journals and the database of the results
   */
  public record Order(
      Path results,
      Optional<String> to,
      Optional<String> study,
      List<String> runs,
      Optional<String> from) {
    public Order {
      results = results.toAbsolutePath().normalize();
      runs = List.copyOf(runs);
    }
  }

  /** Hears how it goes. */
  public interface Listener {
    /** Runs are about to be delivered to a place. */
    void begun(String place, int runs);

    /** A part of a run has arrived, from 0 to 1. */
    void progressed(String run, double share);

    void delivered(String run);

    /** Something that should be known, but keeps nothing from being delivered. */
    void noted(String line);
  }

  /**
   * What became of it.
   *
   * @param delivered runs that arrived now
   * @param there runs that had arrived before
   * @param left what is not where it should be, and why, a line each
   * @param howToView how a person looks at the runs, a line for each place
   */
  public record Outcome(int delivered, int there, List<String> left, List<String> howToView) {}

  private final Order order;
  private final List<TrackerPlugin> trackers;
  private final Listener listener;
  private final List<String> left = new ArrayList<>();
  private final List<String> howToView = new ArrayList<>();
  private int delivered;
  private int there;

  private Sync(Order order, List<TrackerPlugin> trackers, Listener listener) {
    this.order = order;
    this.trackers = trackers;
    this.listener = listener;
  }

  /**
   * @throws TransferException if there is nothing of what was asked for, or another process is at
   *     it
   * @throws TrackingException if a place or a store is none
   */
  public static Outcome run(Order order, List<TrackerPlugin> trackers, Listener listener)
      throws IOException {
    if (order.from().isEmpty() && !Files.isDirectory(order.results())) {
      throw new TransferException(
          "there are no runs in %s: there is no such folder; name the one of the results with --results"
              .formatted(order.results()));
    }
    Path folder = order.results().resolve("transfer");
    Files.createDirectories(folder);
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve("sync.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = tryLock(channel)) {
      if (lock == null) {
        throw new TransferException(
            "another process is delivering the runs of %s; wait until it is done"
                .formatted(order.results()));
      }
      return new Sync(order, trackers, listener).run(folder);
    }
  }

  /** Null if somebody else has it. */
  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private Outcome run(Path folder) throws IOException {
    try (Consignments consignments = new Consignments(order, folder)) {
      if (order.to().isPresent()) {
        deliver(order.to().get(), consignments.to(order.to().get()));
        left.addAll(consignments.problems());
      } else {
        for (Map.Entry<String, List<Parcel>> place : byOwnPlace(consignments).entrySet()) {
          deliver(place.getKey(), place.getValue());
        }
      }
    }
    return new Outcome(delivered, there, List.copyOf(left), List.copyOf(howToView));
  }

  private Map<String, List<Parcel>> byOwnPlace(Consignments consignments) throws IOException {
    Map<String, List<Parcel>> byPlace = new LinkedHashMap<>();
    for (OwnRun run : consignments.own()) {
      if (!run.place().equals(Consignments.NOWHERE)) {
        byPlace.computeIfAbsent(run.place(), it -> new ArrayList<>()).add(run);
      }
    }
    return byPlace;
  }

  private void deliver(String uri, List<Parcel> parcels) throws IOException {
    String place = Trackers.withoutSecrets(uri);
    try (Courier courier = Courier.open(uri, order.results(), trackers)) {
      List<Parcel> lacking = lacking(uri, place, Parcel.parentsFirst(parcels));
      howToView.add(courier.howToView());
      if (lacking.isEmpty()) {
        return;
      }
      listener.begun(place, lacking.size());
      try {
        courier.check();
      } catch (TrackingException e) {
        left.add(words(lacking.size()) + " not at " + place + ": " + e.getMessage());
        return;
      }
      deliver(courier, place, lacking);
    }
  }

  private static String words(int runs) {
    return runs == 1 ? "1 run is" : runs + " runs are";
  }

  /** Remembering that a run has arrived counts as long as the place has not lost it. */
  private List<Parcel> lacking(String uri, String place, List<Parcel> parcels) throws IOException {
    Set<String> arrived = new HashSet<>();
    for (Parcel parcel : parcels) {
      if (parcel.hasArrived(place)) {
        arrived.add(parcel.uid());
      }
    }
    if (!arrived.isEmpty() && RunStore.reads(uri)) {
      try (RunStore store = RunStore.open(uri, order.results())) {
        arrived.retainAll(store.uids());
      } catch (TrackingException e) {
        // A place that is away has probably lost nothing; one that is gone has lost all.
        if (!e.isTemporary()) {
          arrived.clear();
        }
      }
    }
    List<Parcel> lacking = new ArrayList<>();
    for (Parcel parcel : parcels) {
      if (parcel.isBeingWritten() && parcel instanceof OwnRun own && own.place().equals(place)) {
        listener.noted(parcel.name() + " is being written by a process that delivers it itself");
      } else if (!arrived.contains(parcel.uid())) {
        lacking.add(parcel);
      }
    }
    there += (int) parcels.stream().filter(it -> arrived.contains(it.uid())).count();
    return lacking;
  }

  private void deliver(Courier courier, String place, List<Parcel> parcels) throws IOException {
    Set<String> missing = new LinkedHashSet<>();
    for (int i = 0; i < parcels.size(); i++) {
      Parcel parcel = parcels.get(i);
      if (parcel.parent().filter(missing::contains).isPresent()) {
        missing.add(parcel.uid());
        left.add(parcel.name() + " is not at " + place + ": the run above it is missing there");
        continue;
      }
      try {
        boolean unfinished = parcel.isBeingWritten();
        parcel
            .deliver(courier, place, share -> listener.progressed(parcel.name(), share))
            .forEach(it -> listener.noted("left behind: " + it));
        delivered++;
        listener.delivered(parcel.name());
        if (unfinished) {
          listener.noted(parcel.name() + " has not ended: it was delivered as far as it is");
        }
      } catch (TrackingException e) {
        missing.add(parcel.uid());
        left.add(parcel.name() + " is not at " + place + ": " + e.getMessage());
        int more = parcels.size() - i - 1;
        if (e.isTemporary() && more > 0 && isAway(courier)) {
          left.add(words(more) + " not at " + place + ", which is away");
          return;
        }
      }
    }
  }

  private static boolean isAway(Courier courier) {
    try {
      courier.check();
      return false;
    } catch (TrackingException e) {
      return true;
    }
  }
}
