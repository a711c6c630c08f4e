package org.apprentice.core.config;

import static java.util.stream.Collectors.joining;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.apprentice.core.plugin.Components;
import org.apprentice.core.sweep.Aggregate;
import org.apprentice.core.sweep.Direction;
import org.apprentice.spi.Choice;
import org.apprentice.spi.Pruner;
import org.apprentice.spi.PrunerPlugin;
import org.apprentice.spi.Sampler;
import org.apprentice.spi.SamplerPlugin;

/** The nodes {@code sweep} and {@code ablation}: which trials an experiment stands for. */
final class Plan {
  static final String SWEEP = "sweep";
  static final String ABLATION = "ablation";
  static final String LAUNCHER = "launcher";
  static final String SEED = "training.seed";
  private static final String SEEDS = "seeds";
  private static final String FACTORIAL = "factorial";
  private static final String SPACE = "space";
  private static final String SOLVED_AT = "evaluation/solved-at";
  private static final String EXCLUDE = "exclude";

  /** They stand above the experiment proper. */
  static final Set<String> NODES = Set.of(SWEEP, ABLATION, LAUNCHER);

  /**
   * The keys of both nodes but for {@code space}, {@code exclude} and those of {@link Variants},
   * which hold the experiment's own.
   */
  record Settings(Sweep sweep, Ablation ablation, Launching launcher) {}

  /**
   * @param seed of the sampler: the same file stands for the same points, whatever seeds their
   *     trials train with
   * @param objective makes one number of the scores of a point's seeds
   * @param metric whose last value is a run's score
   * @param asynchronous ask for points and judge them as others are done, instead of in batches
   */
  record Sweep(
      Choice<SamplerPlugin<?>> sampler,
      long seed,
      Aggregate objective,
      String metric,
      Direction direction,
      Choice<PrunerPlugin<?>> pruner,
      boolean asynchronous) {}

  /**
   * @param factorial swap all at once, in every combination
   */
  record Ablation(Optional<List<Long>> seeds, boolean factorial) {}

  private final List<Problem> problems;
  private final SweepSpace space;
  private final Variants variants;
  private final Settings settings;
  private final Exclusions exclusions;
  private final List<Long> seeds;
  private final Position prunerPosition;
  private ConfigValue exclude;

  /**
   * @param core the defaults of core's keys
   * @param layers of file and command line, lowest precedence first
   * @param commandLineAxes come after the file's, or replace the values of an axis of the file
   */
  Plan(
      Components components,
      Environment environment,
      Layer core,
      List<Layer> layers,
      Map<String, List<ConfigObject>> commandLineAxes,
      Position whole,
      List<Problem> problems) {
    this.problems = problems;
    space = new SweepSpace(components, whole, problems);
    variants = new Variants(problems);
    List<Layer> rest = new ArrayList<>();
    for (Layer layer : layers) {
      readSweep(layer);
      variants.read(layer);
      rest.add(only(layer));
    }
    commandLineAxes.forEach((key, values) -> space.put(key, atPath(key, values)));
    NodeMerger merger = new NodeMerger(components, environment, only(core), rest, whole, problems);
    ConfigObject merged = merger.merge(Settings.class);
    settings =
        new Binder(components, merger.failures(), whole, problems)
            .bind(Settings.class, merged)
            .orElse(null);
    prunerPosition = whereStands(layers, SWEEP, "pruner").orElse(whole);
    refuseTwoSeeds(layers);
    seeds = readSeeds(commandLineAxes.containsKey(SEED));
    exclusions =
        new Exclusions(
            Optional.ofNullable(exclude),
            space,
            new Binder(components, Set.of(), whole, problems),
            problems);
    variants.generate(
        settings != null && settings.ablation().factorial(),
        Set.copyOf(space.keys()),
        key -> layers.stream().anyMatch(layer -> isOverride(layer, key)),
        whereStands(layers, ABLATION, FACTORIAL).orElse(whole));
  }

  private static boolean isOverride(Layer layer, String key) {
    return layer.source().equals(Position.COMMAND_LINE)
        && layer.statements().stream().anyMatch(statement -> chooses(statement.toConfig(), key));
  }

  /** Whether a statement says all of a key's value, or names its component. */
  private static boolean chooses(Config statement, String key) {
    try {
      return statement.hasPath(key)
          && (!(statement.getValue(key) instanceof ConfigObject object)
              || object.containsKey(NodeMerger.PLUGIN));
    } catch (ConfigException.NotResolved e) {
      return false;
    }
  }

