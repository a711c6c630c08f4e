package org.apprentice.core.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apprentice.core.config.Trial;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs below the run of a study. */
class ParentTest {
  private static final String PARENT = "mlflow.parentRunId";

  @TempDir Path folder;
  private final String first = RunSpec.newUid();
  private final String second = RunSpec.newUid();
  private Climbing climbing;
  private Trial ofFirst;
  private Trial ofSecond;

  @BeforeEach
  void makeStudies() throws IOException {
    climbing = new Climbing(folder.resolve("results"));
    ofFirst = Climbing.trial(folder, "name=first");
    ofSecond = Climbing.trial(folder, "name=second");
    assertThat(ofSecond.key()).isEqualTo(ofFirst.key());
  }

  private TrialStatus run(Trial trial, Optional<String> parent, BooleanSupplier stop)
      throws IOException {
    Deliveries deliveries = new Deliveries(List.of(), climbing.results());
    try {
      return new TrialRunner(climbing.results(), deliveries, new TrialListener() {}, stop)
          .run(trial, folder.resolve("climb.conf"), false, OptionalLong.empty(), parent);
    } finally {
      deliveries.close();
    }
  }

  private List<String> tags(String key) {
    return climbing.journal(ofFirst.key()).stream()
        .filter(it -> it instanceof RunEvent.Tag tag && tag.key().equals(key))
        .map(it -> ((RunEvent.Tag) it).value())
        .toList();
  }

  @Test
  void aTrialTellsWhereItBelongs() throws Exception {
    run(ofFirst, Optional.of(first), () -> false);
    assertThat(tags(PARENT)).containsExactly(first);
    assertThat(tags("study")).containsExactly("first");
    assertThat(tags("studies")).containsExactly("first");
    assertThat(tags("variant")).containsExactly("baseline");
    assertThat(tags("seed")).containsExactly("1");
    assertThat(tags("trial-key")).containsExactly(ofFirst.key());
  }

  @Test
  void aReusedTrialKeepsItsParentAndTellsOfBothStudies() throws Exception {
    run(ofFirst, Optional.of(first), () -> false);
    Path receipt = climbing.folder(ofFirst.key()).resolve("delivered");
    long journaled = Files.size(climbing.folder(ofFirst.key()).resolve("journal.jsonl"));
    for (int time = 0; time < 2; time++) {
      run(ofFirst, Optional.of(first), () -> false);
      run(ofSecond, Optional.of(second), () -> false);
    }
    assertThat(receipt).exists();
    assertThat(tags(PARENT)).containsExactly(first);
    assertThat(tags("study")).containsExactly("first");
    assertThat(tags("studies")).containsExactly("first", "first, second");
    assertThat(Files.size(climbing.folder(ofFirst.key()).resolve("journal.jsonl")))
        .as("a line for each of two tags, however often it is reused")
        .isBetween(journaled + 1, journaled + 300);
  }

  @Test
  void aRunWithoutParentIsAdopted() throws Exception {
    run(ofFirst, Optional.empty(), () -> false);
    assertThat(tags(PARENT)).isEmpty();
    run(ofFirst, Optional.of(first), () -> false);
    run(ofSecond, Optional.of(second), () -> false);
    assertThat(tags(PARENT)).containsExactly(first);
  }

  @Test
  void anInterruptedRunIsAdoptedAndGoesOn() throws Exception {
    AtomicInteger rounds = new AtomicInteger(3);
    run(ofFirst, Optional.empty(), () -> rounds.getAndDecrement() == 0);
    assertThat(run(ofSecond, Optional.of(second), () -> false).state())
        .isEqualTo(TrialStatus.State.FINISHED);
    assertThat(tags(PARENT)).containsExactly(second);
    assertThat(tags("studies")).containsExactly("first", "first, second");
  }

  @Test
  void aStudyThatLostItsRunTakesItsTrialsToTheNewOne() throws Exception {
    run(ofFirst, Optional.of(first), () -> false);
    run(ofFirst, Optional.of(second), () -> false);
    assertThat(tags(PARENT)).containsExactly(first, second);
  }
}
