package org.apprentice.core.transfer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.TrackingException;
import org.apprentice.tracking.Journal;
import org.apprentice.tracking.RunManifest;
import org.apprentice.tracking.RunStore;
import org.apprentice.tracking.StoredRun;

/** Writes the journals that runs of a tracking store would have left, had they been run here. */
final class Transcript {
  /** Below a run's folder, files that came from the store. */
  private static final String ARTIFACTS = "artifacts";

  /** The tag with MLflow's list of models, which names the run's id. */
  private static final String MODELS = "mlflow.log-model.history";

  private final RunStore store;
  private final Map<String, String> uids = new HashMap<>();

  /**
   * @param all of the store's runs that may be above others
   */
  Transcript(RunStore store, List<StoredRun> all) {
    this.store = store;
    all.forEach(run -> uids.put(run.id(), run.uid()));
  }

  /**
   * Which of a run's files come along.
   *
   * @param largest in bytes; larger ones stay where they are
   * @param referred whether those on this machine stay there too, and the journal tells where
   */
  record FileChoice(long largest, boolean referred) {
    static final FileChoice ALL = new FileChoice(Long.MAX_VALUE, true);
  }

  /**
   * A journal that was written.
   *
   * @param left files that did not come along, and why, a line each
   */
  record Written(RunSpec spec, List<String> left) {}

  /** The uid of the run above one; empty if it stands alone, or the store has that no more. */
  Optional<String> parent(StoredRun run) {
    return Optional.ofNullable(run.tags().get(StoredRun.PARENT)).map(uids::get);
  }

  /** The same for the same run, wherever it is stored, as long as nothing is added to it. */
  static String fingerprint(StoredRun run) {
    Map<String, String> tags = new TreeMap<>(run.tags());
    tags.remove(StoredRun.UID);
    tags.remove(StoredRun.PARENT);
    String text =
        String.join(
            "\n",
            run.name(),
            run.experiment(),
            run.ended().toString(),
            run.endMillis().toString(),
            new TreeMap<>(run.params()).toString(),
            tags.toString(),
            new TreeMap<>(run.metrics()).toString());
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(text.replace(run.id(), run.uid()).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Writes a run's journal with its manifest.
   *
   * @param folder of the run, without a journal yet
   */
  Written write(StoredRun run, Path folder, FileChoice choice) throws IOException {
    Files.createDirectories(folder);
    RunSpec spec = new RunSpec(run.uid(), run.experiment(), run.name(), run.startMillis(), folder);
    RunManifest.write(spec, store.place(), 0);
    List<String> left = new ArrayList<>();
    try (Journal journal = Journal.open(folder)) {
      journal.append(new RunEvent.Started(run.startMillis()));
      store
          .whole(run)
          .params()
          .forEach((key, value) -> journal.append(new RunEvent.Param(key, value)));
      run.tags().forEach((key, value) -> tag(run, key, value).ifPresent(journal::append));
      store
          .experimentTags(run)
          .forEach((key, value) -> journal.append(new RunEvent.ExperimentTag(key, value)));
      store.datasets(run).forEach(journal::append);
      for (String metric : run.metrics().keySet()) {
        store.history(run, metric, journal::append);
      }
      try {
        for (RunStore.StoredFile file : store.files(run)) {
          bring(run, file, folder, choice, left).ifPresent(journal::append);
        }
      } catch (TrackingException e) {
        if (e.isTemporary()) {
          throw e;
        }
        left.add(e.getMessage());
      }
      if (run.ended().isPresent()) {
        long end = run.endMillis().orElse(run.startMillis());
        journal.append(new RunEvent.Finished(run.ended().get(), end));
      }
    }
    return new Written(spec, left);
  }

  /** Other places have other ids, and make the tag with the uid themselves. */
  private Optional<RunEvent> tag(StoredRun run, String key, String value) {
    return switch (key) {
      case StoredRun.UID -> Optional.empty();
      case StoredRun.PARENT -> parent(run).map(uid -> new RunEvent.Tag(key, uid));
      case MODELS -> Optional.of(new RunEvent.Tag(key, value.replace(run.id(), run.uid())));
      default -> Optional.of(new RunEvent.Tag(key, value));
    };
  }

  private Optional<RunEvent> bring(
      StoredRun run, RunStore.StoredFile file, Path folder, FileChoice choice, List<String> left)
      throws IOException {
    if (file.size() > choice.largest()) {
      left.add("%s: file %s of %d bytes".formatted(run.name(), file.path(), file.size()));
      return Optional.empty();
    }
    Optional<Path> local = choice.referred() ? store.local(run, file) : Optional.empty();
    if (local.isPresent()) {
      return Optional.of(new RunEvent.Artifact(local.get().toString(), file.path()));
    }
    Path artifacts = folder.resolve(ARTIFACTS);
    Path target = artifacts.resolve(file.path()).normalize();
    if (!target.startsWith(artifacts)) {
      left.add("%s: file '%s', whose name leaves its folder".formatted(run.name(), file.path()));
      return Optional.empty();
    }
    store.fetch(run, file, target);
    return Optional.of(new RunEvent.Artifact(ARTIFACTS + "/" + file.path(), file.path()));
  }
}
