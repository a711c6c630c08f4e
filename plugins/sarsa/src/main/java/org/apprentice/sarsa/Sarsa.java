package org.apprentice.sarsa;

import com.google.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.StateArrays;
import org.apprentice.rl.StateFile;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Iteration;
import org.apprentice.spi.Network;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Policy;
import org.apprentice.spi.Progress;
import org.apprentice.spi.ProgressUnit;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.TrainingSettings;
import org.apprentice.spi.VectorEnvironment;

/**
 * Episodic semi-gradient SARSA(lambda) with binary features (Sutton and Barto 2018, section 12.7):
 * values of an epsilon-greedy policy are learned while it acts. A terminated episode has no value
 * beyond its last step; a truncated one has that of its final observation.
 *
 * <p>Copies of the environment are stepped together and learn one after the other into the same
 * weights, each along its own traces.
 */
final class Sarsa implements Algorithm {
  private static final String FORMAT = "sarsa-1";

  private final SarsaConfig config;
  private final long budget;
  private final RandomStreams random;
  private final RandomGenerator exploration;
  private final VectorEnvironment environment;
  private final ActionValues values;
  private final TilePolicy policy;
  private final double traceDecay;

  /** By copy. */
  private final Traces[] traces;

  private final StepBatch step;
  private final float[] observations;
  private final float[] finalObservations;
  private final int observationWidth;
  private final ActionBatch.Discrete actions;

  /** Of the observations that the actions were chosen for, {@code [copies x tilings]}. */
  private final int[] tiles;

  private final int[] nextTiles;
  private final double[] nextValues;
  private final List<Iteration.Episode> episodes = new ArrayList<>();
  private double epsilon;
  private double stepSize;
  private long steps;
  private double squaredErrors;
  private long traceCount;

  @Inject
  Sarsa(
      SarsaConfig config,
      EnvironmentFactory environments,
      TrainingSettings training,
      RandomStreams random) {
    this.config = config;
    this.random = random;
    budget = training.steps();
    exploration = random.stream("exploration");
    environment = environments.create(environments.trainingCopies());
    EnvironmentSpec spec = environment.spec();
    int copies = environment.size();
    int actionCount = spec.actionSpace().width();
    int places = config.memory() / actionCount;
    TileCoding coding =
        new TileCoding(
            (BoxSpace) spec.observationSpace(),
            config.ranges(),
            config.tilings(),
            config.tiles(),
            places,
            random.seed("tiles"));
    values = new ActionValues(coding, places, actionCount, config.initialValue());
    policy = new TilePolicy(values, () -> epsilon);
    traceDecay = config.gamma() * config.lambda();
    epsilon = config.epsilon();
    traces = new Traces[copies];
    step = StepBatch.allocate(spec.observationSpace(), copies);
    observations = ((ObservationBatch.Float32) step.observations()).values();
    finalObservations = ((ObservationBatch.Float32) step.finalObservations()).values();
    observationWidth = spec.observationSpace().width();
    actions = new ActionBatch.Discrete(new int[copies]);
    tiles = new int[copies * config.tilings()];
    nextTiles = new int[config.tilings()];
    nextValues = new double[actionCount];
    environment.reset(random.seed("environment"), step.observations());
    for (int copy = 0; copy < copies; copy++) {
      traces[copy] = new Traces(values.weights().length, config.traceThreshold());
      begin(copy);
    }
  }

  /** Chooses the first action of an episode. */
  private void begin(int copy) {
    traces[copy].clear();
    actions.values()[copy] = choose(observations, copy, environment.actionMask());
    System.arraycopy(nextTiles, 0, tiles, copy * nextTiles.length, nextTiles.length);
  }

  /** An epsilon-greedy action; leaves the observation's tiles and values. */
  private int choose(float[] from, int copy, boolean[] mask) {
    values.coding().meet(from, copy * observationWidth, nextTiles, 0);
    values.all(nextTiles, 0, nextValues);
    return ActionValues.epsilonGreedy(
        nextValues, mask, copy * values.actions(), epsilon, exploration);
  }

