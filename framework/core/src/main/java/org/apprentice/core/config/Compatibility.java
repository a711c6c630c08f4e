package org.apprentice.core.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apprentice.rl.demonstrations.DemonstrationSource;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.spi.Choice;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.ProgressUnit;
import org.apprentice.spi.Space;

/** Parts that are right by themselves and cannot work together. */
final class Compatibility {
  private final Experiment experiment;
  private final Map<Path, Trial> experts;
  private final Function<String, Position> positions;
  private final List<Problem> problems = new ArrayList<>();

  /**
   * @param positions of a key's value, by path
   */
  Compatibility(
      Experiment experiment, Map<Path, Trial> experts, Function<String, Position> positions) {
    this.experiment = experiment;
    this.experts = experts;
    this.positions = positions;
  }

  List<Problem> problems() {
    checkNetwork();
    checkSteps();
    Choice<EnvironmentPlugin<?>> environment = experiment.environment().component();
    try {
      checkSpaces(experiment.environment().spec());
    } catch (IllegalArgumentException | IllegalStateException e) {
      problems.add(
          Problem.at(
              positions.apply("environment"),
              "environment %s cannot be set up: %s".formatted(name(environment), e.getMessage())));
    }
    return problems;
  }

  private void checkNetwork() {
    AlgorithmPlugin<?> algorithm = experiment.algorithm().plugin();
    if (algorithm.usesNetwork() && experiment.network().isEmpty()) {
      problem(
          "algorithm",
          "algorithm %s needs a network, and the experiment names none; for example network = mlp"
              .formatted(algorithm.name()));
    }
    if (!algorithm.usesNetwork() && experiment.network().isPresent()) {
      problem(
          "network",
          ("algorithm %s uses no network, and the experiment names %s; remove it, or set"
                  + " network = null")
              .formatted(algorithm.name(), experiment.network().map(Compatibility::name).get()));
    }
  }

  private void checkSteps() {
    AlgorithmPlugin<?> algorithm = experiment.algorithm().plugin();
    Optional<Long> steps = experiment.training().steps();
    boolean countsSteps = algorithm.progressUnit() == ProgressUnit.ENVIRONMENT_STEPS;
    if (countsSteps && steps.isEmpty()) {
      problem(
          "algorithm",
          "missing key training.steps: algorithm %s needs a budget of environment steps"
              .formatted(algorithm.name()));
    }
    if (!countsSteps && steps.isPresent()) {
      problem(
          "training.steps",
          ("training.steps means nothing to algorithm %s, which counts %s; remove it,"
                  + " or set training.steps = null")
              .formatted(algorithm.name(), algorithm.progressUnit()));
    }
  }

  private void checkSpaces(EnvironmentSpec spec) {
    String environment = name(experiment.environment().component());
    BoundNodes.of(experiment)
        .forEach(
            (path, node) -> {
              if (node instanceof Choice<?> choice) {
                conflict(choice, spec)
                    .ifPresent(
                        reason ->
                            problem(
                                path,
                                "%s %s does not work with environment %s: %s"
                                    .formatted(path, name(choice), environment, reason)));
              }
              if (node instanceof DemonstrationSource source) {
                checkExpert(source, path, environment, spec);
              }
            });
  }

  private static Optional<String> conflict(Choice<?> choice, EnvironmentSpec spec) {
    if (choice.plugin() instanceof AlgorithmPlugin<?> algorithm) {
      return algorithm.conflictOf(choice.config(), spec);
    }
    return choice.plugin() instanceof NetworkPlugin<?> network
        ? network.conflictOf(choice.config(), spec.observationSpace())
        : Optional.empty();
  }

  private void checkExpert(
      DemonstrationSource source, String path, String environment, EnvironmentSpec spec) {
    Trial expert = source.expert().map(experts::get).orElse(null);
    if (expert == null) {
      return;
    }
    Choice<EnvironmentPlugin<?>> played = expert.experiment().environment().component();
    EnvironmentSpec shown = expert.experiment().environment().spec();
    boolean narrowed = source.channels() == DemonstrationSource.Channels.NEWEST;
    boolean narrower = isNarrower(spec.observationSpace(), shown.observationSpace());
    boolean fits =
        spec.observationSpace().getClass() == shown.observationSpace().getClass()
            && (Arrays.equals(spec.observationSpace().shape(), shown.observationSpace().shape())
                || (narrowed && narrower))
            && spec.actionSpace().getClass() == shown.actionSpace().getClass()
            && spec.actionSpace().width() == shown.actionSpace().width();
    if (!fits) {
      problem(
          path + ".expert",
          "the expert plays %s (%s), which does not fit environment %s (%s)%s"
              .formatted(
                  name(played),
                  shown(shown),
                  environment,
                  shown(spec),
                  narrower && !narrowed
                      ? "; %s.channels = newest learns from the newest frames".formatted(path)
                      : ""));
    }
  }

  /** Whether images are the expert's with fewer channels. */
  private static boolean isNarrower(Space space, Space expert) {
    return space instanceof ImageSpace few
        && expert instanceof ImageSpace many
        && few.channels() < many.channels()
        && few.rows() == many.rows()
        && few.columns() == many.columns();
  }

  private static String shown(EnvironmentSpec spec) {
    return "observations " + spec.observationSpace() + ", actions " + spec.actionSpace();
  }

  private static String name(Choice<?> choice) {
    return choice.plugin().name();
  }

  private static String name(NetworkNode network) {
    if (network instanceof NetworkNode.ActorAndCritic roles) {
      return name(roles.actor()) + " and " + name(roles.critic());
    }
    return name(((NetworkNode.Single) network).component());
  }

  private void problem(String path, String message) {
    problems.add(Problem.conflictAt(positions.apply(path), message));
  }
}
