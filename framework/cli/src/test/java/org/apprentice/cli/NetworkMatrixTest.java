package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Injector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apprentice.core.trial.TrialModule;
import org.apprentice.rl.Evaluation;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.demonstrations.DemonstrationFile;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.VectorEnvironment;
import org.apprentice.testkit.Trials;
import org.apprentice.testkit.components.GameExpert;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every algorithm that takes networks with every kind of network, on a task that needs the kind.
 */
class NetworkMatrixTest {
  @TempDir Path folder;

  /** Networks, and where a policy that ignores observations or forgets them reaches far less. */
  private enum Kind {
    MLP("{ plugin = mlp, hidden = [16] }", "identity", 15.5),
    GRU("{ plugin = gru, width = 16 }", Kind.MEMORY, 0.9),
    LSTM("{ plugin = lstm, width = 16 }", Kind.MEMORY, 0.9),
    MLP_GRU("{ plugin = mlpgru, width = 16, critic-hidden = [16] }", Kind.MEMORY, 0.9),
    CNN(Kind.EYES, "identity-image", 15.5),
    CNN_LSTM(
        "{ torso " + Kind.EYES + ", memory { plugin = lstm, width = 16 } }", "recall-image", 0.9);

    private static final String MEMORY = "recall, actions = 3";
    private static final String EYES =
        "{ plugin = cnn, filters = [8], kernels = [4], strides = [4], hidden = [16] }";

    private final String network;
    private final String environment;
    private final double learnedReturn;

    Kind(String network, String environment, double learnedReturn) {
      this.network = network;
      this.environment = environment;
      this.learnedReturn = learnedReturn;
    }
  }

  /** Algorithms, set to learn these small tasks within a second. */
  private enum Method {
    PPO(
        """
        plugin = ppo, rollout-length = 32, sequence-length = 16, minibatch-size = 128, epochs = 8
        learning-rate = 5e-3, gamma = 0.9, entropy = 0.01
        """,
        "training.steps = 50000"),
    TRPO(
        """
        plugin = trpo, rollout-length = 32, sequence-length = 16, max-kl = 0.1
        fisher-subsample = 2, critic-minibatch-size = 128, critic-updates = 3, gamma = 0.9
        """,
        "training.steps = 50000"),
    GAIL(
        """
        plugin = gail, reward = logit
        generator {
          rollout-length = 32, sequence-length = 16, minibatch-size = 64, epochs = 4
          learning-rate = 5e-3, gamma = 0.5, entropy = 0.01
        }
        discriminator { batch-size = 128, sequence-length = 16, learning-rate = 5e-3, updates = 4 }
        discriminator.network %s
        demonstrations { file = "demonstrations.npz", episodes = 100 }
        """,
        "training.steps = 50000"),
    BC(
        """
        plugin = bc, learning-rate = 1e-2, sequence-length = 4, epochs = 30, patience = null
        demonstrations { file = "demonstrations.npz", episodes = 100 }
        """,
        "");

    private final String settings;
    private final String budget;

    Method(String settings, String budget) {
      this.settings = settings;
      this.budget = budget;
    }
  }

  private static Stream<Arguments> combinations() {
    return Arrays.stream(Method.values())
        .flatMap(method -> Arrays.stream(Kind.values()).map(kind -> Arguments.of(method, kind)));
  }

  private Injector trial(Method method, Kind kind) throws IOException {
    return trial(method, kind, kind.environment);
  }

  private Injector trial(Method method, Kind kind, String environment) throws IOException {
    String text =
        """
        environment { plugin = %s, copies = 8 }
        network %s
        algorithm { %s }
        %s
        """
            .formatted(
                environment, kind.network, method.settings.formatted(kind.network), method.budget);
    Path file = Files.writeString(folder.resolve("it.conf"), text);
    return TrialModule.injector(Workplace.trial(file), folder.resolve("results"));
  }

  private Algorithm algorithm(Method method, Kind kind) throws IOException {
    return trial(method, kind).getInstance(Algorithm.class);
  }

  /** A hundred episodes, for those that imitate. */
  private void demonstrate(Kind kind) throws IOException {
    Injector trial = trial(Method.PPO, kind);
    EnvironmentFactory environments = trial.getInstance(EnvironmentFactory.class);
    DemonstrationFile.write(
        folder.resolve("demonstrations.npz"),
        Trials.play(new GameExpert(environments.spec().actionSpace().width()), trial, 100));
  }

  @ParameterizedTest(name = "{0} with {1}")
  @MethodSource("combinations")
  void learnsWhatItsNetworkIsFor(Method method, Kind kind) throws IOException {
    demonstrate(kind);
    Injector trial = trial(method, kind);
    try (Algorithm algorithm = trial.getInstance(Algorithm.class)) {
      assertThat(evaluate(trial, algorithm)).as("before").isLessThan(kind.learnedReturn);
      while (!algorithm.finished()) {
        algorithm.iterate();
      }
      assertThat(evaluate(trial, algorithm)).isGreaterThanOrEqualTo(kind.learnedReturn);
    }
  }

  /** Else the tasks would prove nothing. */
  @ParameterizedTest
  @CsvSource({"MLP, GRU", "CNN, CNN_LSTM"})
  void withoutAMemoryTheTasksForMemoriesAreNotLearned(Kind kind, Kind other) throws IOException {
    Injector trial = trial(Method.PPO, kind, other.environment);
    try (Algorithm algorithm = trial.getInstance(Algorithm.class)) {
      while (!algorithm.finished()) {
        algorithm.iterate();
      }
      assertThat(evaluate(trial, algorithm)).isLessThan(0.5 * other.learnedReturn);
    }
  }

  private static double evaluate(Injector trial, Algorithm algorithm) {
    try (VectorEnvironment environment = trial.getInstance(EnvironmentFactory.class).create(10)) {
      return Evaluation.run(
              algorithm.policy(),
              environment,
              100,
              true,
              17,
              new RandomStreams(17).stream("actions"))
          .mean();
    }
  }

  @ParameterizedTest(name = "{0} with {1}")
  @MethodSource("combinations")
  void aRestoredTrainingContinuesBitForBit(Method method, Kind kind) throws IOException {
    demonstrate(kind);
    Path checkpoint = Files.createDirectory(folder.resolve("checkpoint"));
    try (Algorithm undisturbed = algorithm(method, kind);
        Algorithm restored = algorithm(method, kind)) {
      undisturbed.iterate();
      undisturbed.save(checkpoint);
      restored.restore(checkpoint);
      assertThat(iteration(restored)).isEqualTo(iteration(undisturbed));
      assertThat(restored.network().parameters()).isEqualTo(undisturbed.network().parameters());
    }
  }

  /** What an iteration tells, but for the time it took. */
  private static Map<String, Double> iteration(Algorithm algorithm) {
    Map<String, Double> metrics = new TreeMap<>(algorithm.iterate().metrics());
    metrics.keySet().removeIf(name -> name.startsWith("time/"));
    return metrics;
  }
}
