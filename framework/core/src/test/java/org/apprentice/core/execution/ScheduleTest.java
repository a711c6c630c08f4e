package org.apprentice.core.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apprentice.core.config.Cell;
import org.apprentice.core.config.Composer;
import org.apprentice.core.config.ConfigurationException;
import org.apprentice.core.config.Study;
import org.apprentice.core.plugin.Components;
import org.apprentice.core.sweep.BuiltInSamplers;
import org.apprentice.core.trial.ClimbingPlugin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Studies whose trials are made up. */
class ScheduleTest {
  private static final String SPACE =
      "sweep.space.algorithm.diverge-at { distribution = int, low = 100, high = 100000 }\n";
  private static final String TPE =
      "sweep.sampler { plugin = tpe, points = 24, startup = 9, batch = 5 }\n";
  private static final String ASHA = "sweep.pruner { plugin = asha, rung = 8, reduction = 2 }\n";
  private static final String MEDIAN =
      "sweep.pruner { plugin = median, rung = 8, every = 8, startup = 3 }\n";
  private static final String SEEDS = "ablation.seeds = [1, 2]\nsweep.objective = median\n";

  @TempDir Path folder;

  private Study study(String text) {
    try {
      Path file = folder.resolve("it.conf");
      Files.writeString(
          file,
          """
          environment { plugin = hill, copies = 4 }
          algorithm = climb
          training { steps = 40 }
          """
              + text);
      return new Composer(Components.of(new ClimbingPlugin(), new BuiltInSamplers()))
          .compose(file, List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a trial comes to: better further on, at its end after 40 steps or, some, after 20. */
  private static Outcome outcome(Schedule.Task task, long world, boolean failures) {
    long seed = task.trial().key().hashCode() * 31L + world;
    Random random = new Random(seed);
    double talent = random.nextDouble();
    long end = random.nextInt(6) == 0 ? 20 : 40;
    if (failures && random.nextInt(12) == 0) {
      return new Outcome.Failed();
    }
    long until = task.until().orElse(Long.MAX_VALUE);
    double noise = new Random(seed + Math.min(until, end)).nextDouble() * 0.3;
    double score = talent * Math.min(until, end) + noise;
    return until < end ? new Outcome.Reached(score) : new Outcome.Finished(score);
  }

  private static String text(Schedule.Task task) {
    return task.trial().key() + " " + task.until();
  }

  /** All that a study was: its points in their order, what was run, and what was given up. */
  private record History(
      List<Map<String, String>> points, TreeSet<String> tasks, List<Schedule.Pruned> pruned) {
    List<String> prunedText() {
      return pruned.stream()
          .map(
              it ->
                  it.cell().point()
                      + " at "
                      + it.progress()
                      + ": "
                      + it.objective()
                      + ", "
                      + it.rank()
                      + " of "
                      + it.of())
          .toList();
    }

    void assertSameAs(History other) {
      assertThat(points).isEqualTo(other.points);
      assertThat(tasks).isEqualTo(other.tasks);
      assertThat(prunedText()).isEqualTo(other.prunedText());
    }
  }

  /**
   * @param known outcomes of an earlier attempt, which come at once; those of this one are added
   * @param most end after so many new outcomes
   */
  private static History run(
      Study study, int workers, Random order, long world, Map<String, Outcome> known, int most) {
    Schedule schedule = new Schedule(study);
    TreeSet<String> tasks = new TreeSet<>();
    List<Schedule.Task> running = new ArrayList<>();
    int made = 0;
    while (!schedule.isFinished() && made < most) {
      Optional<Schedule.Task> next = Optional.empty();
      while (running.size() < workers && (next = schedule.next()).isPresent()) {
        Schedule.Task task = next.get();
        assertThat(tasks.add(text(task))).as("handed out once").isTrue();
        if (known.containsKey(text(task))) {
          schedule.done(task, known.get(text(task)));
        } else {
          running.add(task);
        }
      }
      if (!running.isEmpty()) {
        Schedule.Task task = running.remove(order.nextInt(running.size()));
        Outcome outcome = outcome(task, world, true);
        known.put(text(task), outcome);
        made++;
        schedule.done(task, outcome);
      }
    }
    return new History(study.cells().stream().map(Cell::point).toList(), tasks, schedule.pruned());
  }

  private static History undisturbed(Study study, long world) {
    return run(study, 1, new Random(0), world, new HashMap<>(), Integer.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(strings = {ASHA, MEDIAN, ""})
  void batchesDoNotDependOnTheOrderInWhichTrialsEndNorOnHowManyRun(String pruner) {
    for (long world = 0; world < 4; world++) {
      String text = SPACE + TPE + pruner + SEEDS;
      History reference = undisturbed(study(text), world);
      assertThat(reference.points()).hasSize(24);
      Random random = new Random(world);
      for (int workers = 1; workers <= 8; workers += 1 + (int) (world % 3)) {
        run(study(text), workers, random, world, new HashMap<>(), Integer.MAX_VALUE)
            .assertSameAs(reference);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {ASHA, MEDIAN, ""})
  void anInterruptedStudyGoesOnAndRunsNothingTwice(String pruner) {
    String text = SPACE + TPE + pruner + SEEDS;
    for (long world = 0; world < 3; world++) {
      History reference = undisturbed(study(text), world);
      Map<String, Outcome> known = new HashMap<>();
      Random random = new Random(world);
      for (int kill = 0; kill < 5; kill++) {
        run(study(text), 3, random, world, known, 1 + random.nextInt(15));
      }
      run(study(text), 3, random, world, known, Integer.MAX_VALUE).assertSameAs(reference);
      assertThat(new TreeSet<>(known.keySet())).isEqualTo(reference.tasks());
    }
  }

  @Test
  void aBatchIsHalvedAtEachRung() {
    String text = SPACE + "sweep.sampler { plugin = random, points = 9 }\n" + ASHA;
    Study study = study(text);
    Schedule schedule = new Schedule(study);
    List<Cell> left = new ArrayList<>(study.cells());
    List<Cell> stopped = new ArrayList<>();
    for (long rung : new long[] {8, 16, 32}) {
      Map<Cell, Double> scores = new HashMap<>();
      for (Cell cell : left) {
        Schedule.Task task = schedule.next().orElseThrow();
        assertThat(task.cell()).isSameAs(cell);
        assertThat(task.until()).hasValue(rung);
        double score = new Random(rung * 31 + cell.trials().get(0).key().hashCode()).nextDouble();
        scores.put(cell, score);
        schedule.done(task, new Outcome.Reached(score));
      }
      List<Cell> best = new ArrayList<>(left);
      best.sort(Comparator.comparing(scores::get).reversed());
      left.removeAll(best.subList(Math.max(1, left.size() / 2), left.size()));
      stopped.addAll(best.subList(left.size(), best.size()));
    }
    Schedule.Task last = schedule.next().orElseThrow();
    assertThat(left).containsExactly(last.cell());
    assertThat(last.until()).as("beyond its end").hasValue(64);
    assertThat(schedule.isFinished()).isFalse();
    schedule.done(last, new Outcome.Finished(1));
    assertThat(schedule.isFinished()).isTrue();
    assertThat(schedule.next()).isEmpty();
    assertThat(schedule.pruned())
        .extracting(Schedule.Pruned::cell)
        .containsExactlyInAnyOrderElementsOf(stopped);
    assertThat(schedule.pruned())
        .extracting(Schedule.Pruned::progress)
        .containsExactly(8L, 8L, 8L, 8L, 8L, 16L, 16L, 32L);
    assertThat(schedule.pruned()).allMatch(it -> it.rank() > Math.max(1, it.of() / 2));
  }

  /** Algorithm 2 of Li et al. 2018 for one worker, written down from the paper. */
  @Test
  void asynchronouslyOneGoesOnAsSoonAsItIsAmongTheBestThatHaveCome() {
    Study study =
        study(
            SPACE
                + "sweep.sampler { plugin = random, points = 40 }\nsweep.asynchronous = true\n"
                + ASHA);
    Schedule schedule = new Schedule(study);
    List<TreeMap<Double, Cell>> rungs = new ArrayList<>();
    List<List<Cell>> promoted = new ArrayList<>();
    for (int rung = 0; rung < 4; rung++) {
      rungs.add(new TreeMap<>(Comparator.reverseOrder()));
      promoted.add(new ArrayList<>());
    }
    int begun = 0;
    while (begun < study.cells().size()) {
      Cell expected = null;
      int target = 0;
      for (int rung = 2; rung >= 0 && expected == null; rung--) {
        int most = rungs.get(rung).size() / 2;
        for (Cell cell : rungs.get(rung).values().stream().limit(most).toList()) {
          if (expected == null && !promoted.get(rung).contains(cell)) {
            expected = cell;
            target = rung + 1;
            promoted.get(rung).add(cell);
          }
        }
      }
      if (expected == null) {
        expected = study.cells().get(begun++);
      }
      Schedule.Task task = schedule.next().orElseThrow();
      assertThat(task.cell()).isSameAs(expected);
      assertThat(task.until()).hasValue(8L << target);
      double score = new Random(task.trial().key().hashCode() + 7L * target).nextDouble();
      rungs.get(target).put(score, expected);
      schedule.done(task, target == 3 ? new Outcome.Finished(score) : new Outcome.Reached(score));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {ASHA, MEDIAN, ""})
  void asynchronouslyEveryCellComesToItsEndOrIsGivenUp(String pruner) {
    for (long world = 0; world < 4; world++) {
      Study study = study(SPACE + TPE + pruner + SEEDS + "sweep.asynchronous = true\n");
      History history =
          run(study, 1 + (int) world % 5, new Random(world), world, new HashMap<>(), 9999);
      assertThat(history.points()).hasSize(24);
      for (Cell cell : study.cells()) {
        assertThatThrownBy(() -> study.tell(cell, 0))
            .as("told before")
            .hasMessageContaining("told");
      }
      assertThat(history.pruned().stream().map(Schedule.Pruned::cell).distinct())
          .hasSameSizeAs(history.pruned());
    }
  }

  @Test
  void seedsOfACellComeBeforeTheNextCell() {
    Study study = study("sweep.space.algorithm.diverge-at = [100, 200]\n" + SEEDS);
    Schedule schedule = new Schedule(study);
    List<Schedule.Task> tasks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      tasks.add(schedule.next().orElseThrow());
    }
    assertThat(tasks).extracting(Schedule.Task::trial).isEqualTo(study.trials());
    assertThat(schedule.next()).isEmpty();
    assertThat(schedule.isFinished()).isFalse();
    tasks.forEach(task -> schedule.done(task, new Outcome.Finished(1)));
    assertThat(schedule.isFinished()).isTrue();
    assertThatThrownBy(() -> schedule.done(tasks.get(0), new Outcome.Finished(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theSameTrialIsOutOnceAtATime() {
    Study study = study("ablation.variants.same {}\n");
    Schedule schedule = new Schedule(study);
    Schedule.Task first = schedule.next().orElseThrow();
    assertThat(schedule.next()).isEmpty();
    schedule.done(first, new Outcome.Finished(1));
    Schedule.Task second = schedule.next().orElseThrow();
    assertThat(second.trial().key()).isEqualTo(first.trial().key());
    assertThat(second.cell().variant()).isEqualTo("same");
    schedule.done(second, new Outcome.Finished(1));
    assertThat(schedule.isFinished()).isTrue();
  }

  @Test
  void aPrunerThatSpoilsAComparisonOrDoesNothingIsRefused() {
    assertThat(problems(SPACE + TPE + ASHA + "ablation.variants.a.training.seed = 3"))
        .contains("it.conf:6: sweep.pruner gives up points of a sweep, and an ablation compares");
    assertThat(problems(SPACE + TPE + "sweep.pruner.plugin = asha"))
        .contains("the first rung of sweep.pruner, 10000, must be below training.steps = 40");
    assertThat(problems(SPACE + TPE + ASHA + "sweep.metric = evaluation/solved-at"))
        .contains("sweep.pruner cannot judge by sweep.metric = evaluation/solved-at");
    assertThat(study(ASHA).pruner().rung(0)).as("without a sweep").isEmpty();
  }

  private String problems(String text) {
    try {
      study(text);
    } catch (ConfigurationException e) {
      return e.problems().stream().map(Object::toString).collect(Collectors.joining("\n"));
    }
    throw new AssertionError("was expected to have problems");
  }
}
