package org.apprentice.core.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apprentice.core.study.ComparisonException;
import org.apprentice.core.study.StoredRuns;
import org.apprentice.spi.TrackingException;
import org.apprentice.tracking.RunManifest;
import org.apprentice.tracking.RunStore;
import org.apprentice.tracking.StoredRun;
import org.apprentice.tracking.Trackers;

/** Finds the runs that a {@link Sync} is about, along with those above them. */
final class Consignments implements AutoCloseable {
  /** A {@code tracking.uri} that is no place. */
  static final String NOWHERE = "none";

  private static final String LOCAL_STORE = "sqlite";

  private final Sync.Order order;
  private final Path transcripts;
  private final List<String> problems = new ArrayList<>();
  private RunStore store;

  Consignments(Sync.Order order, Path transcripts) {
    this.order = order;
    this.transcripts = transcripts;
  }

  /** Runs that have a journal. */
  List<OwnRun> own() throws IOException {
    List<OwnRun> all = ownRuns();
    List<OwnRun> chosen = chosen(all);
    boolean lacking = !unknown(all).isEmpty() || (chosen.isEmpty() && isChoosy());
    if (lacking) {
      throw nothing(all);
    }
    return chosen;
  }

  /** What goes to a place that is not the runs' own. */
  List<Parcel> to(String place) throws IOException {
    if (place.equals(NOWHERE)) {
      throw new TransferException(
          "--to none is no place; expected sqlite:///PATH or http(s)://HOST:PORT");
    }
    if (order.from().isPresent()) {
      store = RunStore.open(order.from().get(), order.results());
      if (store.place().equals(Trackers.withoutSecrets(place))) {
        throw new TransferException("the runs of " + store.place() + " are there already");
      }
      return List.copyOf(stored(Set.of(), order.runs(), true));
    }
    List<OwnRun> own = ownRuns();
    List<OwnRun> chosen = chosen(own);
    List<Parcel> parcels = new ArrayList<>(chosen);
    List<String> unknown = unknown(own);
    if (!place.equals(LOCAL_STORE) && openLocalStore(place)) {
      Set<String> known = own.stream().map(OwnRun::uid).collect(Collectors.toSet());
      parcels.addAll(stored(known, unknown, chosen.isEmpty()));
    } else if (!unknown.isEmpty()) {
      throw nothing(own);
    }
    if (parcels.isEmpty() && isChoosy()) {
      throw nothing(own);
    }
    return parcels;
  }

  /** Journals do without it. */
  private boolean openLocalStore(String place) {
    if (!Files.exists(order.results().resolve("mlflow.db"))) {
      return false;
    }
    try {
      store = RunStore.open(LOCAL_STORE, order.results());
      return !store.place().equals(place);
    } catch (TrackingException e) {
      problems.add("runs that only the database knows are left out: " + e.getMessage());
      return false;
    }
  }

  /** What kept runs from being found, a line each. */
  List<String> problems() {
    return problems;
  }

  private boolean isChoosy() {
    return order.study().isPresent() || !order.runs().isEmpty();
  }

  private List<OwnRun> ownRuns() throws IOException {
    List<OwnRun> all = new ArrayList<>();
    for (RunManifest manifest : RunManifest.all(order.results())) {
      all.add(OwnRun.of(manifest));
    }
    return all;
  }

  private TransferException nothing(List<OwnRun> all) throws IOException {
    List<String> studies = all.stream().filter(OwnRun::isStudy).map(OwnRun::name).toList();
    List<String> unknown = unknown(all);
    String wanted =
        unknown.isEmpty()
            ? order.study().map(it -> "of a study '" + it + "'").orElse("")
            : "called '" + unknown.get(0) + "'";
    return new TransferException(
        "no runs %s in %s; expected the name of a study%s, or the key, the folder or the name of a run"
            .formatted(
                wanted, order.results(), studies.isEmpty() ? "" : " (there are " + studies + ")"));
  }

  /** Those of the names given that no journal answers to. */
  private List<String> unknown(List<OwnRun> all) throws IOException {
    List<String> unknown = new ArrayList<>();
    for (String argument : order.runs()) {
      if (called(argument, all).isEmpty()) {
        unknown.add(argument);
      }
    }
    return unknown;
  }

  private List<OwnRun> chosen(List<OwnRun> all) throws IOException {
    if (!isChoosy()) {
      return all;
    }
    Set<OwnRun> chosen = new LinkedHashSet<>();
    for (OwnRun run : all) {
      if (order.study().isPresent() && run.isOf(order.study().get())) {
        chosen.add(run);
      }
    }
    for (String argument : order.runs()) {
      chosen.addAll(called(argument, all));
    }
    Set<String> parents = new HashSet<>();
    chosen.forEach(run -> run.parent().ifPresent(parents::add));
    return all.stream().filter(it -> chosen.contains(it) || parents.contains(it.uid())).toList();
  }

  /** Empty if none is called so; the local database may know it. */
  private List<OwnRun> called(String argument, List<OwnRun> all) throws IOException {
    List<OwnRun> found = new ArrayList<>();
    for (OwnRun run : all) {
      if (run.isCalled(argument) || run.isOf(argument)) {
        found.add(run);
      }
    }
    if (found.isEmpty()) {
      found.addAll(all.stream().filter(run -> run.beginsWith(argument)).toList());
      if (found.size() > 1) {
        throw new TransferException(
            "'%s' fits %d runs: %s; give more of the key"
                .formatted(argument, found.size(), found.stream().map(OwnRun::key).toList()));
      }
    }
    return found;
  }

  /**
   * @param known uids of runs that need not come from the store
   * @param names of runs that must come from there
   * @param complete whether the study must be found there
   */
  private List<StoreOnlyRun> stored(Set<String> known, List<String> names, boolean complete) {
    List<StoredRun> all = store.runs(Optional.empty());
    Transcript transcript = new Transcript(store, all);
    Set<String> wanted = new HashSet<>();
    try {
      for (String name : names) {
        StoredRuns.named(name, all, store.place()).forEach(run -> wanted.add(run.uid()));
      }
      if (order.study().isPresent()) {
        String study = order.study().get();
        all.stream()
            .filter(run -> StoredRuns.isOf(run, study))
            .forEach(run -> wanted.add(run.uid()));
        if (wanted.isEmpty() && complete) {
          throw StoredRuns.noStudy(study, all, store.place());
        }
      }
    } catch (ComparisonException e) {
      throw new TransferException(e.getMessage());
    }
    all.stream()
        .filter(run -> wanted.contains(run.uid()))
        .map(transcript::parent)
        .flatMap(Optional::stream)
        .toList()
        .forEach(wanted::add);
    return all.stream()
        .filter(run -> !isChoosy() || wanted.contains(run.uid()))
        .filter(run -> !known.contains(run.uid()))
        .map(run -> new StoreOnlyRun(transcript, run, transcripts))
        .toList();
  }

  @Override
  public void close() {
    if (store != null) {
      store.close();
    }
  }
}
