package org.apprentice.spi;

import java.nio.file.Path;

/** A place that runs are delivered to, chosen by the scheme of {@code tracking.uri}. */
public interface TrackerPlugin {
  /** Whether this plugin delivers to such a place. */
  boolean accepts(String uri);

  /**
   * Opens the place.
   *
   * @param uri {@code tracking.uri}
   * @param results the folder of results, where local stores live
   * @throws TrackingException if it cannot be used, with a message that says how to mend it
   */
  Tracker open(String uri, Path results);
}
