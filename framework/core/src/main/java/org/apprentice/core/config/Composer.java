package org.apprentice.core.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.apprentice.core.plugin.Components;
import org.apprentice.rl.demonstrations.DemonstrationFile;
import org.apprentice.rl.demonstrations.DemonstrationSource;

/**
 * Composes experiment files: component defaults, below included files, below the file, below the
 * variant and sweep point, below the command line.
 */
public final class Composer {
  private final Components components;
  private final Environment environment;

  public Composer(Components components) {
    this(components, System.getenv());
  }

  /**
   * @param environment variables that substitutions such as {@code ${?TOKEN}} stand for
   */
  public Composer(Components components, Map<String, String> environment) {
    this.components = components;
    this.environment = new Environment(Map.copyOf(environment));
  }

  /**
   * Composes every trial, and those of the experts that they learn from; of a sweep whose sampler
   * learns from scores, those to begin with.
   *
   * @param file the experiment file
   * @param overrides {@code key=value} each; several values with commas between them are an axis of
   *     a sweep
   * @throws ConfigurationException with all that is wrong
   */
  public Study compose(Path file, List<String> overrides) {
    return compose(Sources.onDisk(), file, overrides);
  }

  /** {@link #compose(Path, List)} from files that may be elsewhere, or as they once were. */
  public Study compose(Sources sources, Path file, List<String> overrides) {
    return new Composition(sources, overrides).study(file, overrides);
  }

  /**
   * The trial that was written out.
   *
   * @throws ConfigurationException if it does not come to the same key any more, as when a file of
   *     demonstrations was changed since
   */
  public Trial compose(WrittenTrial written) {
    Path file = Path.of(written.file());
    Trial trial = compose(written.sources(), file, List.of()).trials().get(0);
    if (!trial.key().equals(written.key())) {
      throw new ConfigurationException(
          new Problem(
              ("the trial has become another one (key %s, now %s): a file that it names, or"
                      + " Apprentice itself, was changed; put back what was changed, or run the"
                      + " experiment anew")
                  .formatted(written.key(), trial.key()),
              file.toString(),
              Optional.empty()));
    }
    return trial.as(written.variant(), written.point());
  }

  /** The documented keys, with their defaults, of an experiment apart from its components. */
  public static String documentation() {
    try (InputStream in = Experiment.class.getResourceAsStream("/experiment.conf")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the defaults of experiments", e);
    }
  }

  /** One call, with what its experiments share. */
  private final class Composition {
    private final Deque<Path> open = new ArrayDeque<>();
    private final Map<Path, Study> experts = new HashMap<>();
    private final Map<Path, String> digests = new HashMap<>();
    private final Sources sources;

    /** Of the command line, where runs are delivered: this concerns the experts' runs as well. */
    private final List<String> place;

    Composition(Sources sources, List<String> overrides) {
      this.sources = sources;
      place = overrides.stream().filter(it -> it.startsWith("tracking.uri=")).toList();
    }

    Study study(Path file, List<String> arguments) {
      open.addLast(absolute(file));
      try {
        return read(file, arguments);
      } finally {
        open.removeLast();
      }
    }

    private Study read(Path file, List<String> arguments) {
      List<Problem> problems = new ArrayList<>();
      Position whole = new Position(file.toString(), Optional.empty());
      Overrides overrides = Overrides.parse(arguments, problems);
      Layer core = core(file);
      List<Layer> files = new LayerReader(sources).read(file);
      List<Layer> layers = new ArrayList<>(files);
      layers.add(overrides.layer());
      Plan plan =
          new Plan(components, environment, core, layers, overrides.axes(), whole, problems);
      Search search = plan.search();
      List<Search.Place> places = search.next();
      if (problems.isEmpty()) {
        plan.check(search, places);
      }
      Source source =
          new Source(
              search,
              file,
              plan.modifications(),
              (place, found) -> {
                List<Layer> all = new ArrayList<>(files);
                all.addAll(search.layers(place));
                all.add(overrides.layer());
                return trials(core, all, plan.seeds(), place, whole, found);
              });
      Map<Search.Place, Study.Composed> first = new LinkedHashMap<>();
      for (Search.Place place : places) {
        Study.Composed composed = source.compose(place);
        first.put(place, composed);
        problems.addAll(composed.problems());
      }
      if (problems.isEmpty()) {
        problems.addAll(source.screening.problems());
      }
      if (problems.isEmpty()) {
        plan.checkPruning(first.values().stream().flatMap(it -> it.trials().stream()).toList());
      }
      if (!problems.isEmpty()) {
        throw new ConfigurationException(inOrder(problems));
      }
      return new Study(file, plan.rules(), plan.launching(), source, first);
    }