  @Override
  public Iteration iterate() {
    episodes.clear();
    squaredErrors = 0;
    traceCount = 0;
    long before = steps;
    stepSize =
        config.stepSizeSchedule().at(config.stepSize(), progress().remaining()) / config.tilings();
    long environmentNanos = 0;
    long start = System.nanoTime();
    long end = Math.min(steps + config.iterationSteps(), budget);
    while (steps < end) {
      long stepped = System.nanoTime();
      environment.step(actions, step);
      environmentNanos += System.nanoTime() - stepped;
      for (int copy = 0; copy < traces.length; copy++) {
        learn(copy);
      }
      steps += traces.length;
    }
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("value/loss", squaredErrors / (steps - before));
    metrics.put("sarsa/epsilon", epsilon);
    metrics.put("sarsa/active-traces", traceCount / (double) (steps - before));
    metrics.put(
        "sarsa/memory-used", values.coding().met() * values.actions() / (double) config.memory());
    metrics.put("time/environment", environmentNanos * 1e-9);
    metrics.put("time/update", (System.nanoTime() - start - environmentNanos) * 1e-9);
    return new Iteration(metrics, List.copyOf(episodes));
  }

  private void learn(int copy) {
    int action = actions.values()[copy];
    int at = copy * nextTiles.length;
    boolean terminated = step.terminated()[copy];
    boolean truncated = step.truncated()[copy];
    double error = step.rewards()[copy] - values.of(tiles, at, action);
    visit(traces[copy], at, action);
    if (!terminated) {
      // the mask of a truncated episode's last observation is not known
      int next =
          truncated
              ? choose(finalObservations, copy, null)
              : choose(observations, copy, environment.actionMask());
      error += config.gamma() * nextValues[next];
      actions.values()[copy] = next;
      System.arraycopy(nextTiles, 0, tiles, at, nextTiles.length);
    }
    traceCount += traces[copy].count();
    squaredErrors += error * error;
    traces[copy].update(values.weights(), stepSize * error, traceDecay);
    if (step.episodeEnded()[copy]) {
      episodes.add(new Iteration.Episode(step.episodeReturn()[copy], step.episodeLength()[copy]));
      epsilon = Math.max(config.epsilonMinimum(), epsilon * config.epsilonDecay());
    }
    if (terminated || truncated) {
      begin(copy);
    }
  }

  /** The tiles of an observation and its action become eligible. */
  private void visit(Traces eligible, int at, int action) {
    for (int i = at; i < at + nextTiles.length; i++) {
      int first = tiles[i] * values.actions();
      if (config.traces() == SarsaConfig.TraceKind.ACCUMULATING) {
        eligible.add(first + action, 1);
      } else {
        for (int other = 0; other < values.actions(); other++) {
          if (other != action) {
            eligible.remove(first + other);
          }
        }
        eligible.set(first + action, 1);
      }
    }
  }

  @Override
  public boolean finished() {
    return steps >= budget;
  }

  @Override
  public Progress progress() {
    return new Progress(steps, budget, ProgressUnit.ENVIRONMENT_STEPS, steps);
  }

  @Override
  public Policy policy() {
    return policy;
  }

  ActionValues values() {
    return values;
  }

  /** None: values are linear in the tiles. */
  @Override
  public Network network() {
    return null;
  }

  @Override
  public void save(Path directory) throws IOException {
    StateFile.write(
        directory.resolve("sarsa.bin"),
        FORMAT,
        out -> {
          out.writeLong(steps);
          out.writeDouble(epsilon);
          values.save(out);
          random.save(out);
          StateArrays.write(out, environment.save());
          for (int copy = 0; copy < traces.length; copy++) {
            traces[copy].save(out);
            out.writeInt(actions.values()[copy]);
          }
          for (int tile : tiles) {
            out.writeInt(tile);
          }
        });
  }

  @Override
  public void restore(Path directory) throws IOException {
    StateFile.read(
        directory.resolve("sarsa.bin"),
        FORMAT,
        in -> {
          steps = in.readLong();
          epsilon = in.readDouble();
          values.restore(in);
          random.restore(in);
          environment.restore(StateArrays.readBytes(in));
          for (int copy = 0; copy < traces.length; copy++) {
            traces[copy].restore(in);
            actions.values()[copy] = in.readInt();
          }
          for (int i = 0; i < tiles.length; i++) {
            tiles[i] = in.readInt();
          }
        });
  }

  @Override
  public void close() {
    environment.close();
  }
}
