package org.apprentice.core.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apprentice.core.config.Composer;
import org.apprentice.core.config.Study;
import org.apprentice.core.config.Trial;
import org.apprentice.core.plugin.Components;
import org.apprentice.core.sweep.BuiltInSamplers;
import org.apprentice.core.trial.ClimbingPlugin;
import org.apprentice.core.trial.Deliveries;
import org.apprentice.core.trial.TrialException;
import org.apprentice.core.trial.TrialListener;
import org.apprentice.core.trial.TrialRunner;
import org.apprentice.core.trial.TrialStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores of runs, and a study that is run by them. */
class ScoresTest {
  @TempDir Path folder;

  private Study study(String... text) throws IOException {
    Path file = folder.resolve("it.conf");
    Files.writeString(
        file,
        """
        environment { plugin = hill, copies = 4 }
        algorithm = climb
        training { steps = 40 }
        evaluation { episodes = 6, copies = 4, every = 16 }
        tracking { uri = none }
        """
            + String.join("\n", text));
    return new Composer(Components.of(new ClimbingPlugin(), new BuiltInSamplers()))
        .compose(file, List.of());
  }

  private TrialStatus run(String results, Trial trial, OptionalLong until) throws IOException {
    Path path = folder.resolve(results);
    Deliveries deliveries = new Deliveries(List.of(), path);
    try {
      return new TrialRunner(path, deliveries, new TrialListener() {}, () -> false)
          .run(trial, folder.resolve("it.conf"), false, until, Optional.empty());
    } finally {
      deliveries.close();
    }
  }

  private Path runFolder(String results, Trial trial) {
    return folder.resolve(results).resolve("runs").resolve(trial.key());
  }

  private static Scores returns() {
    return new Scores("evaluation/return-mean", false);
  }

  @Test
  void aRungIsScoredAlikeWhetherTheRunWaitsThereOrIsAtItsEnd() throws IOException {
    Trial trial = study().trials().get(0);
    Path path = runFolder("paused", trial);
    OptionalLong rung = OptionalLong.of(9);
    assertThat(returns().known(path, rung)).isEmpty();
    double paused = run("paused", trial, rung).pause().meanReturn();
    assertThat(returns().known(path, rung)).contains(new Outcome.Reached(paused));
    assertThat(returns().known(path, OptionalLong.of(13))).isEmpty();
    assertThat(returns().known(path, OptionalLong.empty())).isEmpty();

    double end = run("paused", trial, OptionalLong.empty()).result().meanReturn();
    assertThat(returns().known(path, rung)).contains(new Outcome.Reached(paused));
    assertThat(returns().known(path, OptionalLong.empty())).contains(new Outcome.Finished(end));
    assertThat(returns().known(path, OptionalLong.of(40))).contains(new Outcome.Finished(end));
    assertThat(returns().known(path, OptionalLong.of(99))).contains(new Outcome.Finished(end));
  }

  @Test
  void aRunWithoutPauseIsJudgedByItsNextEvaluation() throws IOException {
    Trial trial = study().trials().get(0);
    run("whole", trial, OptionalLong.empty());
    double at16 = run("paused", trial, OptionalLong.of(16)).pause().meanReturn();
    assertThat(returns().known(runFolder("whole", trial), OptionalLong.of(9)))
        .contains(new Outcome.Reached(at16));
  }

  @Test
  void anyMetricMayBeTheScoreAndSmallOnesMayBeGood() throws IOException {
    Trial trial = study().trials().get(0);
    Path path = runFolder("runs", trial);
    run("runs", trial, OptionalLong.of(9));
    Outcome.Reached shortest =
        (Outcome.Reached)
            new Scores("evaluation/length-mean", true)
                .known(path, OptionalLong.of(9))
                .orElseThrow();
    assertThat(shortest.score()).isEqualTo(-2);
    Outcome.Reached early =
        (Outcome.Reached)
            new Scores("policy/height", false).known(path, OptionalLong.of(9)).orElseThrow();
    run("runs", trial, OptionalLong.empty());
    assertThat(new Scores("policy/height", false).known(path, OptionalLong.of(9))).contains(early);
    assertThat(early.score()).isBetween(1.5, 4.5);
    Outcome.Finished solved =
        (Outcome.Finished)
            new Scores("evaluation/solved-at", true)
                .known(path, OptionalLong.empty())
                .orElseThrow();
    assertThat(solved.score()).isNaN();
    assertThatThrownBy(
            () -> new Scores("evaluation/retrun-mean", false).known(path, OptionalLong.empty()))
        .isInstanceOf(TrialException.class)
        .hasMessageContaining("sweep.metric is evaluation/retrun-mean, which run " + trial.key())
        .hasMessageContaining("policy/height")
        .hasMessageEndingWith("did you mean evaluation/return-mean?");
  }

  /** Runs until so many trainings were begun, like one that is killed then. */
  private Schedule run(Study study, String results, int most) throws IOException {
    Scores scores = new Scores(study);
    Schedule schedule = new Schedule(study);
    for (int begun = 0; begun < most && !schedule.isFinished(); ) {
      Schedule.Task task = schedule.next().orElseThrow();
      Path path = runFolder(results, task.trial());
      Optional<Outcome> known = scores.known(path, task.until());
      if (known.isEmpty()) {
        run(results, task.trial(), task.until());
        known = scores.known(path, task.until());
        begun++;
      }
      schedule.done(task, known.orElseThrow());
    }
    return schedule;
  }

  @Test
  void aPrunedStudyThatIsInterruptedEndsLikeOneThatIsNot() throws IOException {
    String[] text = {
      "sweep.sampler { plugin = tpe, points = 8, startup = 5, batch = 3 }",
      "sweep.space.algorithm.diverge-at { distribution = int, low = 100, high = 100000 }",
      "sweep { objective = median, pruner { plugin = asha, rung = 9, reduction = 2 } }",
      "ablation.seeds = [1, 2]"
    };
    Schedule whole = run(study(text), "whole", Integer.MAX_VALUE);
    assertThat(whole.pruned()).isNotEmpty();
    for (int kill = 1; kill < 4; kill++) {
      run(study(text), "killed", 4);
    }
    Study last = study(text);
    Schedule killed = run(last, "killed", Integer.MAX_VALUE);
    assertThat(described(killed)).isEqualTo(described(whole));
    int complete = 0;
    for (Trial trial : last.trials()) {
      TrialStatus one = TrialStatus.read(runFolder("whole", trial)).orElseThrow();
      TrialStatus other = TrialStatus.read(runFolder("killed", trial)).orElseThrow();
      assertThat(other.state()).isEqualTo(one.state());
      assertThat(other.pause()).isEqualTo(one.pause());
      complete += one.state() == TrialStatus.State.FINISHED ? 1 : 0;
    }
    assertThat(complete).isEqualTo(2 * (8 - whole.pruned().size()));
  }

  private static List<String> described(Schedule schedule) {
    List<String> lines = new ArrayList<>();
    for (Schedule.Pruned it : schedule.pruned()) {
      lines.add(it.cell().point() + " " + it.progress() + " " + it.objective() + " " + it.rank());
    }
    return lines;
  }
}
