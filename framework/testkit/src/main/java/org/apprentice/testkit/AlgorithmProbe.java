package org.apprentice.testkit;

import com.google.inject.Injector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.apprentice.core.config.Composer;
import org.apprentice.core.config.Trial;
import org.apprentice.core.trial.TrialModule;
import org.apprentice.rl.Evaluation;
import org.apprentice.rl.RandomStreams;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.Iteration;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Policy;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.VectorEnvironment;

/** An algorithm in the middle of a trial that is neither journaled nor checkpointed. */
final class AlgorithmProbe implements AutoCloseable {
  private static final int EVALUATION_EPISODES = 100;
  private static final int ROWS = 64;

  private final Algorithm algorithm;
  private final EnvironmentFactory environments;

  private AlgorithmProbe(Algorithm algorithm, EnvironmentFactory environments) {
    this.algorithm = algorithm;
    this.environments = environments;
  }

  static AlgorithmProbe open(AlgorithmPlugin<?> plugin, Path experiment, List<String> overrides) {
    Composer composer = new Composer(ComponentRegistry.with(plugin));
    Trial trial = composer.compose(experiment, overrides).trials().get(0);
    if (!trial.experiment().algorithm().plugin().name().equals(plugin.name())) {
      throw new IllegalArgumentException("the experiment must name algorithm " + plugin.name());
    }
    Injector injector = TrialModule.injector(trial, experiment.resolveSibling("results"));
    return new AlgorithmProbe(
        injector.getInstance(Algorithm.class), injector.getInstance(EnvironmentFactory.class));
  }

  Algorithm algorithm() {
    return algorithm;
  }

  /** What so many iterations tell, but for the time they took. */
  List<String> iterations(int count) {
    List<String> transcript = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Iteration iteration = algorithm.iterate();
      TreeMap<String, Double> metrics = new TreeMap<>(iteration.metrics());
      metrics.keySet().removeIf(name -> name.startsWith("time/"));
      transcript.add(algorithm.progress() + " " + metrics + " " + iteration.episodes());
    }
    return transcript;
  }

  /** What was learned: the parameters, and deterministic actions for some observations. */
  List<String> knowledge() {
    List<String> knowledge = new ArrayList<>();
    if (algorithm.network() != null) {
      knowledge.add(Arrays.toString(algorithm.network().parameters()));
    }
    ObservationBatch observations =
        ObservationBatch.allocate(environments.spec().observationSpace(), ROWS);
    RandomGenerator random = new RandomStreams(1).stream("observations");
    if (observations instanceof ObservationBatch.UInt8 bytes) {
      random.nextBytes(bytes.values());
    } else if (observations instanceof ObservationBatch.Float32 floats) {
      for (int i = 0; i < floats.values().length; i++) {
        floats.values()[i] = (float) random.nextGaussian();
      }
    }
    Policy policy = algorithm.policy();
    ActionBatch actions = ActionBatch.allocate(environments.spec().actionSpace(), ROWS);
    boolean[] starts = new boolean[ROWS];
    Arrays.fill(starts, true);
    policy.act(PolicyInput.of(observations, starts), policy.newState(ROWS, random), true, actions);
    float[] encoded = new float[ROWS * environments.spec().actionSpace().width()];
    actions.encode(encoded, environments.spec().actionSpace().width());
    knowledge.add(Arrays.toString(encoded));
    return knowledge;
  }

  /** Mean return of deterministic episodes. */
  double evaluate() {
    try (VectorEnvironment environment = environments.create(10)) {
      return Evaluation.run(
              algorithm.policy(),
              environment,
              EVALUATION_EPISODES,
              true,
              17,
              new RandomStreams(17).stream("actions"))
          .mean();
    }
  }

  @Override
  public void close() {
    algorithm.close();
  }
}