    /** The places of one file. */
    private final class Source implements Study.Source {
      private final Search search;
      private final Path file;
      private final BiFunction<Search.Place, List<Problem>, List<Trial>> trials;
      private final Screening screening;

      /**
       * @param trials of a place; adds what is wrong with it to the list
       */
      Source(
          Search search,
          Path file,
          List<Modification> modifications,
          BiFunction<Search.Place, List<Problem>, List<Trial>> trials) {
        this.search = search;
        this.file = file;
        this.trials = trials;
        screening =
            new Screening(
                modifications,
                point ->
                    composed(new Search.Place(Trial.BASELINE, point)).trials().stream()
                        .map(Trial::key)
                        .findFirst());
      }

      @Override
      public Search search() {
        return search;
      }

      @Override
      public Study.Composed compose(Search.Place place) {
        return screening.screened(place, composed(place));
      }

      private Study.Composed composed(Search.Place place) {
        List<Problem> problems = new ArrayList<>();
        Path path = absolute(file);
        boolean opened = !open.contains(path);
        if (opened) {
          open.addLast(path);
        }
        try {
          return new Study.Composed(trials.apply(place, problems), inOrder(problems));
        } catch (ConfigurationException e) {
          return new Study.Composed(List.of(), e.problems());
        } finally {
          if (opened) {
            open.removeLast();
          }
        }
      }
    }

    private List<Trial> trials(
        Layer core,
        List<Layer> layers,
        List<Long> seeds,
        Search.Place place,
        Position whole,
        List<Problem> problems) {
      List<Layer> own = layers.stream().map(Plan::without).toList();
      List<Trial> trials = new ArrayList<>();
      for (Layer seed : seedLayers(seeds)) {
        List<Layer> seeded = new ArrayList<>(own);
        seeded.add(seed);
        trial(core, seeded, place, whole, problems).ifPresent(trials::add);
      }
      return trials;
    }

    private Optional<Trial> trial(
        Layer core,
        List<Layer> layers,
        Search.Place place,
        Position whole,
        List<Problem> problems) {
      int before = problems.size();
      NodeMerger merger =
          new NodeMerger(components, environment, Plan.without(core), layers, whole, problems);
      ConfigObject merged = merger.merge(Experiment.class);
      Binder binder = new Binder(components, merger.failures(), whole, problems);
      Optional<Experiment> bound = binder.bind(Experiment.class, merged);
      if (bound.isEmpty()) {
        return Optional.empty();
      }
      Experiment experiment = bound.get();
      Rendering rendering = new Rendering(experiment, environment, binder.variables());
      for (String path : List.of("name", "tracking.experiment")) {
        if (rendering.isSecret(path)) {
          problems.add(
              Problem.at(
                  binder.positionOf(path),
                  path + " must not hold a secret: it names folders and runs"));
        }
      }
      Map<Path, Trial> prerequisites = prerequisites(experiment, binder, problems);
      problems.addAll(new Compatibility(experiment, prerequisites, binder::positionOf).problems());
      if (problems.size() > before) {
        return Optional.empty();
      }
      return Optional.of(
          new Trial(
              experiment,
              place.variant(),
              place.values(),
              rendering.key(path -> content(path, prerequisites, experiment.training().initial())),
              rendering.hocon(),
              rendering.parameters(),
              prerequisites));
    }

