package org.apprentice.core.study;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apprentice.core.trial.Membership;
import org.apprentice.core.trial.StoredTrial;
import org.apprentice.core.trial.TrialException;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.spi.RunEvent;
import org.apprentice.tracking.RunStore;
import org.apprentice.tracking.StoredRun;

/**
 * Runs in a tracking store. Of metrics only the course of what is compared is fetched. Runs of
 * other programs cannot be compared; those that are asked for are named as such.
 */
public final class StoredRuns implements RunSource {
  private static final int MOST_NAMED = 3;

  /** A filter for stores that passes over the runs of other programs. */
  public static final String OURS = "tags.study != ''";

  private final RunStore store;
  private final Set<String> curves = new LinkedHashSet<>();

  /**
   * @param store is left open
   * @param metric its course is fetched, and that of the returns
   */
  public StoredRuns(RunStore store, String metric) {
    this.store = store;
    curves.add(metric);
    curves.add(Comparison.EVALUATION);
    curves.add(Comparison.TRAINING);
  }

  /** Whether a run was trained or reused by a study, or is its own. */
  public static boolean isOf(StoredRun run, String study) {
    return studies(run).contains(study);
  }

  private static Collection<String> studies(StoredRun run) {
    if (StoredTrial.isTrial(run)) {
      return StoredTrial.membershipsOf(run).stream().map(Membership::study).toList();
    }
    return StoredTrial.isStudy(run) ? List.of(run.tags().get("study")) : List.of();
  }

  /**
   * Says that there is no such study.
   *
   * @param all runs of the store
   */
  public static ComparisonException noStudy(String study, List<StoredRun> all, String place) {
    Set<String> studies = new TreeSet<>();
    all.forEach(run -> studies.addAll(studies(run)));
    return new ComparisonException(
        "no runs of a study '%s' at %s; %s"
            .formatted(
                study,
                place,
                studies.isEmpty() ? "there are none of any" : "there are " + studies));
  }

  @Override
  public Found named(List<String> arguments) throws IOException {
    List<StoredRun> all = store.runs(Optional.empty());
    List<StoredRun> wanted = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (String argument : arguments) {
      for (StoredRun run : named(argument, all, store.place())) {
        if (taken.add(run.id())) {
          wanted.add(run);
        }
      }
    }
    return read(wanted);
  }

  /**
   * The runs that an argument names: by their id, their uid, their key or the beginning of it,
   * their name, or the name of a study.
   *
   * @param all runs of the store
   * @throws ComparisonException if there are none, or the beginning is that of several
   */
  public static List<StoredRun> named(String argument, List<StoredRun> all, String place) {
    List<Predicate<StoredRun>> ways =
        List.of(
            run -> run.id().equals(argument) || run.uid().equals(argument),
            run -> argument.equals(run.tags().get(StoredTrial.KEY)),
            run -> StoredTrial.isTrial(run) && run.name().equals(argument),
            run -> isOf(run, argument));
    for (Predicate<StoredRun> way : ways) {
      List<StoredRun> found = all.stream().filter(way).toList();
      if (!found.isEmpty()) {
        return found;
      }
    }
    return byBeginning(argument, all, place);
  }

  private static List<StoredRun> byBeginning(String argument, List<StoredRun> all, String place) {
    Map<String, List<StoredRun>> found = new LinkedHashMap<>();
    for (StoredRun run : all) {
      String key = run.tags().getOrDefault(StoredTrial.KEY, run.id());
      if (key.startsWith(argument) || run.id().startsWith(argument)) {
        found.computeIfAbsent(key, it -> new ArrayList<>()).add(run);
      }
    }
    if (found.isEmpty()) {
      throw new ComparisonException(
          "no run '%s' at %s; expected the key of a run or the beginning of it, its id there, the name of a run or that of a study"
              .formatted(argument, place));
    }
    if (found.size() > 1) {
      throw new ComparisonException(
          "'%s' fits %d runs: %s; give more of the key"
              .formatted(argument, found.size(), found.keySet()));
    }
    return found.values().iterator().next();
  }

  @Override
  public Found ofStudy(String study) throws IOException {
    List<StoredRun> ours = store.runs(Optional.of(OURS));
    List<StoredRun> runs = ours.stream().filter(run -> isOf(run, study)).toList();
    if (runs.isEmpty()) {
      throw noStudy(study, ours, store.place());
    }
    return read(runs);
  }

  @Override
  public Found matching(RunFilter filter) throws IOException {
    Found found = read(store.runs(filter.forStore()).stream().filter(filter::matches).toList());
    if (found.runs().isEmpty()) {
      throw new ComparisonException(
          "none of the runs at %s matches the filter %s%s"
              .formatted(
                  store.place(),
                  filter,
                  found.damaged().isEmpty() ? "" : "; " + found.damaged().get(0)));
    }
    return found;
  }

  private Found read(List<StoredRun> stored) throws IOException {
    List<RecordedRun> runs = new ArrayList<>();
    List<String> damaged = new ArrayList<>();
    List<StoredRun> foreign = new ArrayList<>();
    for (StoredRun run : stored) {
      if (StoredTrial.isTrial(run)) {
        try {
          runs.add(recorded(store.whole(run)));
        } catch (TrialException | ComparisonException e) {
          damaged.add(e.getMessage());
        }
      } else if (!StoredTrial.isStudy(run)) {
        foreign.add(run);
      }
    }
    describe(foreign).ifPresent(damaged::add);
    return new Found(runs, damaged);
  }

  private static Optional<String> describe(List<StoredRun> foreign) {
    if (foreign.isEmpty()) {
      return Optional.empty();
    }
    List<String> names = foreign.stream().map(StoredRun::name).limit(MOST_NAMED).toList();
    int more = foreign.size() - names.size();
    return Optional.of(
        "%d of other programs, which have no tag %s: %s%s"
            .formatted(
                foreign.size(),
                StoredTrial.KEY,
                String.join(", ", names),
                more > 0 ? " and " + more + " more" : ""));
  }

  private RecordedRun recorded(StoredRun run) {
    StoredTrial trial = StoredTrial.of(run);
    if (!run.params().getOrDefault(RecordedRun.SEED, "").matches("-?\\d+")) {
      throw new ComparisonException(
          "run %s (%s) does not tell its settings: it has no parameter %s"
              .formatted(run.name(), run.id(), RecordedRun.SEED));
    }
    Map<String, Double> metrics = new LinkedHashMap<>();
    run.metrics().forEach((key, metric) -> metrics.put(key, metric.value()));
    boolean counts = trial.status().state() == TrialStatus.State.FINISHED;
    return new RecordedRun(
        run.id(),
        trial.status(),
        trial.memberships(),
        run.params(),
        run.tags(),
        metrics,
        counts ? curves(run) : Map.of(),
        false);
  }

  private Map<String, Curve> curves(StoredRun run) {
    Map<String, Curve> found = new HashMap<>();
    for (String key : curves) {
      if (run.metrics().containsKey(key)) {
        List<Curve.Point> points = new ArrayList<>();
        store.history(run, key, metric -> points.add(point(metric)));
        found.put(key, Curve.of(points));
      }
    }
    return found;
  }

  private static Curve.Point point(RunEvent.Metric metric) {
    return new Curve.Point(metric.step(), metric.value());
  }
}
