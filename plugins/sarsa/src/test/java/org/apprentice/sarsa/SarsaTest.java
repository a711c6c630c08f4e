package org.apprentice.sarsa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.Schedule;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.TrainingSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SarsaTest {
  private static final int TILINGS = 4;
  private static final int TILES = 5;
  private static final double GAMMA = 0.95;
  private static final double LAMBDA = 0.8;
  private static final double STEP_SIZE = 0.4;

  private static SarsaConfig config(
      SarsaConfig.TraceKind traces, double epsilon, double initialValue, int iterationSteps) {
    return new SarsaConfig(
        TILINGS,
        TILES,
        3000,
        Optional.empty(),
        STEP_SIZE,
        Schedule.CONSTANT,
        GAMMA,
        LAMBDA,
        traces,
        0,
        epsilon,
        0.5,
        epsilon / 5,
        initialValue,
        iterationSteps);
  }

  private static Sarsa sarsa(SarsaConfig config, Corridor corridor) {
    return new Sarsa(config, corridor, new TrainingSettings(100_000, 1, 1), new RandomStreams(1));
  }

  /** Values of the three actions in a place. */
  private static double[] values(Sarsa sarsa, float position) {
    int[] tiles = new int[TILINGS];
    double[] values = new double[3];
    sarsa.values().coding().find(new float[] {position}, 0, tiles, 0);
    sarsa.values().all(tiles, 0, values);
    return values;
  }

  /**
   * The boxed algorithm of Sutton and Barto 2018, page 305, line by line, with weights and traces
   * for every tile there is.
   */
  private static final class Book {
    private final SarsaConfig.TraceKind kind;
    private final Map<List<Integer>, double[]> weights = new HashMap<>();
    private final Map<List<Integer>, double[]> traces = new HashMap<>();

    Book(SarsaConfig.TraceKind kind) {
      this.kind = kind;
    }

    private static List<List<Integer>> active(float position) {
      List<List<Integer>> tiles = new ArrayList<>();
      int quantized = (int) Math.floor(Math.min(1.0, position) * TILES * TILINGS);
      for (int tiling = 0; tiling < TILINGS; tiling++) {
        tiles.add(List.of(tiling, (quantized + tiling) / TILINGS));
      }
      return tiles;
    }

    double value(float position, int action) {
      double sum = 0;
      for (List<Integer> tile : active(position)) {
        sum += weights.computeIfAbsent(tile, it -> new double[3])[action];
      }
      return sum;
    }

    int greedy(float position) {
      int best = 0;
      for (int action = 1; action < 3; action++) {
        best = value(position, action) > value(position, best) ? action : best;
      }
      return best;
    }

    /** Learns from a step; the action that comes next. */
    int learn(Corridor.Step step) {
      int next = greedy(step.to());
      double error = step.reward() - value(step.from(), step.action());
      for (List<Integer> tile : active(step.from())) {
        double[] trace = traces.computeIfAbsent(tile, it -> new double[3]);
        if (kind == SarsaConfig.TraceKind.ACCUMULATING) {
          trace[step.action()] += 1;
        } else {
          trace[0] = 0;
          trace[1] = 0;
          trace[2] = 0;
          trace[step.action()] = 1;
        }
      }
      if (!step.terminated()) {
        error += GAMMA * value(step.to(), next);
      }
      double size = STEP_SIZE / TILINGS * error;
      traces.forEach(
          (tile, trace) -> {
            for (int action = 0; action < 3; action++) {
              weights.computeIfAbsent(tile, it -> new double[3])[action] += size * trace[action];
              trace[action] *= GAMMA * LAMBDA;
            }
          });
      if (step.terminated() || step.truncated()) {
        traces.clear();
        return greedy(Corridor.START);
      }
      return next;
    }
  }

  @ParameterizedTest
  @EnumSource
  void learnsAsTheBookHasIt(SarsaConfig.TraceKind kind) {
    Corridor corridor = new Corridor(25, false);
    Sarsa sarsa = sarsa(config(kind, 0, 0, 400), corridor);
    sarsa.iterate();
    Book book = new Book(kind);
    assertThat(corridor.steps()).hasSize(400).anyMatch(Corridor.Step::terminated);
    assertThat(corridor.steps()).anyMatch(Corridor.Step::truncated);
    int action = book.greedy(Corridor.START);
    for (Corridor.Step step : corridor.steps()) {
      assertThat(step.action()).isEqualTo(action);
      action = book.learn(step);
    }
    for (Corridor.Step step : corridor.steps()) {
      double[] found = values(sarsa, step.from());
      for (int i = 0; i < 3; i++) {
        assertThat(found[i]).isCloseTo(book.value(step.from(), i), within(1e-12));
      }
    }
  }

  @Test
  void truncationBootstrapsFromTheFinalObservation() {
    Corridor corridor = new Corridor(1, true);
    Sarsa sarsa = sarsa(config(SarsaConfig.TraceKind.REPLACING, 0, 2, 1), corridor);
    sarsa.iterate();
    assertThat(corridor.steps().get(0).truncated()).isTrue();
    double error = -1 + GAMMA * 2 - 2;
    assertThat(values(sarsa, Corridor.START)[1]).isCloseTo(2 + STEP_SIZE * error, within(1e-12));
  }

  @Test
  void terminationHasNoValueBeyond() {
    Corridor corridor = new Corridor(1000, true);
    Sarsa sarsa = sarsa(config(SarsaConfig.TraceKind.REPLACING, 0, 2, 1), corridor);
    double before = Double.NaN;
    while (corridor.steps().isEmpty()
        || !corridor.steps().get(corridor.steps().size() - 1).terminated()) {
      before = values(sarsa, corridor.position())[1];
      sarsa.iterate();
    }
    float last = corridor.steps().get(corridor.steps().size() - 1).from();
    assertThat(values(sarsa, last)[1]).isCloseTo(before + STEP_SIZE * (-1 - before), within(1e-12));
  }

  @Test
  void onlyAllowedActionsAreTaken() {
    Corridor corridor = new Corridor(20, true);
    Sarsa sarsa = sarsa(config(SarsaConfig.TraceKind.REPLACING, 0.9, 0, 500), corridor);
    sarsa.iterate();
    assertThat(corridor.steps()).extracting(Corridor.Step::action).containsOnly(1);
    for (boolean deterministic : new boolean[] {true, false}) {
      assertThat(act(sarsa, deterministic, new boolean[] {false, false, true, true, false, false}))
          .containsExactly(2, 0);
    }
  }

  private static int[] act(Sarsa sarsa, boolean deterministic, boolean[] mask) {
    ActionBatch.Discrete actions = new ActionBatch.Discrete(new int[2]);
    ObservationBatch observations = new ObservationBatch.Float32(new float[] {0.4f, 0.4f}, 2, 1);
    sarsa
        .policy()
        .act(
            new PolicyInput(observations, new boolean[2], mask),
            sarsa.policy().newState(2, new RandomStreams(4).stream("actions")),
            deterministic,
            actions);
    return actions.values();
  }

  @Test
  void theFirstOfEquallyGoodActionsIsChosen() {
    Sarsa sarsa =
        sarsa(config(SarsaConfig.TraceKind.REPLACING, 0.9, 0, 1), new Corridor(20, false));
    assertThat(act(sarsa, true, null)).containsExactly(0, 0);
  }

  @Test
  void epsilonFallsWithEachEpisodeToItsMinimum() {
    Corridor corridor = new Corridor(1, true);
    Sarsa sarsa = sarsa(config(SarsaConfig.TraceKind.REPLACING, 0.8, 0, 1), corridor);
    List<Double> epsilons = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      epsilons.add(sarsa.iterate().metrics().get("sarsa/epsilon"));
    }
    assertThat(epsilons).containsExactly(0.4, 0.2, 0.16, 0.16);
  }

  @ParameterizedTest
  @CsvSource({"false, 0.1, 0.8, 0.1", "true, 0.15, 0, 0.85"})
  void randomActionsAreTakenAsOftenAsEpsilonSays(
      boolean masked, double first, double second, double third) {
    boolean[] mask = masked ? new boolean[] {false, false, false, true, false, true} : null;
    RandomGenerator random = new RandomStreams(1).stream("draws");
    int draws = 50_000;
    int[] counts = new int[3];
    for (int i = 0; i < draws; i++) {
      counts[ActionValues.epsilonGreedy(new double[] {0, 2, 1}, mask, 3, 0.3, random)]++;
    }
    assertThat(counts[0] / (double) draws).isCloseTo(first, within(0.01));
    assertThat(counts[1] / (double) draws).isCloseTo(second, within(0.01));
    assertThat(counts[2] / (double) draws).isCloseTo(third, within(0.01));
  }
}
