package org.apprentice.tracking;

import java.nio.file.Path;
import java.util.Locale;
import org.apprentice.spi.Tracker;
import org.apprentice.spi.TrackerPlugin;

/** Delivers to MLflow tracking servers; see {@link ServerAddress} for addresses and credentials. */
final class ServerTrackerPlugin implements TrackerPlugin {
  @Override
  public boolean accepts(String uri) {
    String lower = uri.toLowerCase(Locale.ROOT);
    return lower.startsWith("http:") || lower.startsWith("https:");
  }

  @Override
  public String uriForms() {
    return ServerAddress.FORM;
  }

  @Override
  public Tracker open(String uri, Path results) {
    ServerAddress address = ServerAddress.of(uri, System::getenv);
    return new ServerTracker(new MlflowServer(address), results);
  }
}
