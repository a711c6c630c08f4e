package org.apprentice.core.study;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apprentice.core.config.Trial;
import org.apprentice.core.trial.Membership;

/**
 * Runs by variant and task. Runs whose settings differ in nothing but the seed are one variant. If
 * every variant was run in each of several environments, these are tasks of the same variants;
 * otherwise settings of the environment tell variants apart like all others.
 */
final class Grouping {
  private static final String ENVIRONMENT = "environment.";
  private static final String NAME = "environment.plugin";

  /** How many are stepped together is a setting of the training, not of the task. */
  private static final String COPIES = "environment.copies";

  /**
   * A variant.
   *
   * @param settings without the seed and, with several tasks, without those of the task
   * @param byTask its runs, a list per task; finished or not
   */
  record Group(String name, Map<String, String> settings, List<List<RecordedRun>> byTask) {
    List<RecordedRun> runs() {
      return byTask.stream().flatMap(List::stream).toList();
    }
  }

  private final List<String> tasks;
  private final List<Group> groups;
  private final List<Comparison.LeftOut> repetitions = new ArrayList<>();
  private final boolean environmentsMixed;

  /**
   * @param study whose names for variants are used, of those that a run belongs to
   */
  Grouping(List<RecordedRun> found, Optional<String> study) {
    List<RecordedRun> runs = withoutRepetitions(found);
    Set<Map<String, String>> environments = distinct(runs, Grouping::task);
    Set<Map<String, String>> rests = distinct(runs, Grouping::rest);
    boolean severalTasks =
        environments.size() > 1
            && rests.size() > 1
            && distinct(runs, Grouping::settings).size() == environments.size() * rests.size();
    environmentsMixed = environments.size() > 1 && !severalTasks;
    List<Map<String, String>> strata =
        severalTasks ? List.copyOf(environments) : List.of(environments.iterator().next());
    tasks = names(strata);
    Map<Map<String, String>, List<RecordedRun>> bySettings =
        runs.stream()
            .collect(
                Collectors.groupingBy(
                    severalTasks ? Grouping::rest : Grouping::settings,
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<Group> unnamed = new ArrayList<>();
    bySettings.forEach(
        (settings, all) ->
            unnamed.add(
                new Group(
                    "",
                    settings,
                    strata.stream()
                        .map(
                            stratum ->
                                all.stream()
                                    .filter(run -> !severalTasks || task(run).equals(stratum))
                                    .sorted(Comparator.comparingLong(RecordedRun::seed))
                                    .toList())
                        .toList())));
    groups = named(unnamed, study);
  }

  /** Of a single task, too. */
  List<String> tasks() {
    return tasks;
  }

  /** In the order in which they were found. */
  List<Group> groups() {
    return groups;
  }

  /** Runs that repeat another one bit for bit, or ought to. */
  List<Comparison.LeftOut> repetitions() {
    return repetitions;
  }

  /** Whether variants differ in the environment itself. */
  boolean environmentsMixed() {
    return environmentsMixed;
  }

  /** Of the same settings and seed, a finished run is kept, and among those the oldest. */
  private List<RecordedRun> withoutRepetitions(List<RecordedRun> runs) {
    Map<Map<String, String>, RecordedRun> kept = new LinkedHashMap<>();
    for (RecordedRun run : runs) {
      kept.merge(
          run.parameters(),
          run,
          (first, second) -> {
            boolean replace =
                first.isFinished() == second.isFinished()
                    ? second.status().startMillis() < first.status().startMillis()
                    : second.isFinished();
            RecordedRun best = replace ? second : first;
            RecordedRun other = replace ? first : second;
            repetitions.add(
                new Comparison.LeftOut(
                    other.id(),
                    other.status().name(),
                    "same settings and seed as %s%s"
                        .formatted(
                            best.id(),
                            best.status().key().equals(other.status().key())
                                ? ""
                                : ", but other data to learn from")));
            return best;
          });
    }
    return List.copyOf(kept.values());
  }

  private static Set<Map<String, String>> distinct(
      List<RecordedRun> runs, Function<RecordedRun, Map<String, String>> part) {
    return runs.stream().map(part).collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static Map<String, String> settings(RecordedRun run) {
    Map<String, String> settings = new LinkedHashMap<>(run.parameters());
    settings.remove(RecordedRun.SEED);
    return settings;
  }

  private static Map<String, String> task(RecordedRun run) {
    Map<String, String> task = settings(run);
    task.keySet().removeIf(key -> !isOfTask(key));
    return task;
  }

  private static Map<String, String> rest(RecordedRun run) {
    Map<String, String> rest = settings(run);
    rest.keySet().removeIf(Grouping::isOfTask);
    return rest;
  }

  private static boolean isOfTask(String key) {
    return key.startsWith(ENVIRONMENT) && !key.equals(COPIES);
  }

  /** The plugin; with what differs from the first one where that does not tell tasks apart. */
  private static List<String> names(List<Map<String, String>> tasks) {
    Set<String> plugins =
        tasks.stream().map(task -> task.get(NAME)).collect(Collectors.toCollection(HashSet::new));
    boolean plain = plugins.size() == tasks.size();
    return tasks.stream()
        .map(task -> plain ? task.get(NAME) : task.get(NAME) + details(tasks.get(0), task))
        .toList();
  }

  private static String details(Map<String, String> first, Map<String, String> other) {
    String details =
        Difference.between(first, other).stream()
            .filter(it -> !it.key().equals(NAME))
            .map(it -> it.shown().replaceFirst("^" + ENVIRONMENT, ""))
            .collect(Collectors.joining(", "));
    return details.isEmpty() ? "" : " (" + details + ")";
  }

  private static List<Group> named(List<Group> groups, Optional<String> study) {
    List<String> labels = new ArrayList<>();
    boolean oneStudy =
        groups.stream()
                .map(group -> membership(group, study).map(Membership::study).orElse(""))
                .distinct()
                .count()
            == 1;
    for (Group group : groups) {
      labels.add(
          membership(group, study)
              .map(it -> oneStudy ? it.label() : label(it))
              .orElseGet(() -> differences(groups.get(0), group)));
    }
    List<Group> named = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < groups.size(); i++) {
      Group group = groups.get(i);
      String label = labels.get(i);
      boolean shared = labels.stream().filter(label::equals).count() > 1;
      String details = differences(groups.get(labels.indexOf(label)), group);
      String name = shared && labels.indexOf(label) != i ? label + " (" + details + ")" : label;
      for (int number = 2; !taken.add(name); number++) {
        name = label + " #" + number;
      }
      named.add(new Group(name, group.settings(), group.byTask()));
    }
    return named;
  }

  private static Optional<Membership> membership(Group group, Optional<String> study) {
    List<Membership> all =
        group.runs().stream().flatMap(run -> run.memberships().stream()).toList();
    return all.stream()
        .filter(it -> study.isPresent() && it.study().equals(study.get()))
        .findFirst()
        .or(() -> all.stream().findFirst());
  }

  private static String label(Membership membership) {
    String label = membership.label();
    return label.equals(Trial.BASELINE) ? membership.study() : membership.study() + " " + label;
  }

  private static String differences(Group first, Group group) {
    String differences =
        Difference.between(first.settings(), group.settings()).stream()
            .map(Difference::shown)
            .collect(Collectors.joining(", "));
    return differences.isEmpty() ? Trial.BASELINE : differences;
  }
}
