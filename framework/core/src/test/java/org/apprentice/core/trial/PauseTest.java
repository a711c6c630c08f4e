package org.apprentice.core.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.apprentice.core.config.Trial;
import org.apprentice.rl.Evaluation;
import org.apprentice.spi.Progress;
import org.apprentice.spi.RunEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is paused, and run further, is the run that was never paused. */
class PauseTest {
  @TempDir Path folder;
  private Trial trial;
  private Climbing whole;
  private Climbing paused;

  @BeforeEach
  void trainWithoutPause() throws Exception {
    trial = Climbing.trial(folder);
    whole = new Climbing(folder.resolve("whole"));
    whole.run(trial);
    paused = new Climbing(folder.resolve("paused"));
  }

  /** Everything but what was journaled for the pauses. */
  private void assertSameAsWhole() throws Exception {
    assertThat(paused.metrics(trial.key()))
        .filteredOn(it -> !it.startsWith("rung/"))
        .isEqualTo(whole.metrics(trial.key()));
    assertThat(paused.outcome(trial.key()).last()).isEqualTo(whole.outcome(trial.key()).last());
    assertThat(paused.outcome(trial.key()).evaluation())
        .isEqualTo(whole.outcome(trial.key()).evaluation());
    assertThat(paused.status(trial.key()).result())
        .usingRecursiveComparison()
        .ignoringFields("trainingSeconds", "cost")
        .isEqualTo(whole.status(trial.key()).result());
  }

  private List<String> pauses() {
    return paused.metrics(trial.key()).stream()
        .filter(it -> it.startsWith("rung/return-mean"))
        .toList();
  }

  @Test
  void pausesAtTheFirstIterationAtOrBeyondAndGoesOnAsIfItHadNot() throws Exception {
    for (long until = 1; until < 40; until += 3) {
      paused = new Climbing(folder.resolve("paused-" + until));
      TrialStatus status = paused.runUntil(trial, until);
      long boundary = (until + 3) / 4 * 4;
      if (boundary < 40) {
        assertThat(status.state()).isEqualTo(TrialStatus.State.KILLED);
        assertThat(status.message()).isEqualTo("paused at " + boundary + " steps");
        assertThat(status.pause().progress()).isEqualTo(boundary);
        assertThat(paused.status(trial.key())).isEqualTo(status);
        assertThat(paused.checkpoints(trial.key())).contains(String.valueOf(boundary));
        List<RunEvent> events = paused.journal(trial.key());
        assertThat(((RunEvent.Finished) events.get(events.size() - 1)).status())
            .isEqualTo(RunEvent.Status.KILLED);
        assertThat(paused.values(trial.key(), "rung/return-mean"))
            .containsExactly(status.pause().meanReturn());
      } else {
        assertThat(status.state()).isEqualTo(TrialStatus.State.FINISHED);
      }
      TrialStatus ended = paused.run(trial);
      assertThat(ended.state()).isEqualTo(TrialStatus.State.FINISHED);
      assertThat(ended.pause()).isNull();
      assertSameAsWhole();
    }
  }

  @Test
  void theEvaluationAtAPauseIsTheOneThatIsMadeThereAnyway() throws Exception {
    double due = whole.values(trial.key(), "evaluation/return-mean").get(1);
    assertThat(paused.runUntil(trial, 16).pause().meanReturn()).isEqualTo(due);
    assertThat(pauses()).containsExactly("rung/return-mean at 16: " + due);
  }

  @Test
  void manyPausesOfOneRunLeaveTheirTrace() throws Exception {
    for (long until : new long[] {5, 12, 12, 17, 30}) {
      paused.runUntil(trial, until);
    }
    assertThat(paused.runUntil(trial, 1000).state()).isEqualTo(TrialStatus.State.FINISHED);
    assertSameAsWhole();
    assertThat(pauses()).hasSize(4);
    assertThat(pauses().stream().map(it -> it.split(" ")[2]))
        .containsExactly("8:", "12:", "20:", "32:");
  }

  @Test
  void aRunThatIsBeyondThePauseWaitsWhereItIs() throws Exception {
    AtomicInteger rounds = new AtomicInteger(7);
    paused.run(trial, false, new TrialListener() {}, () -> rounds.getAndDecrement() == 0);
    TrialStatus status = paused.runUntil(trial, 16);
    assertThat(status.pause().progress()).isEqualTo(28);
    paused.run(trial);
    assertSameAsWhole();
  }

  @Test
  void solvingAtAPauseDoesNotEndTheTraining() throws Exception {
    // The evaluation at 4 steps meets a threshold that is next looked at after 8.
    trial = Climbing.trial(folder, "evaluation.solved.mean=1", "evaluation.stop-when-solved=true");
    whole = new Climbing(folder.resolve("solved"));
    assertThat(whole.run(trial).result().solvedAt()).isEqualTo(8);
    assertThat(paused.runUntil(trial, 4).state()).isEqualTo(TrialStatus.State.KILLED);
    paused.run(trial);
    assertSameAsWhole();
  }

  @Test
  void deathAtAPauseCostsNothing() throws Exception {
    TrialListener dying =
        new TrialListener() {
          @Override
          public void evaluated(Progress progress, Evaluation evaluation) {
            throw new IllegalStateException("died");
          }
        };
    try {
      paused.run(trial, false, dying, () -> false, OptionalLong.of(4));
    } catch (IllegalStateException expected) {
      assertThat(expected).hasMessage("died");
    }
    assertThat(paused.status(trial.key()).state()).isEqualTo(TrialStatus.State.FAILED);
    assertThat(paused.runUntil(trial, 4).pause().progress()).isEqualTo(4);
    assertThat(pauses()).hasSize(1);
    paused.run(trial);
    assertSameAsWhole();
  }

  @Test
  void afterALostCheckpointARunNeedNotPauseAgainWhereItDid() throws Exception {
    paused.run(trial, false, new TrialListener() {}, () -> false, OptionalLong.of(12));
    paused.runUntil(trial, 28);
    Path newest = paused.folder(trial.key()).resolve("checkpoints/28");
    Files.delete(newest.resolve("trainer.bin"));
    assertThat(paused.run(trial).state()).isEqualTo(TrialStatus.State.FINISHED);
    assertSameAsWhole();
    assertThat(pauses()).hasSize(2);
  }
}