  /** A layer's part in an experiment proper. */
  static Layer without(Layer layer) {
    return new Layer(
        layer.source(),
        layer.statements().stream()
            .map(statement -> statement.withoutKey(SWEEP).withoutKey(ABLATION).withoutKey(LAUNCHER))
            .filter(statement -> !statement.isEmpty())
            .toList());
  }

  private static Layer only(Layer layer) {
    List<ConfigObject> statements = new ArrayList<>();
    for (ConfigObject statement : layer.statements()) {
      for (String node : List.of(SWEEP, ABLATION, LAUNCHER)) {
        if (statement.get(node) instanceof ConfigObject object && NodeMerger.isClosed(object)) {
          ConfigObject own = object.withoutKey(SPACE).withoutKey(EXCLUDE);
          for (String key : Variants.KEYS) {
            own = own.withoutKey(key);
          }
          statements.add(own.atKey(node).root());
        } else if (statement.containsKey(node)) {
          statements.add(statement.withOnlyKey(node));
        }
      }
    }
    return new Layer(layer.source(), statements);
  }

  private void readSweep(Layer layer) {
    List<ConfigValue> spaces = new ArrayList<>();
    for (ConfigObject statement : layer.statements()) {
      ConfigValue written = child(statement, SWEEP, SPACE);
      if (written != null) {
        spaces.add(written);
      }
      ConfigValue rules = child(statement, SWEEP, EXCLUDE);
      if (rules != null) {
        exclude = rules;
      }
    }
    space.read(spaces);
  }

  private void refuse(ConfigValue value, String message) {
    problems.add(Problem.at(Position.of(value), message));
  }

  /** Null if it is not there. */
  static ConfigValue child(ConfigObject statement, String node, String key) {
    return statement.get(node) instanceof ConfigObject object && NodeMerger.isClosed(object)
        ? object.get(key)
        : null;
  }

  private static List<ConfigValue> atPath(String key, List<ConfigObject> statements) {
    return statements.stream().map(statement -> statement.toConfig().getValue(key)).toList();
  }

  private void refuseTwoSeeds(List<Layer> layers) {
    if (listedSeeds().isEmpty()) {
      return;
    }
    List<ConfigValue> given = new ArrayList<>(space.values(SEED));
    if (given.isEmpty()) {
      layers.stream()
          .filter(layer -> layer.source().equals(Position.COMMAND_LINE))
          .flatMap(layer -> layer.statements().stream())
          .filter(statement -> statement.toConfig().hasPath(SEED))
          .forEach(statement -> given.add(statement.toConfig().getValue(SEED)));
    }
    if (!given.isEmpty()) {
      problems.add(
          Problem.at(
              Position.of(given.get(0)),
              "training.seed (or --seeds) contradicts ablation.seeds%s; set only the latter:"
                      .formatted(
                          whereStands(layers, ABLATION, SEEDS)
                              .map(it -> " of " + it.place())
                              .orElse(""))
                  + given.stream()
                      .map(Binder::shown)
                      .collect(joining(",", " ablation.seeds=[", "]"))));
    }
  }

  /** Where a key of a node was given last, which is what counts. */
  private static Optional<Position> whereStands(List<Layer> layers, String node, String key) {
    Optional<Position> where = Optional.empty();
    for (Layer layer : layers) {
      for (ConfigObject statement : layer.statements()) {
        ConfigValue value = child(statement, node, key);
        if (value != null) {
          where = Optional.of(Position.of(value));
        }
      }
    }
    return where;
  }

  private List<Long> listedSeeds() {
    return settings == null ? List.of() : settings.ablation().seeds().orElse(List.of());
  }

  /**
   * A list of seeds is no axis, but what every point is tried with; unless the file pairs it with
   * the values of the axes.
   */
  private List<Long> readSeeds(boolean ofCommandLine) {
    boolean paired =
        settings != null && settings.sweep().sampler().plugin().paired() && !ofCommandLine;
    if (paired) {
      return listedSeeds();
    }
    List<Long> read = new ArrayList<>(listedSeeds());
    List<ConfigValue> values = space.values(SEED);
    if (!values.isEmpty()) {
      space.remove(SEED);
    }
    for (ConfigValue value : values) {
      try {
        read.add((Long) Scalars.bind(long.class, value));
      } catch (IllegalArgumentException e) {
        refuse(value, SEED + " " + e.getMessage());
      }
    }
    return read;
  }

  /** Every point is tried with each; empty: as the experiment says. */
  List<Long> seeds() {
    return seeds;
  }

  /** How the trials are carried out. */
  Launching launching() {
    return settings == null ? Launching.DEFAULT : settings.launcher();
  }

