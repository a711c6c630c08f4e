package org.apprentice.spi;

import java.nio.file.Path;

/** A kind of place that runs are delivered to, chosen by the form of {@code tracking.uri}. */
public interface TrackerPlugin {
  /** Whether this plugin delivers to such a place. */
  boolean accepts(String uri);

  /** The URIs that it accepts, for people: {@code "sqlite, sqlite:///PATH"}. */
  String uriForms();

  /**
   * Prepares deliveries. Does not touch the place yet: a place that is away must not stop a run, so
   * what is found here is wrong with the URI itself.
   *
   * @param uri {@code tracking.uri}
   * @param results the folder of results, where local stores live
   * @throws TrackingException if no run could ever be delivered there, with a message that says how
   *     to mend it
   */
  Tracker open(String uri, Path results);
}
