package org.apprentice.cli;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apprentice.core.config.Study;
import org.apprentice.core.config.Trial;
import org.apprentice.core.execution.CostEstimate;
import org.apprentice.core.trial.RunFolder;
import org.apprentice.core.trial.Summary;
import org.apprentice.core.trial.TrialStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice plan FILE}. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = "Shows the trials of an experiment file and their keys, without running them.")
final class PlanCommand implements Callable<Integer> {
  /** The compiler has warmed up after it. */
  private static final double MEASURED_SECONDS = 4;

  @Mixin private CommonOptions options;

  @Mixin private StudyOptions order;

  @Option(
      names = "--measure",
      description = "Train for some seconds what no run tells the speed of; nothing is kept of it.")
  private boolean measure;

  @Override
  public Integer call() throws IOException {
    Study study = options.composer().compose(order.file(), order.overrides());
    List<Trial> trials = study.trials();
    System.out.println(
        study.name() + ": " + trials.size() + (trials.size() == 1 ? " trial" : " trials"));
    if (study.excluded() > 0) {
      System.out.println(
          "excluded by sweep.exclude: "
              + study.excluded()
              + (study.excluded() == 1 ? " point" : " points"));
    }
    study.incompatible().forEach(it -> System.out.println("left out " + it));
    Set<String> experts = new HashSet<>();
    for (Trial trial : trials) {
      for (Trial expert : trial.prerequisites()) {
        if (experts.add(expert.key())) {
          print("expert", expert);
        }
      }
      print("trial", trial);
    }
    print(
        study,
        measure
            ? CostEstimate.measuring(study, options.results(), MEASURED_SECONDS)
            : CostEstimate.of(study, options.results()));
    System.out.println();
    System.out.println(trials.get(0).resolved());
    for (Trial trial : trials.subList(1, trials.size())) {
      System.out.println("# " + Summary.name(trial) + " (" + trial.key() + ") differs in");
      printDifferences(trials.get(0).parameters(), trial.parameters());
    }
    return 0;
  }

  private void print(Study study, CostEstimate costs) {
    boolean unknown = study.left().isEmpty() && proposesMore(study);
    if (unknown) {
      System.out.println("the sampler proposes more as it hears how these score");
    }
    int workers = Math.max(1, order.workers().orElseGet(study::workers));
    new CostText(study, costs, workers).lines().forEach(System.out::println);
  }

  private static boolean proposesMore(Study study) {
    List.copyOf(study.cells()).forEach(cell -> study.tell(cell, Double.NaN));
    return !study.ask().isEmpty();
  }

  private static void printDifferences(Map<String, String> first, Map<String, String> other) {
    other.forEach(
        (key, value) -> {
          if (!value.equals(first.get(key))) {
            System.out.println(key + " = " + value);
          }
        });
    first.keySet().stream()
        .filter(key -> !other.containsKey(key))
        .forEach(key -> System.out.println("# without " + key));
  }

  private void print(String role, Trial trial) throws IOException {
    StringBuilder line = new StringBuilder(trial.key()).append("  ").append(role).append(' ');
    line.append(trial.experiment().name());
    if (!trial.variant().equals(Trial.BASELINE)) {
      line.append(' ').append(trial.variant());
    }
    for (Map.Entry<String, String> axis : trial.point().entrySet()) {
      line.append(' ').append(axis.getKey()).append('=').append(axis.getValue());
    }
    line.append(" seed ").append(trial.experiment().training().seed());
    Optional<TrialStatus> status = RunFolder.status(options.results(), trial.key());
    line.append("  (")
        .append(
            status
                .map(it -> it.state().toString().toLowerCase(java.util.Locale.ROOT))
                .orElse("new"))
        .append(')');
    System.out.println(line);
  }
}
