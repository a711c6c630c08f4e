package org.apprentice.tracking;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.Tracker;
import org.apprentice.spi.TrackerPlugin;
import org.apprentice.spi.TrackingException;

/** The places that runs can be delivered to. */
public final class Trackers {
  private static final List<TrackerPlugin> BUILT_IN =
      List.of(new SqliteTrackerPlugin(), new ServerTrackerPlugin(), new NoTrackerPlugin());

  /**
   * Of {@code https://user:password@host}, up to the last @: passwords may hold any, and slashes
   * that should have been escaped. What follows a port, or a host alone, is a path.
   */
  private static final Pattern USER_INFO =
      Pattern.compile("(?<=://)([^/?#\\s\"'<>:@]*:(?!\\d*[/?#])[^\\s\"'<>]*|[^/?#\\s\"'<>]*)@");

  private Trackers() {}

  /**
   * Prepares deliveries to the place that {@code tracking.uri} means, without touching it yet.
   *
   * @param results the folder of results, where local stores live
   * @param plugins trackers of plugins, asked before the built-in ones
   * @throws TrackingException if no run could ever be delivered there
   */
  public static Tracker open(String uri, Path results, List<TrackerPlugin> plugins) {
    List<TrackerPlugin> known = new ArrayList<>(plugins);
    known.addAll(BUILT_IN);
    return known.stream()
        .filter(plugin -> plugin.accepts(uri))
        .findFirst()
        .orElseThrow(
            () ->
                new TrackingException(
                    "unknown tracking.uri '"
                        + withoutSecrets(uri)
                        + "'; known: "
                        + known.stream()
                            .map(TrackerPlugin::uriForms)
                            .filter(forms -> !forms.isEmpty())
                            .collect(Collectors.joining(", "))))
        .open(uri, results.toAbsolutePath().normalize());
  }

  /**
   * A {@code tracking.uri}, or any text with addresses in it, as it may be shown and stored:
   * without users and passwords.
   */
  public static String withoutSecrets(String uri) {
    return USER_INFO.matcher(uri).replaceAll("");
  }

  /** Keeps the journals only. */
  private static final class NoTrackerPlugin implements TrackerPlugin {
    @Override
    public boolean accepts(String uri) {
      return uri.equals("none");
    }

    @Override
    public String uriForms() {
      return "none";
    }

    @Override
    public Tracker open(String uri, Path results) {
      return new NoTracker(results);
    }
  }

  private record NoTracker(Path results) implements Tracker {
    private record NoRun(String id) implements Run {
      @Override
      public void deliver(List<RunEvent> events) {}
    }

    @Override
    public void check() {}

    @Override
    public String howToView() {
      return "not tracked; the journals are in " + results.resolve("runs");
    }

    @Override
    public Run start(RunSpec spec) {
      return new NoRun(spec.uid());
    }

    @Override
    public void close() {}
  }
}
