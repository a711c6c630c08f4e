package org.apprentice.core.config;

import static java.util.stream.Collectors.joining;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apprentice.core.plugin.Components;
import org.apprentice.spi.Choice;
import org.apprentice.spi.Sampler;
import org.apprentice.spi.SamplerPlugin;
import org.apprentice.spi.SearchSpace;

/** The nodes {@code sweep} and {@code ablation}: which trials an experiment stands for. */
final class Plan {
  static final String SWEEP = "sweep";
  static final String ABLATION = "ablation";
  private static final String SEED = "training.seed";
  private static final String SEEDS = "seeds";
  private static final String SPACE = "space";
  private static final String VARIANTS = "variants";

  /** More are surely a mistake, and nobody would wait for them. */
  private static final int MOST_POINTS = 100_000;

  /** The same file stands for the same trials, whatever seeds they train with. */
  private static final long SAMPLER_SEED = 1;

  /** A place of the plan: a variant at a sweep point. */
  record Cell(String variant, Sampler.Point point, List<Layer> layers) {}

  /**
   * The keys of both nodes but for {@code space} and {@code variants}, whose keys are the
   * experiment's own.
   */
  record Settings(Sweep sweep, Ablation ablation) {}

  record Sweep(Choice<SamplerPlugin<?>> sampler) {}

  record Ablation(Optional<List<Long>> seeds) {}

  private final List<Problem> problems;
  private final Map<String, List<ConfigValue>> axes = new LinkedHashMap<>();
  private final Map<String, List<Layer>> variants = new LinkedHashMap<>();
  private final Settings settings;

  /**
   * @param core the defaults of core's keys
   * @param layers of file and command line, lowest precedence first
   * @param commandLineAxes come after the file's, or replace the values of an axis of the file
   */
  Plan(
      Components components,
      Layer core,
      List<Layer> layers,
      Map<String, List<ConfigObject>> commandLineAxes,
      Position whole,
      List<Problem> problems) {
    this.problems = problems;
    variants.put(Trial.BASELINE, List.of());
    List<Layer> rest = new ArrayList<>();
    for (Layer layer : layers) {
      readSpace(layer);
      readVariants(layer);
      rest.add(only(layer));
    }
    commandLineAxes.forEach((key, values) -> axes.put(key, atPath(key, values)));
    NodeMerger merger = new NodeMerger(components, only(core), rest, whole, problems);
    ConfigObject merged = merger.merge(Settings.class);
    settings =
        new Binder(components, merger.failures(), whole, problems)
            .bind(Settings.class, merged)
            .orElse(null);
    refuseTwoSeeds(layers);
  }

  /** A layer's part in an experiment proper. */
  static Layer without(Layer layer) {
    return new Layer(
        layer.source(),
        layer.statements().stream()
            .map(statement -> statement.withoutKey(SWEEP).withoutKey(ABLATION))
            .filter(statement -> !statement.isEmpty())
            .toList());
  }

  private static Layer only(Layer layer) {
    List<ConfigObject> statements = new ArrayList<>();
    for (ConfigObject statement : layer.statements()) {
      for (String node : List.of(SWEEP, ABLATION)) {
        if (statement.get(node) instanceof ConfigObject object && NodeMerger.isClosed(object)) {
          statements.add(object.withoutKey(SPACE).withoutKey(VARIANTS).atKey(node).root());
        } else if (statement.containsKey(node)) {
          statements.add(statement.withOnlyKey(node));
        }
      }
    }
    return new Layer(layer.source(), statements);
  }

  private void readSpace(Layer layer) {
    for (ConfigObject statement : layer.statements()) {
      ConfigValue space = child(statement, SWEEP, SPACE);
      if (space != null) {
        readAxes(List.of(), space);
      }
    }
  }

  private void readAxes(List<String> path, ConfigValue value) {
    if (value instanceof ConfigObject object && NodeMerger.isClosed(object)) {
      for (Map.Entry<String, ConfigValue> entry : Binder.inOrder(object)) {
        List<String> below = new ArrayList<>(path);
        below.add(entry.getKey());
        readAxes(below, entry.getValue());
      }
    } else if (value instanceof ConfigList list && NodeMerger.isClosed(list) && !list.isEmpty()) {
      axes.put(ConfigUtil.joinPath(path), List.copyOf(list));
    } else {
      String key = path.isEmpty() ? "sweep.space" : "sweep.space." + ConfigUtil.joinPath(path);
      problems.add(
          Problem.at(
              Position.of(value),
              "%s must be a list of at least one value, for example [0.1, 0.2], found %s"
                  .formatted(key, Binder.shown(value))));
    }
  }