    private Map<Path, Trial> prerequisites(
        Experiment experiment, Binder binder, List<Problem> problems) {
      Map<Path, Trial> trials = new LinkedHashMap<>();
      BoundNodes.of(experiment)
          .forEach(
              (path, node) -> {
                if (node instanceof DemonstrationSource source && source.expert().isPresent()) {
                  Position position = binder.positionOf(path + ".expert");
                  expert(source.expert().get(), position, problems)
                      .ifPresent(trial -> trials.put(source.expert().get(), trial));
                }
              });
      return trials;
    }

    private Optional<Trial> expert(Path file, Position position, List<Problem> problems) {
      if (open.contains(file)) {
        List<String> circle = new ArrayList<>();
        open.forEach(it -> circle.add(it.getFileName().toString()));
        circle.add(file.getFileName().toString());
        problems.add(
            Problem.at(position, "experts go in a circle: " + String.join(" -> ", circle)));
        return Optional.empty();
      }
      try {
        Study study = experts.get(file);
        if (study == null) {
          study = study(shortest(file), place);
          experts.put(file, study);
        }
        if (study.trials().size() != 1) {
          problems.add(
              Problem.at(
                  position,
                  ("an expert must be a single trial, and %s stands for %d; remove its sweep and"
                          + " ablation")
                      .formatted(study.file(), study.trials().size())));
          return Optional.empty();
        }
        return Optional.of(study.trials().get(0));
      } catch (ConfigurationException e) {
        problems.addAll(e.problems());
        return Optional.empty();
      }
    }

    /**
     * What stands for a file in a trial's key: the key of the expert, or a digest, as for a folder
     * of demonstrations; any other folder stands for itself.
     */
    private String content(Path path, Map<Path, Trial> prerequisites, Optional<Path> initial) {
      Trial expert = prerequisites.get(path);
      if (expert != null) {
        return "trial " + expert.key();
      }
      if (path.equals(initial.orElse(null)) && !Files.isRegularFile(path)) {
        return "run " + path.getFileName(); // keys of runs say all that made them
      }
      return Files.isRegularFile(path) || !DemonstrationFile.parts(path).isEmpty()
          ? digests.computeIfAbsent(path, Composer::digest)
          : path.toString();
    }
  }

  private static List<Layer> seedLayers(List<Long> seeds) {
    if (seeds.isEmpty()) {
      return List.of(new Layer("seeds", List.of()));
    }
    return seeds.stream()
        .map(seed -> new Layer("seeds", List.of(Hocon.parse("training.seed = " + seed, "seeds"))))
        .toList();
  }

  /** Core's defaults; the file's name stands for a missing {@code name}. */
  private static Layer core(Path file) {
    String name = String.valueOf(file.getFileName()).replaceFirst("\\.[^.]*$", "");
    String text =
        "name = %s\n%s".formatted(ConfigValueFactory.fromAnyRef(name).render(), documentation());
    return LayerReader.defaults(text, Position.CORE);
  }

  /** Demonstrations may be several files. */
  private static String digest(Path file) {
    try {
      StringBuilder digests = new StringBuilder("sha256");
      for (Path part : DemonstrationFile.parts(file)) {
        digests.append(' ').append(Files.exists(part) ? Rendering.sha256(part) : "missing");
      }
      return digests.toString();
    } catch (IOException e) {
      throw new ConfigurationException(
          new Problem("cannot be read: " + e.getMessage(), file.toString(), Optional.empty()));
    }
  }

  private static Path absolute(Path file) {
    return file.toAbsolutePath().normalize();
  }

  /** Relative to the working directory where that is shorter, for messages. */
  private static Path shortest(Path file) {
    Path here = Path.of("").toAbsolutePath();
    return file.startsWith(here) ? here.relativize(file) : file;
  }

  /** Each problem once, files in the order they were met, lines from the top. */
  private static List<Problem> inOrder(List<Problem> problems) {
    List<String> files = problems.stream().map(Problem::file).distinct().toList();
    return new LinkedHashSet<>(problems)
        .stream()
            .sorted(
                Comparator.comparing((Problem problem) -> files.indexOf(problem.file()))
                    .thenComparing(problem -> problem.line().orElse(0)))
            .toList();
  }
}
