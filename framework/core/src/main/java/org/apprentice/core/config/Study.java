package org.apprentice.core.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.apprentice.core.sweep.Aggregate;
import org.apprentice.core.sweep.Direction;
import org.apprentice.spi.Pruner;

/**
 * The cells of an experiment file: its variants, times its sweep points, each with all seeds. A
 * sampler that learns from scores proposes its points as it hears of others: then there are more
 * cells to be asked for. What a study asks depends on the file and on what it was told, so a study
 * that was interrupted is continued by composing it anew and telling it the same. Not for several
 * threads.
 */
public final class Study {
  /** Where the cells come from. */
  interface Source {
    Search search();

    /** Its trials, or what is wrong with it, with which it has none. */
    Composed compose(Search.Place place);
  }

  /**
   * A place: problems if it could not be composed, or else a trial for each seed; neither if it is
   * left out.
   */
  record Composed(List<Trial> trials, List<Problem> problems, Optional<Incompatible> incompatible) {
    /** Left out, for it is there already. */
    static final Composed NOTHING = new Composed(List.of(), List.of(), Optional.empty());

    Composed(List<Trial> trials, List<Problem> problems) {
      this(trials, problems, Optional.empty());
    }

    static Composed omitted(Incompatible incompatible) {
      return new Composed(List.of(), List.of(), Optional.of(incompatible));
    }
  }

  /**
   * How cells score, and how long they are tried.
   *
   * @param objective makes one number of the scores of a cell's seeds
   */
  record Rules(
      Aggregate objective,
      String metric,
      Direction direction,
      Pruner pruner,
      boolean asynchronous,
      Map<String, String> described) {}

  /**
   * A point that cannot be tried.
   *
   * @param problem in one line
   */
  public record Rejected(String variant, Map<String, String> point, String problem) {}

  private final Path file;
  private final Rules rules;
  private final Launching launching;
  private final Source source;
  private final List<Cell> cells = new ArrayList<>();
  private final IdentityHashMap<Cell, Search.Place> waiting = new IdentityHashMap<>();
  private final List<Rejected> rejected = new ArrayList<>();
  private final List<Incompatible> incompatible = new ArrayList<>();

  /**
   * @param first the first batch, composed without problems
   */
  Study(
      Path file,
      Rules rules,
      Launching launching,
      Source source,
      Map<Search.Place, Composed> first) {
    this.file = file;
    this.rules = rules;
    this.launching = launching;
    this.source = source;
    first.forEach(this::add);
  }

  private Cell add(Search.Place place, List<Trial> trials) {
    Cell cell = new Cell(place.variant(), place.values(), trials);
    cells.add(cell);
    waiting.put(cell, place);
    return cell;
  }

  /** The experiment file. */
  public Path file() {
    return file;
  }

  /** The experiment's name. */
  public String name() {
    return cells.get(0).trials().get(0).experiment().name();
  }

  /** Whether this is one trial and no more: no sweep, no variants, a single seed. */
  public boolean isSingle() {
    return cells.size() == 1 && cells.get(0).trials().size() == 1 && cells.get(0).point().isEmpty();
  }

  /** How the sweep is made, in words by key; empty without a sweep. */
  public Map<String, String> settings() {
    return rules.described();
  }

  /** How the trials are carried out. */
  public Launching launching() {
    return launching;
  }

  /**
   * Processes that train side by side, as the experiment says or, if it does not, as many as the
   * cores have threads for; 0 for none but this one.
   */
  public int workers() {
    int threads =
        trials().stream()
            .mapToInt(trial -> trial.experiment().training().threads())
            .max()
            .orElse(1);
    return launching
        .workers()
        .orElseGet(() -> Math.max(1, Runtime.getRuntime().availableProcessors() / threads));
  }

  /**
   * All that were asked for so far. The first batch is there from the beginning, with the baseline
   * first, then variants and points in the order of the file; later ones follow.
   */
  public List<Cell> cells() {
    return Collections.unmodifiableList(cells);
  }

