package org.apprentice.core.execution;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apprentice.core.config.Cell;
import org.apprentice.core.config.Study;
import org.apprentice.core.config.Trial;
import org.apprentice.spi.Pruner;

/**
 * What a study runs next: hands out tasks, hears what became of them, lets the pruner judge the
 * cells, asks the study for more and tells it how they scored. It does nothing itself, and knows
 * nothing of time: a study that was interrupted goes on with a new schedule that hears the same
 * outcomes, at once where {@link Scores} knows them. Not for several threads.
 *
 * <p>In batches (the default) a cell is judged when all of its batch have come to its rung, and a
 * batch is told when all of it is done. So what is run and told depends on the outcomes only, not
 * on their order nor on how many run at a time. Asynchronously decisions are taken with what has
 * come in, whenever something could be run.
 *
 * <p>A cell is judged by its seeds together, once all of them have come to the rung or to their
 * end; if one failed, it is stopped there. A cell that was stopped is told the score it had there.
 */
public final class Schedule {
  /**
   * Train the trial.
   *
   * @param until progress at or beyond which it pauses; empty: to its end
   */
  public record Task(Cell cell, Trial trial, OptionalLong until) {}

  /**
   * A cell that was given up.
   *
   * @param progress where its trials were judged
   * @param objective over its seeds there; larger is better, NaN if one failed
   * @param rank among those that had come there then, 1 for the best
   * @param of how many they were
   */
  public record Pruned(Cell cell, long progress, double objective, int rank, int of) {
    /** For example {@code pruned at 10240: 35.1, place 7 of 9}. */
    String inWords() {
      return String.format(
          Locale.ROOT, "pruned at %d: %.1f, place %d of %d", progress, objective, rank, of);
    }
  }

  /**
   * A cell whose score the study was told.
   *
   * @param objective over its seeds; larger is better, NaN if one failed
   */
  public record Told(Cell cell, double objective) {}

  private enum State {
    RUNNING,
    ARRIVED,
    STOPPED,
    COMPLETE
  }

  /** A cell on its way from rung to rung. */
  private static final class Candidate {
    private final Cell cell;
    private final Outcome[] outcomes;
    private final List<Double> scores = new ArrayList<>();

    /** Seeds to be handed out. */
    private final Deque<Integer> pending = new ArrayDeque<>();

    private int inFlight;
    private int rung = -1;
    private State state = State.RUNNING;

    Candidate(Cell cell) {
      this.cell = cell;
      outcomes = new Outcome[cell.trials().size()];
    }

    /** Sends those that are not at their end to the next rung. */
    void advance() {
      rung++;
      state = State.RUNNING;
      for (int seed = 0; seed < outcomes.length; seed++) {
        if (outcomes[seed] == null || outcomes[seed] instanceof Outcome.Reached) {
          pending.add(seed);
        }
      }
    }

    boolean isThere() {
      return pending.isEmpty() && inFlight == 0;
    }

    double[] seedScores() {
      return Arrays.stream(outcomes).mapToDouble(Candidate::score).toArray();
    }

    private static double score(Outcome outcome) {
      if (outcome instanceof Outcome.Finished finished) {
        return finished.score();
      }
      return outcome instanceof Outcome.Reached reached ? reached.score() : Double.NaN;
    }

    boolean isComplete() {
      return Arrays.stream(outcomes).noneMatch(Outcome.Reached.class::isInstance);
    }

    double objective() {
      return scores.get(scores.size() - 1);
    }

    boolean hasComeTo(int number) {
      return scores.size() > number || state == State.COMPLETE;
    }

    Pruner.Course course() {
      return new Pruner.Course(scores, state == State.COMPLETE);
    }
  }

  private record Flight(Candidate candidate, int seed, Task task) {}

  private final Study study;
  private final Pruner pruner;
  private final boolean asynchronous;
  private final Deque<Cell> unbegun = new ArrayDeque<>();
  private final List<Candidate> candidates = new ArrayList<>();
  private final List<Candidate> active = new ArrayList<>();
  private final Map<String, Flight> flights = new HashMap<>();
  private final List<Pruned> pruned = new ArrayList<>();
  private final List<Told> told = new ArrayList<>();

