package org.apprentice.tracking;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.TrackingException;

/**
 * The runs that MLflow keeps at a place, to be read: in its SQLite file or on a server. Runs and
 * experiments that were deleted there are passed over. Every method throws {@link
 * TrackingException}, {@linkplain TrackingException#isTemporary() temporary} if the place is busy
 * or away. Not safe for several threads.
 */
public interface RunStore extends AutoCloseable {
  /**
   * A file of a run.
   *
   * @param path as the UI shows it, with {@code /}; never leaves the run's files
   * @param size in bytes; -1 if the store does not tell
   */
  record StoredFile(String path, long size) {}

  /**
   * Opens a place for reading; nothing there is changed.
   *
   * @param uri {@code sqlite}, {@code sqlite:///PATH} or the address of a server, as in {@code
   *     tracking.uri}
   * @param results the folder of results, where {@code sqlite} is
   * @throws TrackingException if there is no such place, or it is none of MLflow's
   */
  static RunStore open(String uri, Path results) {
    if (uri.equals("sqlite") || uri.startsWith("sqlite:")) {
      return SqliteStore.open(SqliteTrackerPlugin.database(uri, results));
    }
    if (isServer(uri)) {
      return ServerStore.open(uri);
    }
    throw new TrackingException(
        "runs cannot be read from '"
            + Trackers.withoutSecrets(uri)
            + "'; expected sqlite, sqlite:///PATH or http(s)://HOST:PORT of an MLflow server");
  }

  /** Whether runs can be read from such a place, as far as its URI tells. */
  static boolean reads(String uri) {
    return uri.equals("sqlite") || uri.startsWith("sqlite:") || isServer(uri);
  }

  private static boolean isServer(String uri) {
    return new ServerTrackerPlugin().accepts(uri);
  }

  /** The place for people and files: without passwords. */
  String place();

  /**
   * The runs of the place, the one that began first first.
   *
   * @param filter in MLflow's search syntax, to spare what is not wanted; a store may pass over it
   *     and tell of other runs too
   */
  List<StoredRun> runs(Optional<String> filter);

  /** The {@linkplain StoredRun#uid() uids} of all runs of the place that have one of ours. */
  Set<String> uids();

  /** The run with the whole values of params that were too long for the place, if it has them. */
  default StoredRun whole(StoredRun run) throws IOException {
    return CutParams.restore(this, run);
  }

  /** Hands over every point of a metric, in the order in which they were logged. */
  void history(StoredRun run, String metric, Consumer<RunEvent.Metric> consumer);

  /** Labels of the experiment that the run belongs to. */
  Map<String, String> experimentTags(StoredRun run);

  /** What the run learned from. */
  List<RunEvent.Dataset> datasets(StoredRun run);

  /**
   * The files of the run, folders opened up.
   *
   * @throws TrackingException not temporary, if they are where this version cannot read
   */
  List<StoredFile> files(StoredRun run);

  /**
   * Copies a file to this machine.
   *
   * @param target is replaced when all has arrived; its folder is made
   * @throws IOException if the target cannot be written
   */
  void fetch(StoredRun run, StoredFile file, Path target) throws IOException;

  /** Where a file lies on this machine; empty if it does not. */
  Optional<Path> local(StoredRun run, StoredFile file);

  @Override
  void close();
}
