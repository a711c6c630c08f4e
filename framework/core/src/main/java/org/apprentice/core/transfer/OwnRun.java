package org.apprentice.core.transfer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import org.apprentice.core.trial.RunFolder;
import org.apprentice.core.trial.TrialException;
import org.apprentice.tracking.Courier;
import org.apprentice.tracking.Journal;
import org.apprentice.tracking.Receipts;
import org.apprentice.tracking.RunManifest;

/** A run whose journal is in the folder of results. */
record OwnRun(RunManifest manifest, Optional<String> parent) implements Parcel {
  static OwnRun of(RunManifest manifest) throws IOException {
    return new OwnRun(manifest, new RunFolder(manifest.spec().directory()).parent());
  }

  @Override
  public String uid() {
    return manifest.spec().uid();
  }

  @Override
  public String name() {
    return manifest.spec().name();
  }

  /** Where its experiment wants it. */
  String place() {
    return manifest.uri();
  }

  private Path folder() {
    return manifest.spec().directory();
  }

  /** Whether this is the own run of a study. */
  boolean isStudy() {
    return folder().getParent().endsWith("studies");
  }

  /** Whether a study trained or reused it, or has it as its own run. */
  boolean isOf(String study) throws IOException {
    if (isStudy()) {
      return name().equals(study);
    }
    try {
      return new RunFolder(folder())
          .memberships().stream().anyMatch(it -> it.study().equals(study));
    } catch (TrialException e) {
      return false;
    }
  }

  /** Whether a person may mean it by its folder, its key, its uid or its name. */
  boolean isCalled(String argument) {
    return key().equals(argument)
        || folder().equals(Path.of(argument).toAbsolutePath().normalize())
        || uid().equals(argument)
        || name().equals(argument);
  }

  /** The name of its folder. */
  String key() {
    return folder().getFileName().toString();
  }

  boolean beginsWith(String argument) {
    return key().startsWith(argument);
  }

  @Override
  public boolean isBeingWritten() {
    return Journal.isBeingWritten(folder());
  }

  @Override
  public boolean hasArrived(String place) throws IOException {
    return Receipts.isComplete(folder(), place);
  }

  @Override
  public List<String> deliver(Courier courier, String place, DoubleConsumer progress)
      throws IOException {
    double length = Math.max(1, Journal.length(folder()));
    long arrived =
        courier.deliver(manifest.spec(), it -> progress.accept(Math.min(1, it / length)));
    long behind = Journal.length(folder()) - arrived;
    return behind > 0 && !isBeingWritten()
        ? List.of(
            "the last %d bytes of the journal in %s, which are torn or damaged"
                .formatted(behind, folder()))
        : List.of();
  }
}