  /**
   * How cells score and are judged.
   *
   * @throws IllegalStateException if there are problems
   */
  Study.Rules rules() {
    if (settings == null) {
      throw new IllegalStateException("a plan with problems has no rules");
    }
    Sweep sweep = settings.sweep();
    return new Study.Rules(
        sweep.objective(),
        sweep.metric(),
        sweep.direction(),
        pruner(),
        sweep.asynchronous(),
        space.isEmpty() ? Map.of() : described(sweep));
  }

  private static Map<String, String> described(Sweep sweep) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("sampler", sweep.sampler().plugin().name());
    settings.put("sampler-seed", String.valueOf(sweep.seed()));
    settings.put("objective", sweep.objective().name().toLowerCase(Locale.ROOT));
    settings.put("metric", sweep.metric());
    settings.put("direction", sweep.direction().name().toLowerCase(Locale.ROOT));
    settings.put("pruner", sweep.pruner().plugin().name());
    settings.put("asynchronous", String.valueOf(sweep.asynchronous()));
    return settings;
  }

  /** An experiment without a sweep has no points to give up. */
  private Pruner pruner() {
    Choice<PrunerPlugin<?>> pruner = settings.sweep().pruner();
    return space.isEmpty() ? Pruner.NONE : pruner.plugin().createFrom(pruner.config());
  }

  /**
   * Refuses a pruner that would spoil a comparison, or do nothing.
   *
   * @param trials of the first batch
   */
  void checkPruning(List<Trial> trials) {
    OptionalLong rung = pruner().rung(0);
    if (rung.isEmpty()) {
      return;
    }
    if (!modifications().isEmpty()) {
      problems.add(
          Problem.at(
              prunerPosition,
              "sweep.pruner gives up points of a sweep, and an ablation compares its variants at all"
                  + " of them; set sweep.pruner = none, or take the variants out"));
    }
    if (settings.sweep().metric().equals(SOLVED_AT)) {
      problems.add(
          Problem.at(
              prunerPosition,
              "sweep.pruner cannot judge by sweep.metric = %s, for a run has it only once it has"
                      .formatted(SOLVED_AT)
                  + " solved its task; set sweep.pruner = none, or another metric"));
    }
    OptionalLong longest =
        trials.stream()
            .mapToLong(it -> it.experiment().training().steps().orElse(Long.MAX_VALUE))
            .max();
    if (longest.isPresent() && longest.getAsLong() <= rung.getAsLong()) {
      problems.add(
          Problem.at(
              prunerPosition,
              "the first rung of sweep.pruner, %d, must be below training.steps = %d; set"
                      .formatted(rung.getAsLong(), longest.getAsLong())
                  + " sweep.pruner.rung"));
    }
  }

  /** The baseline first, then the variants in the order of the file; each with every point. */
  Search search() {
    Map<String, List<Layer>> layers = new LinkedHashMap<>();
    layers.put(Trial.BASELINE, List.of());
    modifications().forEach(it -> layers.put(it.name(), it.layers()));
    return new Search(layers, this::sampler, space, exclusions);
  }

  /** The variants but for the baseline. */
  List<Modification> modifications() {
    return variants.all();
  }

  private Sampler sampler() {
    if (space.isEmpty() || settings == null) {
      return new SinglePoint();
    }
    Choice<SamplerPlugin<?>> sampler = settings.sweep().sampler();
    try {
      return sampler
          .plugin()
          .createFrom(sampler.config(), space.searchSpace(), settings.sweep().seed());
    } catch (IllegalArgumentException e) {
      problems.add(Problem.at(space.position(), e.getMessage()));
      return new SinglePoint();
    }
  }

  /** Refuses a search that comes to no points, or to too many. */
  void check(Search search, List<Search.Place> first) {
    if (search.tooMany()) {
      problems.add(
          Problem.at(
              space.position(), "the sweep has more than " + Search.MOST_POINTS + " points"));
    } else if (first.isEmpty() && search.excluded() > 0) {
      refuse(exclude, "sweep.exclude drops all " + search.excluded() + " points of the sweep");
    } else if (first.isEmpty()) {
      problems.add(Problem.at(space.position(), "the sweep has no points"));
    }
  }

  /** The experiment as it stands. */
  private static final class SinglePoint implements Sampler {
    private boolean asked;

    @Override
    public List<Point> ask(int count) {
      boolean first = !asked && count > 0;
      asked |= first;
      return first ? List.of(new Point(0, Map.of())) : List.of();
    }

    @Override
    public OptionalInt points() {
      return OptionalInt.of(1);
    }

    @Override
    public void tell(Point point, double objective) {
      // There is no other.
    }
  }
}
