package org.apprentice.core.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apprentice.core.study.ComparisonException;
import org.apprentice.core.study.RunFilter;
import org.apprentice.core.study.StoredRuns;
import org.apprentice.core.trial.RunFolder;
import org.apprentice.core.trial.StoredTrial;
import org.apprentice.core.trial.TrialException;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.spi.TrackingException;
import org.apprentice.tracking.RunStore;
import org.apprentice.tracking.StoredRun;

/**
 * Fetches trials from a tracking store for comparing: each gets a folder below {@link
 * RunFolder#imported} with its journal, its status, its studies and its small files. It is no run
 * of this machine: nothing is trained on from it, and it is not delivered anywhere. Repeating this
 * fetches what is new or has changed.
 */
public final class Import {
  /** Larger files, such as models, stay where they are. */
  private static final long LARGEST_FILE = 1 << 20;

  /** Remembers what was fetched, in the folder of a run. */
  private static final String FINGERPRINT = "fingerprint";

  /**
   * What to fetch.
   *
   * @param from the store
   * @param study only the trials of this study
   * @param filter only the trials that it lets through
   */
  public record Order(
      Path results, String from, Optional<String> study, Optional<RunFilter> filter) {
    public Order {
      results = results.toAbsolutePath().normalize();
    }
  }

  /** Hears how it goes. */
  public interface Listener {
    void fetched(String run);

    /** Something that should be known. */
    void noted(String line);
  }

  /**
   * What became of it.
   *
   * @param place where runs were looked for
   * @param fetched trials that were new or had changed
   * @param unchanged trials that had been fetched before
   * @param own trials of this folder of results, of which nothing is fetched
   * @param foreign names of runs of other programs, which cannot be compared
   * @param left what could not be fetched, and why, a line each
   */
  public record Outcome(
      String place, int fetched, int unchanged, int own, List<String> foreign, List<String> left) {}

  private final Order order;
  private final Listener listener;
  private final Path imported;
  private final List<String> foreign = new ArrayList<>();
  private final List<String> left = new ArrayList<>();
  private int fetched;
  private int unchanged;
  private int own;

  private Import(Order order, Listener listener) {
    this.order = order;
    this.listener = listener;
    imported = RunFolder.imported(order.results());
  }

  /**
   * @throws TransferException if there is no such study
   * @throws TrackingException if there is no such store, or it is away
   */
  public static Outcome run(Order order, Listener listener) throws IOException {
    try (RunStore store = RunStore.open(order.from(), order.results())) {
      return new Import(order, listener).run(store);
    }
  }

  private Outcome run(RunStore store) throws IOException {
    Optional<String> spared =
        order.study().isPresent()
            ? Optional.of(StoredRuns.OURS)
            : order.filter().flatMap(RunFilter::forStore);
    List<StoredRun> all = store.runs(spared);
    Transcript transcript = new Transcript(store, all);
    Set<String> local = new HashSet<>();
    for (RunFolder folder : RunFolder.all(order.results())) {
      uid(folder).ifPresent(local::add);
    }
    for (StoredRun run : wanted(all, store.place())) {
      if (StoredTrial.isTrial(run) && local.contains(run.uid())) {
        own++;
      } else if (StoredTrial.isTrial(run)) {
        fetch(transcript, run);
      } else if (!StoredTrial.isStudy(run)) {
        foreign.add(run.name());
      }
    }
    return new Outcome(store.place(), fetched, unchanged, own, foreign, left);
  }

  private static Optional<String> uid(RunFolder folder) throws IOException {
    try {
      return folder.status().map(TrialStatus::uid);
    } catch (TrialException e) {
      // Damaged; a copy of it can only help.
      return Optional.empty();
    }
  }

  private List<StoredRun> wanted(List<StoredRun> all, String place) {
    List<StoredRun> wanted =
        all.stream()
            .filter(run -> order.study().isEmpty() || StoredRuns.isOf(run, order.study().get()))
            .filter(run -> order.filter().isEmpty() || order.filter().get().matches(run))
            .toList();
    if (wanted.isEmpty() && order.filter().isEmpty() && order.study().isPresent()) {
      ComparisonException none = StoredRuns.noStudy(order.study().get(), all, place);
      throw new TransferException(none.getMessage());
    }
    return wanted;
  }

  private void fetch(Transcript transcript, StoredRun run) throws IOException {
    Path folder = imported.resolve(run.uid());
    Path memory = folder.resolve(FINGERPRINT);
    String fingerprint = Transcript.fingerprint(run);
    if (Files.exists(memory) && Files.readString(memory).equals(fingerprint)) {
      unchanged++;
      return;
    }
    try {
      StoredTrial trial = StoredTrial.of(run);
      // Whole or not at all: what an interrupted import leaves here is begun anew.
      Path incomplete = imported.resolve(".incomplete").resolve(run.uid());
      Folders.delete(incomplete);
      Transcript.Written written =
          transcript.write(run, incomplete, new Transcript.FileChoice(LARGEST_FILE, false));
      new RunFolder(incomplete).write(trial);
      Files.writeString(incomplete.resolve(FINGERPRINT), fingerprint);
      Folders.delete(folder);
      Files.move(incomplete, folder, StandardCopyOption.ATOMIC_MOVE);
      fetched++;
      listener.fetched(run.name());
      if (!written.left().isEmpty()) {
        listener.noted("left behind: " + String.join("; ", written.left()));
      }
    } catch (TrialException e) {
      left.add(e.getMessage());
    } catch (TrackingException e) {
      if (e.isTemporary()) {
        throw e;
      }
      left.add(run.name() + ": " + e.getMessage());
    }
  }
}
