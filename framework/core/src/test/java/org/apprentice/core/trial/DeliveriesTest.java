package org.apprentice.core.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apprentice.core.config.Trial;
import org.apprentice.spi.RunEvent;
import org.apprentice.tracking.Delivery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliveriesTest {
  @TempDir Path folder;

  /** The worker and the one who follows it are in one process here. */
  @Test
  void aRunThatAWorkerWritesIsFollowedToItsEnd() throws Exception {
    Trial trial = Climbing.trial(folder, "tracking.uri=sqlite");
    Climbing climbing = new Climbing(folder.resolve("results"));
    Deliveries deliveries = new Deliveries(List.of(), climbing.results());
    List<Delivery.Followed> followed = new ArrayList<>();
    TrialListener follower =
        new TrialListener() {
          @Override
          public void started(Trial started, Path runFolder, long resumedAt) {
            try {
              TrialStatus status = TrialStatus.read(runFolder).orElseThrow();
              followed.add(deliveries.follow(started, status.spec(started, runFolder)));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    try (LeftToFollower outlet = new LeftToFollower()) {
      Path source = folder.resolve("climb.conf");
      new TrialRunner(climbing.results(), outlet, follower, () -> false).run(trial, source, false);
    }
    followed.get(0).end();
    assertThat(deliveries.close()).isEmpty();

    Path run = climbing.folder(trial.key());
    assertThat(Receipt.says(run, "sqlite")).isTrue();
    assertThat(followed).hasSize(1);
    assertThat(value(climbing, "SELECT status FROM runs")).isEqualTo("FINISHED");
    assertThat(value(climbing, "SELECT count(*) FROM metrics"))
        .isEqualTo(
            String.valueOf(
                climbing.journal(trial.key()).stream()
                    .filter(RunEvent.Metric.class::isInstance)
                    .count()));
  }

  private static String value(Climbing climbing, String sql) throws SQLException {
    String database = "jdbc:sqlite:" + climbing.results().resolve("mlflow.db");
    try (Connection connection = DriverManager.getConnection(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.getString(1);
    }
  }
}