  /** Where the batch begins among the candidates. */
  private int batch;

  private boolean exhausted;

  /**
   * @param study composed, and not told anything yet
   */
  public Schedule(Study study) {
    this.study = study;
    pruner = study.pruner();
    asynchronous = study.asynchronous();
    if (asynchronous) {
      unbegun.addAll(study.cells());
    } else {
      List.copyOf(study.cells()).forEach(this::begin);
    }
  }

  private void begin(Cell cell) {
    Candidate candidate = new Candidate(cell);
    candidates.add(candidate);
    advance(candidate);
  }

  private void advance(Candidate candidate) {
    candidate.advance();
    active.add(candidate);
  }

  /**
   * Something to run now: further seeds of a cell that was begun, then cells that go on from a
   * rung, then new ones. Empty if there is nothing before another task is done, or nothing more at
   * all. No two tasks with the same trial key are out at a time.
   */
  public Optional<Task> next() {
    Optional<Flight> flight = ready();
    flight.ifPresent(
        it -> {
          it.candidate.pending.remove(it.seed);
          it.candidate.inFlight++;
          if (it.candidate.pending.isEmpty()) {
            active.remove(it.candidate);
          }
          flights.put(it.task.trial().key(), it);
        });
    return flight.map(Flight::task);
  }

  /** Whether all is done. */
  public boolean isFinished() {
    return flights.isEmpty() && ready().isEmpty();
  }

  /** The cells that were given up, in the order in which that was decided. */
  public List<Pruned> pruned() {
    return List.copyOf(pruned);
  }

  /** The cells that are done with, in the order in which they were told. */
  public List<Told> told() {
    return List.copyOf(told);
  }

  private void tell(Cell cell, double objective) {
    study.tell(cell, objective);
    told.add(new Told(cell, objective));
  }

  /**
   * To be called once for each task that was handed out.
   *
   * @throws IllegalArgumentException if it was not, or if it has not come where it was to come
   */
  public void done(Task task, Outcome outcome) {
    Flight flight = flights.get(task.trial().key());
    if (flight == null || !flight.task.equals(task)) {
      throw new IllegalArgumentException("not handed out: trial " + task.trial().key());
    }
    if (task.until().isEmpty() && outcome instanceof Outcome.Reached) {
      throw new IllegalArgumentException("was to be finished: trial " + task.trial().key());
    }
    flights.remove(task.trial().key());
    Candidate candidate = flight.candidate;
    candidate.outcomes[flight.seed] = outcome;
    candidate.inFlight--;
    if (candidate.isThere()) {
      arrive(candidate);
    }
  }

  private void arrive(Candidate candidate) {
    candidate.scores.add(study.objective(candidate.seedScores()));
    candidate.state = candidate.isComplete() ? State.COMPLETE : State.ARRIVED;
    if (!asynchronous) {
      settle();
    } else if (candidate.state == State.COMPLETE) {
      tell(candidate.cell, candidate.objective());
    }
  }

  /** Ends a rung, and a batch, when all of the batch have come there. */
  private void settle() {
    List<Candidate> together = candidates.subList(batch, candidates.size());
    if (together.stream().anyMatch(it -> it.state == State.RUNNING)) {
      return;
    }
    List<Candidate> waiting = arrived(together);
    if (!waiting.isEmpty()) {
      int rung = waiting.get(0).rung;
      judge(rung, together, candidates.subList(0, batch), true);
      waiting.stream().filter(it -> it.state == State.ARRIVED).forEach(this::advance);
      if (waiting.stream().anyMatch(it -> it.state == State.RUNNING)) {
        return;
      }
    }
    together.forEach(it -> tell(it.cell, it.objective()));
    batch = candidates.size();
    study.ask().forEach(this::begin);
  }

