package org.apprentice.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.apprentice.spi.Tracker;
import org.apprentice.spi.TrackerPlugin;
import org.apprentice.spi.TrackingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrackersTest {
  @TempDir Path results;

  @Test
  void sqliteIsTheDatabaseInTheResults() {
    try (Tracker tracker = open("sqlite")) {
      tracker.check();
      assertThat(results.resolve("mlflow.db")).isNotEmptyFile();
      assertThat(tracker.howToView())
          .isEqualTo("mlflow ui --backend-store-uri sqlite:///" + results.resolve("mlflow.db"));
    }
  }

  @Test
  void sqlitePathsAreReadAsMlflowReadsThem() {
    Path database = results.resolve("elsewhere/my runs'.db");
    try (Tracker tracker = open("sqlite:///" + database)) {
      tracker.check();
      assertThat(database).isNotEmptyFile();
      assertThat(tracker.howToView())
          .isEqualTo(
              "mlflow ui --backend-store-uri 'sqlite:///"
                  + database.toString().replace("'", "'\\''")
                  + "'");
    }
    try (Tracker tracker = open("sqlite:///relative.db")) {
      assertThat(tracker.howToView())
          .endsWith("sqlite:///" + Path.of("relative.db").toAbsolutePath());
    }
  }

  @Test
  void refusesSqliteWithoutAFile() {
    for (String uri :
        List.of("sqlite:", "sqlite://host/x", "sqlite:///", "sqlite:///:memory:", "sqlite:x.db")) {
      assertThatThrownBy(() -> open(uri))
          .isInstanceOf(TrackingException.class)
          .hasMessageContaining("must be sqlite or sqlite:///PATH")
          .hasMessageContaining("'" + uri + "'");
    }
  }

  @Test
  void serversAreShownByTheirAddressWithoutPasswords() {
    for (String uri : List.of("http://localhost:5000", "HTTPS://me:secret@mlflow.example.org/x/")) {
      try (Tracker tracker = open(uri)) {
        assertThat(tracker.howToView())
            .isIn("http://localhost:5000", "https://mlflow.example.org/x");
      }
    }
    assertThatThrownBy(() -> open("http:/localhost"))
        .isInstanceOf(TrackingException.class)
        .hasMessageContaining("tracking.uri must be http[s]://");
  }

  @Test
  void passwordsAreLeftOutOfWhatIsShown() {
    for (String uri :
        List.of("https://me:secret@h/x", "https://me:sec/ret@h/x", "https://me:s@e?c#ret@h/x")) {
      assertThat(Trackers.withoutSecrets(uri)).isEqualTo("https://h/x");
    }
    assertThat(Trackers.withoutSecrets("sqlite:////home/me@work/x.db"))
        .isEqualTo("sqlite:////home/me@work/x.db");
    assertThat(Trackers.withoutSecrets("sqlite")).isEqualTo("sqlite");
  }

  @Test
  void namesTheKnownPlacesWhenAskedForAnUnknownOne() {
    assertThatThrownBy(() -> open("postgresql://x"))
        .isInstanceOf(TrackingException.class)
        .hasMessage(
            "unknown tracking.uri 'postgresql://x'; known: sqlite, sqlite:///PATH,"
                + " http[s]://HOST[:PORT][/PREFIX], none");
  }

  @Test
  void pluginsComeFirst() {
    Tracker own = open("none");
    TrackerPlugin plugin =
        new TrackerPlugin() {
          @Override
          public boolean accepts(String uri) {
            return uri.startsWith("http:");
          }

          @Override
          public String uriForms() {
            return "http://HOST";
          }

          @Override
          public Tracker open(String uri, Path folder) {
            return own;
          }
        };
    assertThat(Trackers.open("http://x", results, List.of(plugin))).isSameAs(own);
    assertThatThrownBy(() -> Trackers.open("ftp://x", results, List.of(plugin)))
        .hasMessageContaining("known: http://HOST, sqlite");
  }

  @Test
  void noneKeepsTheJournalsOnly() {
    try (Tracker tracker = open("none")) {
      tracker.check();
      tracker.start(Events.spec(results)).deliver(List.of(Events.metric("a", 1, 1)));
      assertThat(tracker.howToView()).contains(results.resolve("runs").toString());
    }
    assertThat(results).isEmptyDirectory();
  }

  private Tracker open(String uri) {
    return Trackers.open(uri, results, List.of());
  }
}
