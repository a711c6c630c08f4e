package org.apprentice.testkit;

import com.google.inject.Inject;
import com.google.inject.Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.StateArrays;
import org.apprentice.rl.StateFile;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.Iteration;
import org.apprentice.spi.Network;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Policy;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;
import org.apprentice.spi.Progress;
import org.apprentice.spi.ProgressUnit;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.TrainingSettings;
import org.apprentice.spi.VectorEnvironment;

/** Learns {@code identity} by a table of mean rewards; correct but for one fault. */
final class FaultyAlgorithm implements Algorithm, Policy {
  enum Fault {
    NONE,
    IGNORES_SEED,
    DEPENDS_ON_THE_CLOCK,
    FORGETS_GENERATOR,
    FORGETS_ENVIRONMENT,
    FORGETS_PROGRESS,
    FORGETS_TABLE,
    SAVING_DRAWS,
    ACCEPTS_ANY_CHECKPOINT,
    UNGROUPED_METRIC,
    INFINITE_METRIC,
    LEARNS_NOTHING,
    RUNS_ON,
    STANDS_STILL,
    OTHER_UNIT
  }

  private static final int STEPS = 32;

  private final Fault fault;
  private final RandomStreams random;
  private final VectorEnvironment environment;
  private final StepBatch outcome;
  private final ActionBatch.Discrete actions;
  private final int width;
  private final double[] sums;
  private final double[] counts;
  private final long budget;
  private long done;

  @Inject
  FaultyAlgorithm(
      Fault fault,
      EnvironmentFactory environments,
      TrainingSettings training,
      RandomStreams random) {
    this.fault = fault;
    this.random = fault == Fault.IGNORES_SEED ? new RandomStreams(5) : random;
    budget = training.steps();
    environment = environments.create(environments.trainingCopies());
    width = environment.spec().actionSpace().width();
    outcome = StepBatch.allocate(environment.spec().observationSpace(), environment.size());
    actions = new ActionBatch.Discrete(new int[environment.size()]);
    sums = new double[width * width];
    counts = new double[width * width];
    environment.reset(this.random.seed("environment"), outcome.observations());
  }

  record Settings() {}

  record Plugin(Fault fault) implements AlgorithmPlugin<Settings> {
    @Override
    public String name() {
      return "faulty";
    }

    @Override
    public String description() {
      return "a table with a fault";
    }

    @Override
    public Class<Settings> configType() {
      return Settings.class;
    }

    @Override
    public boolean usesNetwork() {
      return false;
    }

    @Override
    public Module module(Settings config) {
      return binder -> {
        binder.bind(Fault.class).toInstance(fault);
        binder.bind(Algorithm.class).to(FaultyAlgorithm.class);
        binder.bind(FaultyAlgorithm.class);
      };
    }
  }

  @Override
  public Iteration iterate() {
    RandomGenerator draws = random.stream("actions");
    double reward = fault == Fault.DEPENDS_ON_THE_CLOCK ? System.nanoTime() * 1e-9 : 0;
    for (int step = 0; step < STEPS; step++) {
      int[] shown = new int[environment.size()];
      for (int copy = 0; copy < shown.length; copy++) {
        shown[copy] = shown(outcome.observations(), copy);
        actions.values()[copy] =
            draws.nextDouble() < 0.3 ? draws.nextInt(width) : best(shown[copy]);
      }
      environment.step(actions, outcome);
      for (int copy = 0; copy < shown.length; copy++) {
        int cell = shown[copy] * width + actions.values()[copy];
        sums[cell] += fault == Fault.LEARNS_NOTHING ? 0 : outcome.rewards()[copy];
        counts[cell]++;
        reward += outcome.rewards()[copy];
      }
    }
    done += fault == Fault.STANDS_STILL ? 0 : (long) STEPS * environment.size();
    return switch (fault) {
      case UNGROUPED_METRIC -> new Iteration(Map.of("reward", reward), List.of());
      case INFINITE_METRIC -> new Iteration(Map.of("rollout/reward", 1 / 0.0), List.of());
      default -> new Iteration(Map.of("rollout/reward", reward), List.of());
    };
  }

  private int shown(ObservationBatch observations, int row) {
    float[] values = ((ObservationBatch.Float32) observations).values();
    int largest = 0;
    for (int i = 1; i < width; i++) {
      largest = values[row * width + i] > values[row * width + largest] ? i : largest;
    }
    return largest;
  }

  private int best(int shown) {
    int best = 0;
    for (int action = 1; action < width; action++) {
      best = mean(shown, action) > mean(shown, best) ? action : best;
    }
    return best;
  }

  private double mean(int shown, int action) {
    int cell = shown * width + action;
    return counts[cell] == 0 ? 0 : sums[cell] / counts[cell];
  }

  @Override
  public boolean finished() {
    return done >= (fault == Fault.RUNS_ON ? 2 * budget : budget);
  }

  @Override
  public Progress progress() {
    ProgressUnit unit =
        fault == Fault.OTHER_UNIT ? ProgressUnit.EPOCHS : ProgressUnit.ENVIRONMENT_STEPS;
    return new Progress(done, budget, unit, done);
  }

  @Override
  public Policy policy() {
    return this;
  }

  @Override
  public Network network() {
    return null;
  }

  @Override
  public PolicyState newState(int rows, RandomGenerator generator) {
    return new PolicyState(rows, new float[0], generator);
  }

  @Override
  public void act(PolicyInput input, PolicyState state, boolean deterministic, ActionBatch out) {
    for (int row = 0; row < state.rows(); row++) {
      ((ActionBatch.Discrete) out).values()[row] = best(shown(input.observations(), row));
    }
  }

  @Override
  public void save(Path directory) throws IOException {
    StateFile.write(
        directory.resolve("table.bin"),
        "table-1",
        out -> {
          out.writeLong(done);
          random.save(out);
          StateArrays.write(out, environment.save());
          StateArrays.write(out, ((ObservationBatch.Float32) outcome.observations()).values());
          StateArrays.write(out, sums);
          StateArrays.write(out, counts);
        });
    if (fault == Fault.SAVING_DRAWS) {
      random.stream("actions").nextLong();
    }
  }

  @Override
  public void restore(Path directory) throws IOException {
    if (fault == Fault.ACCEPTS_ANY_CHECKPOINT && Files.notExists(directory.resolve("table.bin"))) {
      return;
    }
    StateFile.read(
        directory.resolve("table.bin"),
        "table-1",
        in -> {
          long saved = in.readLong();
          done = fault == Fault.FORGETS_PROGRESS ? done : saved;
          (fault == Fault.FORGETS_GENERATOR ? new RandomStreams(1) : random).restore(in);
          byte[] state = StateArrays.readBytes(in);
          if (fault != Fault.FORGETS_ENVIRONMENT) {
            environment.restore(state);
          }
          StateArrays.read(in, ((ObservationBatch.Float32) outcome.observations()).values());
          StateArrays.read(in, sums);
          StateArrays.read(in, counts);
        });
    if (fault == Fault.FORGETS_TABLE) {
      Arrays.fill(sums, 0);
    }
  }
}