  private static List<Candidate> arrived(List<Candidate> some) {
    return some.stream().filter(it -> it.state == State.ARRIVED).toList();
  }

  /**
   * Stops those that wait at a rung and are to be stopped.
   *
   * @return those that go on, the best first
   */
  private List<Candidate> judge(
      int rung, List<Candidate> some, List<Candidate> before, boolean all) {
    List<Candidate> there = some.stream().filter(it -> it.hasComeTo(rung)).toList();
    List<Pruner.Verdict> verdicts =
        pruner.judge(
            rung,
            there.stream().map(Candidate::course).toList(),
            before.stream().filter(it -> it.hasComeTo(rung)).map(Candidate::course).toList(),
            all);
    List<Candidate> goOn = new ArrayList<>();
    for (int i = 0; i < there.size(); i++) {
      Candidate candidate = there.get(i);
      if (candidate.state != State.ARRIVED || candidate.rung != rung) {
        continue;
      }
      Pruner.Verdict verdict = verdicts.get(i);
      if (Double.isNaN(candidate.objective())
          || verdict == Pruner.Verdict.STOP
          || (all && verdict == Pruner.Verdict.WAIT)) {
        stop(candidate, there);
      } else if (verdict == Pruner.Verdict.GO_ON) {
        goOn.add(candidate);
      }
    }
    goOn.sort(Comparator.comparingDouble(it -> -it.objective()));
    return goOn;
  }

  private void stop(Candidate candidate, List<Candidate> there) {
    candidate.state = State.STOPPED;
    int rung = candidate.rung;
    double objective = candidate.objective();
    long better =
        there.stream()
            .mapToDouble(it -> it.course().score(rung))
            .filter(it -> it > objective || (Double.isNaN(objective) && !Double.isNaN(it)))
            .count();
    pruned.add(
        new Pruned(
            candidate.cell,
            pruner.rung(rung).orElseThrow(),
            objective,
            (int) better + 1,
            there.size()));
    if (asynchronous) {
      tell(candidate.cell, objective);
    }
  }

  private Optional<Flight> ready() {
    Optional<Flight> flight = firstPending();
    while (flight.isEmpty() && asynchronous && (goOn() || beginOne() || end())) {
      flight = firstPending();
    }
    return flight;
  }

  private Optional<Flight> firstPending() {
    for (Candidate candidate : active) {
      for (int seed : candidate.pending) {
        Trial trial = candidate.cell.trials().get(seed);
        if (!flights.containsKey(trial.key())) {
          Task task = new Task(candidate.cell, trial, pruner.rung(candidate.rung));
          return Optional.of(new Flight(candidate, seed, task));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Asynchronously: sends one cell on, from the highest rung where one may go.
   *
   * @return whether anything was decided
   */
  private boolean goOn() {
    List<Candidate> waiting = arrived(candidates);
    int highest = waiting.stream().mapToInt(it -> it.rung).max().orElse(-1);
    for (int rung = highest; rung >= 0; rung--) {
      int number = rung;
      if (waiting.stream().anyMatch(it -> it.rung == number)) {
        List<Candidate> goOn = judge(rung, candidates, List.of(), isLast(rung));
        if (!goOn.isEmpty()) {
          advance(goOn.get(0));
          return true;
        }
      }
    }
    return arrived(candidates).size() < waiting.size();
  }

  /** Whether no others will come to a rung. */
  private boolean isLast(int rung) {
    return exhausted
        && candidates.stream()
            .noneMatch(
                it ->
                    (it.state == State.RUNNING && it.rung <= rung)
                        || (it.state == State.ARRIVED && it.rung < rung));
  }

  private boolean beginOne() {
    Cell cell = unbegun.poll();
    if (cell == null && !exhausted) {
      cell = study.askNow().orElse(null);
    }
    if (cell != null) {
      begin(cell);
    }
    return cell != null;
  }

  /** The first time that nothing is left to begin, those that wait are to be judged once more. */
  private boolean end() {
    boolean first = !exhausted;
    exhausted = true;
    return first;
  }
}
