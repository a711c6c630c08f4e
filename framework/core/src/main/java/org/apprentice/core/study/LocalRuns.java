package org.apprentice.core.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apprentice.core.config.Study;
import org.apprentice.core.config.Trial;
import org.apprentice.core.trial.Membership;
import org.apprentice.core.trial.RunFolder;
import org.apprentice.core.trial.TrialException;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.spi.RunEvent;
import org.apprentice.tracking.Journal;
import org.apprentice.tracking.JournalException;

/**
 * Runs in a folder of results, as their own files tell of them: those that were trained there, and
 * those that were fetched for comparing.
 */
public final class LocalRuns implements RunSource {
  private static final String STATUS = "status.json";

  /** The order of the experiment file, which folders do not keep. */
  private static final Comparator<RecordedRun> AS_BEGUN =
      Comparator.comparingLong(run -> run.status().startMillis());

  private final Path results;
  private final Set<String> curves = new LinkedHashSet<>();

  /**
   * @param metric its course is kept, and that of the returns
   */
  public LocalRuns(Path results, String metric) {
    this.results = results;
    curves.add(metric);
    curves.add(Comparison.EVALUATION);
    curves.add(Comparison.TRAINING);
  }

  /**
   * The runs of a study's trials, those of each variant in the order of the file; without those
   * that were never begun.
   */
  public Found of(Study study) throws IOException {
    return of(study.trials());
  }

  /** The runs of trials, in their order; without those that were never begun. */
  public Found of(List<Trial> trials) throws IOException {
    Set<Path> folders = new LinkedHashSet<>();
    for (Trial trial : trials) {
      folders.add(RunFolder.newest(results, trial.key()).path());
    }
    return read(
        folders.stream().filter(LocalRuns::holdsRun).toList(), new ArrayList<>(), run -> true);
  }

  @Override
  public Found named(List<String> arguments) throws IOException {
    List<RecordedRun> runs = new ArrayList<>();
    Set<Path> taken = new HashSet<>();
    List<String> damaged = new ArrayList<>();
    for (String argument : arguments) {
      List<Path> folders = exactly(argument);
      if (folders.isEmpty()) {
        folders = all(folder -> isNamed(folder, argument), damaged);
      }
      if (folders.isEmpty()) {
        folders = List.of(byBeginning(argument));
      }
      List<RecordedRun> found = new ArrayList<>();
      for (Path folder : folders) {
        if (taken.add(folder.toAbsolutePath().normalize())) {
          found.add(read(folder, curves));
        }
      }
      found.sort(AS_BEGUN);
      runs.addAll(found);
    }
    return new Found(runs, damaged.stream().distinct().toList());
  }

  private List<Path> exactly(String argument) {
    return Stream.of(
            Path.of(argument),
            runsFolder().resolve(argument),
            RunFolder.imported(results).resolve(argument))
        .filter(LocalRuns::holdsRun)
        .map(it -> it.toAbsolutePath().normalize())
        .limit(1)
        .toList();
  }

  private static boolean isNamed(Path folder, String name) throws IOException {
    RunFolder run = new RunFolder(folder);
    return run.memberships().stream().anyMatch(it -> it.study().equals(name))
        || run.status().filter(it -> it.name().equals(name)).isPresent();
  }

  private Path byBeginning(String argument) throws IOException {
    List<Path> imported = new ArrayList<>();
    for (Path folder : folders(RunFolder.imported(results))) {
      boolean fits =
          folder.getFileName().toString().startsWith(argument)
              || new RunFolder(folder)
                  .status()
                  .filter(it -> it.key().startsWith(argument))
                  .isPresent();
      if (fits) {
        imported.add(folder);
      }
    }
    if (imported.size() == 1 && !hasOwn(argument)) {
      return imported.get(0);
    }
    try {
      return RunFolder.find(results, argument).path();
    } catch (TrialException e) {
      throw new ComparisonException(
          e.getMessage() + ". The name of a run or of a study would do too", e);
    }
  }

  private boolean hasOwn(String beginning) throws IOException {
    return folders(runsFolder()).stream()
        .anyMatch(it -> it.getFileName().toString().startsWith(beginning));
  }

