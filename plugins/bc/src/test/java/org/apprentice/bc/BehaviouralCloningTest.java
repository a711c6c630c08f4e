package org.apprentice.bc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.inject.Injector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apprentice.rl.demonstrations.Corruption;
import org.apprentice.rl.demonstrations.DemonstrationFile;
import org.apprentice.rl.demonstrations.DemonstrationSource;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.ProgressUnit;
import org.apprentice.spi.Table;
import org.apprentice.testkit.Trials;
import org.apprentice.testkit.components.Rule;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BehaviouralCloningTest {
  /** Balances the pole for ever: pushes to where it falls. */
  private static final Rule BALANCE =
      (values, width, row, out) -> {
        int at = row * width;
        float fall =
            0.02f * values[at] + 0.1f * values[at + 1] + 0.8f * values[at + 2] + values[at + 3];
        ((ActionBatch.Discrete) out).values()[row] = fall > 0 ? 1 : 0;
      };

  private static final String ENVIRONMENT = "{ plugin = cartpole, max-episode-steps = 500 }";

  private static final String CARTPOLE =
      """
      environment = %s
      network { plugin = mlp, hidden = [32, 32] }
      algorithm { plugin = bc, demonstrations.file = "demonstrations.npz" }
      """
          .formatted(ENVIRONMENT);

  @TempDir Path folder;

  @BeforeEach
  void recordAnExpert() throws IOException {
    Trials.record(folder, ENVIRONMENT, BALANCE);
  }

  private void write(Demonstrations demonstrations) throws IOException {
    DemonstrationFile.write(folder.resolve("demonstrations.npz"), demonstrations);
  }

  private Injector cartPole(String... changes) {
    return Trials.of(folder, CARTPOLE + String.join("\n", changes));
  }

  private static Algorithm algorithm(Injector trial) {
    return trial.getInstance(Algorithm.class);
  }

  /** Actions that have nothing to do with the observations. */
  private static Demonstrations noise(int episodes) {
    Random random = new Random(7);
    int rows = episodes * 40;
    float[] observations = new float[rows * 4];
    for (int i = 0; i < observations.length; i++) {
      observations[i] = (float) random.nextGaussian();
    }
    int[] lengths = new int[episodes];
    java.util.Arrays.fill(lengths, 40);
    return Demonstrations.of(
        new int[] {4},
        new ObservationBatch.Float32(observations, rows, 4),
        new ActionBatch.Discrete(random.ints(rows, 0, 2).toArray()),
        new float[rows],
        lengths,
        new double[episodes]);
  }

  private static List<Map<String, Double>> train(Algorithm algorithm, int epochs) {
    List<Map<String, Double>> metrics = new ArrayList<>();
    for (int epoch = 0; epoch < epochs && !algorithm.finished(); epoch++) {
      Map<String, Double> own = new LinkedHashMap<>(algorithm.iterate().metrics());
      own.keySet().removeIf(name -> name.startsWith("time/"));
      metrics.add(own);
    }
    return metrics;
  }

  @Test
  void balancesAfterTenDemonstrations() throws IOException {
    Injector trial = cartPole("algorithm.epochs = 8");
    Algorithm algorithm = algorithm(trial);

    List<Map<String, Double>> metrics = train(algorithm, 100);

    assertThat(metrics.get(0)).containsKeys("train/accuracy", "validation/accuracy");
    assertThat(metrics.get(metrics.size() - 1).get("validation/accuracy")).isGreaterThan(0.95);
    assertThat(Trials.play(algorithm.policy(), trial, 20).meanReturn()).isGreaterThan(475);
  }

  @Test
  void stopsWithoutProgressAndKeepsTheBestEpoch() throws IOException {
    write(noise(10));
    Injector trial = cartPole("algorithm { patience = 3, epochs = 200, learning-rate = 1e-2 }");
    Algorithm algorithm = algorithm(trial);

    List<Double> losses =
        train(algorithm, 200).stream().map(metrics -> metrics.get("validation/loss")).toList();

    assertThat(losses).hasSizeLessThan(200);
    double best = losses.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    assertThat(losses.indexOf(best)).isEqualTo(losses.size() - 4);
    Algorithm shorter =
        algorithm(cartPole("algorithm { patience = 3, epochs = 200, learning-rate = 1e-2 }"));
    train(shorter, losses.size() - 3);
    assertThat(algorithm.network().parameters()).isEqualTo(shorter.network().parameters());
  }

  /** Counts of a set of an epoch: on the diagonal, and in all. */
  private static long[] counts(Table table, int epoch, String episodes) {
    long[] sums = new long[2];
    for (List<Object> row : table.rows()) {
      if (row.get(0).equals(epoch) && row.get(1).equals(episodes)) {
        for (int action = 0; action < 2; action++) {
          long count = (Long) row.get(3 + action);
          sums[0] += row.get(2).equals(String.valueOf(action)) ? count : 0;
          sums[1] += count;
        }
      }
    }
    return sums;
  }

  @Test
  void theConfusionOfEveryEpochIsATableThatFitsTheAccuracy() throws IOException {
    write(noise(10));
    Injector trial = cartPole("algorithm { epochs = 3, validation = last }");
    Algorithm algorithm = algorithm(trial);

    List<Map<String, Double>> metrics = train(algorithm, 3);

    Table table = algorithm.tables().get(0);
    assertThat(table.columns()).containsExactly("epoch", "episodes", "demonstrated", "0", "1");
    for (int epoch = 1; epoch <= 3; epoch++) {
      long[] training = counts(table, epoch, "training");
      long[] validation = counts(table, epoch, "validation");
      assertThat(training[1]).isEqualTo(320);
      assertThat(validation[1]).isEqualTo(80);
      Map<String, Double> own = metrics.get(epoch - 1);
      assertThat(own.get("train/accuracy")).isEqualTo(training[0] / 320.0);
      assertThat(own.get("validation/accuracy")).isEqualTo(validation[0] / 80.0);
      assertThat(own).containsKeys("validation/recall-0", "validation/recall-1");
    }
    algorithm.save(folder);
    Algorithm restored = algorithm(cartPole("algorithm { epochs = 3, validation = last }"));
    restored.restore(folder);
    assertThat(restored.tables()).isEqualTo(algorithm.tables());
  }

  @Test
  void theLastEpisodesMayBeThoseThatAreKeptOut() throws IOException {
    // in the last two of ten episodes the other action is right
    Demonstrations episodes = noise(10);
    int[] actions = new int[400];
    java.util.Arrays.fill(actions, 320, 400, 1);
    float[] ones = new float[1600];
    java.util.Arrays.fill(ones, 1);
    write(
        Demonstrations.of(
            new int[] {4},
            new ObservationBatch.Float32(ones, 400, 4),
            new ActionBatch.Discrete(actions),
            new float[400],
            IntStream.range(0, 10).map(episodes::length).toArray(),
            new double[10]));

    Map<String, Double> metrics =
        train(algorithm(cartPole("algorithm.validation = last")), 3).get(2);

    assertThat(metrics.get("train/accuracy")).isEqualTo(1);
    assertThat(metrics.get("validation/accuracy")).isZero();
    assertThat(metrics.get("validation/recall-0")).isNaN();
  }

  @Test
  void dropoutDropsInTrainingAndNotInValidationOrPlay() {
    // steps so small that the parameters stay what they are
    String still = "algorithm { epochs = 1, learning-rate = 1e-30, policy-gain = 1 }";
    Injector droppingTrial = cartPole(still, "network.dropout = 0.5");
    Algorithm dropping = algorithm(droppingTrial);
    Algorithm whole = algorithm(cartPole(still));
    float[] parameters = whole.network().parameters();
    System.arraycopy(dropping.network().parameters(), 0, parameters, 0, parameters.length);
    whole.network().parametersChanged();

    Map<String, Double> withDropout = train(dropping, 1).get(0);
    Map<String, Double> without = train(whole, 1).get(0);

    assertThat(withDropout.get("train/loss")).isNotCloseTo(without.get("train/loss"), within(1e-3));
    assertThat(withDropout.get("validation/loss"))
        .isCloseTo(without.get("validation/loss"), within(1e-9));
    assertThat(Trials.play(dropping.policy(), droppingTrial, 5).digest())
        .isEqualTo(Trials.play(whole.policy(), droppingTrial, 5).digest());
  }

  @Test
  void withoutPatienceTheLastEpochStays() throws IOException {
    write(noise(10));
    Injector trial = cartPole("algorithm { patience = null, epochs = 12, learning-rate = 1e-2 }");
    Algorithm algorithm = algorithm(trial);

    assertThat(train(algorithm, 100)).hasSize(12);

    Algorithm longer =
        algorithm(cartPole("algorithm { patience = null, epochs = 99, learning-rate = 1e-2 }"));
    train(longer, 12);
    assertThat(algorithm.network().parameters()).isEqualTo(longer.network().parameters());
  }

  @Test
  void aSingleDemonstrationIsNotSplit() throws IOException {
    Algorithm algorithm = algorithm(cartPole("algorithm.demonstrations.episodes = 1"));

    assertThat(train(algorithm, 1).get(0))
        .containsKey("train/loss")
        .doesNotContainKey("validation/loss");
  }

  @Test
  void aCheckpointOfOtherDemonstrationsIsRefused() throws IOException {
    Algorithm ten = algorithm(cartPole());
    ten.save(folder);
    Algorithm four = algorithm(cartPole("algorithm.demonstrations.episodes = 4"));

    assertThatThrownBy(() -> four.restore(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("sequences of transitions to draw from");
  }

  @Test
  void recurrentNetworksRefuseDemonstrationsWithGaps() {
    String experiment =
        CARTPOLE.replace("{ plugin = mlp, hidden = [32, 32] }", "= elman")
            + "algorithm.demonstrations.subsample = 2";

    assertThatThrownBy(() -> algorithm(Trials.of(folder, experiment)))
        .hasMessageContaining("demonstrations.subsample = 2 leaves steps out; set it to 1");
  }

  @Test
  void anEpochMayBeANumberOfGradientSteps() {
    List<Map<String, Double>> metrics =
        train(
            algorithm(cartPole("algorithm { steps-per-epoch = 3, batch-size = 128, epochs = 2 }")),
            5);

    assertThat(metrics).hasSize(2);
    assertThat(metrics.get(1).get("train/loss")).isLessThan(metrics.get(0).get("train/loss"));
  }

  @Test
  void progressIsCountedInEpochs() throws IOException {
    Algorithm algorithm = algorithm(cartPole("algorithm.epochs = 7"));
    algorithm.iterate();

    assertThat(algorithm.progress().unit()).isEqualTo(ProgressUnit.EPOCHS);
    assertThat(algorithm.progress().done()).isEqualTo(1);
    assertThat(algorithm.progress().total()).isEqualTo(7);
    assertThat(algorithm.progress().environmentSteps()).isZero();
    assertThat(new BcPlugin().progressUnit()).isEqualTo(ProgressUnit.EPOCHS);
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    refused(() -> config(0, 1, 1e-3, 0.2), "batch-size must be at least 1, found 0");
    refused(() -> config(1, 0, 1e-3, 0.2), "epochs must be at least 1, found 0");
    refused(() -> config(1, 1, 0, 0.2), "learning-rate must be greater than 0, found 0.0");
    refused(() -> config(1, 1, 1e-3, 1), "validation-split must be in [0, 1), found 1.0");
  }

  private static void refused(ThrowingCallable config, String message) {
    assertThatThrownBy(config).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  private BcConfig config(int batchSize, int epochs, double learningRate, double split) {
    DemonstrationSource source =
        new DemonstrationSource(
            java.util.Optional.empty(), java.util.Optional.of(folder), 1, 1, true, Corruption.NONE);
    return new BcConfig(
        source,
        batchSize,
        32,
        epochs,
        java.util.Optional.empty(),
        learningRate,
        1e-8,
        0,
        0,
        split,
        BcConfig.Validation.RANDOM,
        java.util.Optional.empty(),
        false,
        1,
        0);
  }
}