  private void readVariants(Layer layer) {
    Map<String, List<ConfigObject>> found = new LinkedHashMap<>();
    for (ConfigObject statement : layer.statements()) {
      ConfigValue named = child(statement, ABLATION, VARIANTS);
      if (named == null) {
        continue;
      }
      if (!(named instanceof ConfigObject object) || !NodeMerger.isClosed(object)) {
        refuse(named, "ablation.variants must be an object of variants by name");
        continue;
      }
      for (Map.Entry<String, ConfigValue> variant : Binder.inOrder(object)) {
        if (variant.getKey().equals(Trial.BASELINE)) {
          refuse(
              variant.getValue(),
              "a variant cannot be called baseline: that is the experiment itself");
        } else if (variant.getValue() instanceof ConfigObject body && NodeMerger.isClosed(body)) {
          found.computeIfAbsent(variant.getKey(), name -> new ArrayList<>()).add(body);
        } else {
          refuse(
              variant.getValue(),
              "ablation.variants.%s must be an object of what the variant changes"
                  .formatted(variant.getKey()));
        }
      }
    }
    found.forEach(
        (name, bodies) ->
            variants
                .computeIfAbsent(name, it -> new ArrayList<>())
                .add(new Layer(layer.source(), bodies)));
  }

  private void refuse(ConfigValue value, String message) {
    problems.add(Problem.at(Position.of(value), message));
  }

  private static ConfigValue child(ConfigObject statement, String node, String key) {
    return statement.get(node) instanceof ConfigObject object && NodeMerger.isClosed(object)
        ? object.get(key)
        : null;
  }

  private static List<ConfigValue> atPath(String key, List<ConfigObject> statements) {
    return statements.stream().map(statement -> statement.toConfig().getValue(key)).toList();
  }

  private void refuseTwoSeeds(List<Layer> layers) {
    if (seeds().isEmpty()) {
      return;
    }
    List<ConfigValue> given = new ArrayList<>(axes.getOrDefault(SEED, List.of()));
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
                      .formatted(whereSeedsStand(layers))
                  + given.stream()
                      .map(Binder::shown)
                      .collect(joining(",", " ablation.seeds=[", "]"))));
    }
  }

  /** Where they were given last, which is what counts. */
  private static String whereSeedsStand(List<Layer> layers) {
    String where = "";
    for (Layer layer : layers) {
      for (ConfigObject statement : layer.statements()) {
        ConfigValue seeds = child(statement, ABLATION, SEEDS);
        if (seeds != null) {
          Position position = Position.of(seeds);
          where = " of " + position.source() + position.line().map(line -> ":" + line).orElse("");
        }
      }
    }
    return where;
  }

  /** Empty: as the experiment says. */
  List<Long> seeds() {
    return settings == null ? List.of() : settings.ablation().seeds().orElse(List.of());
  }

  /** The baseline first, then the variants in the order of the file; each with every point. */
  List<Cell> cells() {
    List<Sampler.Point> points = points();
    List<Cell> cells = new ArrayList<>();
    variants.forEach(
        (variant, layers) -> {
          for (Sampler.Point point : points) {
            List<Layer> all = new ArrayList<>(layers);
            all.add(layer(point));
            cells.add(new Cell(variant, point, all));
          }
        });
    return cells;
  }

  private List<Sampler.Point> points() {
    if (axes.isEmpty() || settings == null) {
      return List.of(new Sampler.Point(0, Map.of()));
    }
    List<SearchSpace.Axis> searched = new ArrayList<>();
    axes.forEach(
        (key, values) ->
            searched.add(new SearchSpace.Axis(key, values.stream().map(Plan::text).toList())));
    Choice<SamplerPlugin<?>> sampler = settings.sweep().sampler();
    List<Sampler.Point> points =
        sampler
            .plugin()
            .createFrom(sampler.config(), new SearchSpace(searched), SAMPLER_SEED)
            .ask(MOST_POINTS + 1);
    if (points.isEmpty() || points.size() > MOST_POINTS) {
      ConfigValue first = axes.values().iterator().next().get(0);
      String found = points.isEmpty() ? "no points" : "more than " + MOST_POINTS + " points";
      refuse(first, "the sweep has " + found);
      return List.of();
    }
    return points;
  }

  /** Without quotes where none are needed; only JSON keeps the braces of an object. */
  private static String text(ConfigValue value) {
    return value.render(ConfigRenderOptions.concise().setJson(value instanceof ConfigObject));
  }

  /** The values of a point, each where its axis was written. */
  private Layer layer(Sampler.Point point) {
    List<ConfigObject> statements = new ArrayList<>();
    point
        .values()
        .forEach((key, text) -> statements.add(value(axes.get(key), text, key).atPath(key).root()));
    return new Layer(SWEEP, statements);
  }

  /** The value that a text came from; a sampler may also write one of its own. */
  private static ConfigValue value(List<ConfigValue> axis, String text, String key) {
    for (ConfigValue value : axis) {
      if (text(value).equals(text)) {
        return value;
      }
    }
    ConfigOrigin origin = axis.get(0).origin();
    try {
      return Hocon.parse("it = " + text, origin.description()).get("it").withOrigin(origin);
    } catch (ConfigException e) {
      throw new ConfigurationException(
          Problem.at(
              Position.of(origin),
              "the sampler's value for %s is no HOCON: %s".formatted(key, text)));
    }
  }
}