  @Override
  public Found ofStudy(String study) throws IOException {
    List<String> damaged = new ArrayList<>();
    Set<String> studies = new TreeSet<>();
    List<Path> folders =
        all(
            folder -> {
              List<Membership> memberships = new RunFolder(folder).memberships();
              memberships.forEach(it -> studies.add(it.study()));
              return memberships.stream().anyMatch(it -> it.study().equals(study));
            },
            damaged);
    if (folders.isEmpty()) {
      throw new ComparisonException(
          "no runs of a study '%s' in %s; %s"
              .formatted(
                  study,
                  runsFolder(),
                  studies.isEmpty() ? "there are none of any" : "there are " + studies));
    }
    return inOrder(read(folders, damaged, run -> true));
  }

  @Override
  public Found matching(RunFilter filter) throws IOException {
    List<String> damaged = new ArrayList<>();
    List<Path> folders = all(folder -> true, damaged);
    Found found = read(folders, damaged, filter::matches);
    if (found.runs().isEmpty()) {
      throw new ComparisonException(
          "none of the %d runs in %s matches the filter %s"
              .formatted(folders.size(), runsFolder(), filter));
    }
    return inOrder(found);
  }

  private static Found inOrder(Found found) {
    return new Found(found.runs().stream().sorted(AS_BEGUN).toList(), found.damaged());
  }

  private Path runsFolder() {
    return results.resolve("runs");
  }

  private static boolean holdsRun(Path folder) {
    return Files.exists(folder.resolve(STATUS));
  }

  /** Decides by the files of a run that are read quickly. */
  private interface Glance {
    boolean isWanted(Path folder) throws IOException;
  }

  private List<Path> all(Glance glance, List<String> damaged) throws IOException {
    List<Path> folders = new ArrayList<>(folders(runsFolder()));
    folders.addAll(folders(RunFolder.imported(results)));
    List<Path> wanted = new ArrayList<>();
    for (Path folder : folders) {
      try {
        if (glance.isWanted(folder)) {
          wanted.add(folder);
        }
      } catch (TrialException e) {
        damaged.add(e.getMessage());
      }
    }
    return wanted;
  }

  private static List<Path> folders(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(LocalRuns::holdsRun).sorted().toList();
    }
  }

  private Found read(List<Path> folders, List<String> damaged, Predicate<RecordedRun> wanted)
      throws IOException {
    List<RecordedRun> runs = new ArrayList<>();
    for (Path folder : folders) {
      try {
        RecordedRun run = read(folder, curves);
        if (wanted.test(run)) {
          runs.add(run);
        }
      } catch (TrialException | JournalException | ComparisonException e) {
        damaged.add(e.getMessage());
      }
    }
    return new Found(runs, damaged);
  }

  private static RecordedRun read(Path path, Set<String> curves) throws IOException {
    RunFolder folder = new RunFolder(path);
    TrialStatus status =
        folder
            .status()
            .orElseThrow(() -> new ComparisonException(path + " holds no " + STATUS + " any more"));
    Map<String, String> parameters = new LinkedHashMap<>();
    Map<String, String> tags = new LinkedHashMap<>();
    Map<String, Double> metrics = new LinkedHashMap<>();
    Map<String, List<Curve.Point>> points = new HashMap<>();
    Journal.read(
        path,
        event -> {
          if (event instanceof RunEvent.Param param) {
            parameters.put(param.key(), param.value());
          } else if (event instanceof RunEvent.Tag tag) {
            tags.put(tag.key(), tag.value());
          } else if (event instanceof RunEvent.Metric metric) {
            metrics.put(metric.key(), metric.value());
            if (curves.contains(metric.key())) {
              points
                  .computeIfAbsent(metric.key(), key -> new ArrayList<>())
                  .add(new Curve.Point(metric.step(), metric.value()));
            }
          }
        });
    if (!parameters.containsKey(RecordedRun.SEED)) {
      throw new ComparisonException(
          "the journal in %s does not tell the run's settings; run its experiment again"
              .formatted(path));
    }
    Map<String, Curve> found = new HashMap<>();
    points.forEach((key, list) -> found.put(key, Curve.of(list)));
    return new RecordedRun(
        path.getFileName().toString(),
        status,
        folder.memberships(),
        parameters,
        tags,
        metrics,
        found,
        !folder.isImported());
  }
}