  /**
   * Of {@link #cells}, each with its seeds. Trials that turn out to be the same have the same
   * {@link Trial#key()}: run each key once.
   */
  public List<Trial> trials() {
    return cells.stream().flatMap(cell -> cell.trials().stream()).toList();
  }

  /** The metric whose last value is a run's score. */
  public String metric() {
    return rules.metric();
  }

  /** Whether small values of {@link #metric} are good; the score is then its negative. */
  public boolean minimized() {
    return rules.direction() == Direction.MINIMIZE;
  }

  /** Judges cells before their trials are at their end. */
  public Pruner pruner() {
    return rules.pruner();
  }

  /** Whether cells are asked for one by one, and judged at once, instead of in batches. */
  public boolean asynchronous() {
    return rules.asynchronous();
  }

  /** How many points the rules of {@code sweep.exclude} have dropped so far. */
  public int excluded() {
    return source.search().excluded();
  }

  /** Points of later batches that do not compose, such as a value that its key does not take. */
  public List<Rejected> rejected() {
    return Collections.unmodifiableList(rejected);
  }

  /** Cells of generated variants that were left out so far, for their parts do not go together. */
  public List<Incompatible> incompatible() {
    return Collections.unmodifiableList(incompatible);
  }

  /**
   * How many cells there are at most beyond those asked for so far; empty if the sampler does not
   * tell before it is asked.
   */
  public OptionalInt left() {
    return source.search().left();
  }

  /**
   * The next batch, which does not depend on the order in which the cells before were told; empty
   * if there are no more.
   *
   * @throws IllegalStateException if a cell asked for before was not told yet
   */
  public List<Cell> ask() {
    if (!waiting.isEmpty()) {
      throw new IllegalStateException(waiting.size() + " cells were asked for and not told");
    }
    List<Cell> batch = new ArrayList<>();
    while (batch.isEmpty()) {
      List<Search.Place> places = source.search().next();
      if (places.isEmpty()) {
        return List.of();
      }
      for (Search.Place place : places) {
        compose(place).ifPresent(batch::add);
      }
    }
    return batch;
  }

  /** One more cell, without waiting for those that were not told yet; empty if there is none. */
  public Optional<Cell> askNow() {
    Optional<Cell> cell = Optional.empty();
    while (cell.isEmpty()) {
      Optional<Search.Place> place = source.search().nextNow();
      if (place.isEmpty()) {
        return Optional.empty();
      }
      cell = compose(place.get());
    }
    return cell;
  }

  private Optional<Cell> compose(Search.Place place) {
    return add(place, source.compose(place));
  }

  private Optional<Cell> add(Search.Place place, Composed composed) {
    if (!composed.trials().isEmpty()) {
      return Optional.of(add(place, composed.trials()));
    }
    source.search().tell(place, Double.NaN);
    if (composed.problems().isEmpty()) {
      incompatible.addAll(composed.incompatible().stream().toList());
      return Optional.empty();
    }
    String problem =
        composed.problems().stream()
            .map(Problem::toString)
            .distinct()
            .collect(Collectors.joining("; "));
    rejected.add(new Rejected(place.variant(), place.values(), problem));
    return Optional.empty();
  }

  /**
   * What became of a cell; each is told once.
   *
   * @param objective larger is better, NaN if it failed; see {@link #objective}
   */
  public void tell(Cell cell, double objective) {
    Search.Place place = waiting.remove(cell);
    if (place == null) {
      throw new IllegalArgumentException("a cell that was not asked for, or told before");
    }
    source.search().tell(place, objective);
  }

  /**
   * One number of the scores of a cell's seeds, as {@code sweep.objective} says; NaN if one of them
   * is not finite.
   */
  public double objective(double... scores) {
    return Arrays.stream(scores).allMatch(Double::isFinite)
        ? rules.objective().of(new double[][] {scores})
        : Double.NaN;
  }
}
