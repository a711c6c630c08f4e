package corridor;

import com.google.inject.AbstractModule;
import com.google.inject.Inject;
import com.google.inject.Module;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Iteration;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkFactory;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.apprentice.spi.Policy;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;
import org.apprentice.spi.Progress;
import org.apprentice.spi.ProgressUnit;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.TrainingSettings;
import org.apprentice.spi.VectorEnvironment;

/** Changes the parameters at random and keeps a change that does not lower the reward per step. */
final class HillClimbing implements AlgorithmPlugin<HillClimbing.Config> {
  record Config(double scale, int trialSteps) {}

  @Override
  public String name() {
    return "hill-climbing";
  }

  @Override
  public Class<Config> configType() {
    return Config.class;
  }

  @Override
  public String description() {
    return "random changes, the better ones kept";
  }

  @Override
  public Module module(Config config) {
    return new AbstractModule() {
      @Override
      protected void configure() {
        bind(Config.class).toInstance(config);
        bind(Algorithm.class).to(Climber.class);
      }
    };
  }

  static final class Climber implements Algorithm {
    private final Config config;
    private final long budget;
    private final RandomStreams random;
    private final VectorEnvironment environment;
    private final StepBatch step;
    private final ActionBatch actions;
    private final boolean[] starts;
    private final Network network;
    private final float[] best;
    private double bestScore = Double.NEGATIVE_INFINITY;
    private long steps;

    @Inject
    Climber(
        Config config,
        EnvironmentFactory environments,
        NetworkFactory networks,
        TrainingSettings training,
        RandomStreams random) {
      this.config = config;
      this.random = random;
      budget = training.steps();
      environment = environments.create(environments.trainingCopies());
      step = StepBatch.allocate(environment.spec().observationSpace(), environment.size());
      actions = ActionBatch.allocate(environment.spec().actionSpace(), environment.size());
      starts = new boolean[environment.size()];
      network =
          networks.create(
              new NetworkSpec(
                  environment.spec().observationSpace(),
                  0,
                  List.of(
                      new NetworkSpec.Head(
                          "policy", environment.spec().actionSpace().width(), 1)),
                  random.seed("network"),
                  1));
      best = network.parameters().clone();
    }

    @Override
    public Iteration iterate() {
      RandomGenerator changes = random.stream("changes");
      for (int i = 0; i < best.length; i++) {
        network.parameters()[i] = best[i] + (float) (config.scale() * changes.nextGaussian());
      }
      network.parametersChanged();
      List<Iteration.Episode> episodes = play();
      double score =
          episodes.stream().mapToDouble(Iteration.Episode::episodeReturn).average().orElseThrow();
      if (score >= bestScore) {
        bestScore = score;
        System.arraycopy(network.parameters(), 0, best, 0, best.length);
      } else {
        System.arraycopy(best, 0, network.parameters(), 0, best.length);
        network.parametersChanged();
      }
      return new Iteration(Map.of("climbing/score", score), episodes);
    }

    private List<Iteration.Episode> play() {
      List<Iteration.Episode> episodes = new ArrayList<>();
      Policy policy = policy();
      PolicyState state = policy.newState(environment.size(), random.stream("actions"));
      environment.reset(random.seed("environment"), step.observations());
      for (int i = 0; i < config.trialSteps(); i++) {
        policy.act(PolicyInput.of(step.observations(), starts), state, true, actions);
        environment.step(actions, step);
        steps += environment.size();
        for (int copy = 0; copy < environment.size(); copy++) {
          if (step.episodeEnded()[copy]) {
            episodes.add(
                new Iteration.Episode(step.episodeReturn()[copy], step.episodeLength()[copy]));
          }
        }
      }
      return episodes;
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
      return new Greedy(network);
    }

    @Override
    public Network network() {
      return network;
    }

    @Override
    public void save(Path directory) throws IOException {
      StateFile.write(
          directory.resolve("climber.bin"),
          "hill-climbing-1",
          out -> {
            out.writeLong(steps);
            out.writeDouble(bestScore);
            StateArrays.write(out, best);
            random.save(out);
          });
    }

    @Override
    public void restore(Path directory) throws IOException {
      StateFile.read(
          directory.resolve("climber.bin"),
          "hill-climbing-1",
          in -> {
            steps = in.readLong();
            bestScore = in.readDouble();
            StateArrays.read(in, best);
            random.restore(in);
          });
      System.arraycopy(best, 0, network.parameters(), 0, best.length);
      network.parametersChanged();
    }

    @Override
    public void close() {
      environment.close();
    }
  }

  /** The action of the largest output. */
  private record Greedy(Network network) implements Policy {
    @Override
    public PolicyState newState(int rows, RandomGenerator random) {
      return new State(rows, network.pass(1, rows), random);
    }

    @Override
    public void act(
        PolicyInput input, PolicyState state, boolean deterministic, ActionBatch out) {
      Pass pass = ((State) state).pass;
      network.forward(pass, Inputs.of(input.observations(), state.rows()));
      for (int row = 0; row < state.rows(); row++) {
        boolean right = pass.output(0)[2 * row + 1] > pass.output(0)[2 * row];
        ((ActionBatch.Discrete) out).values()[row] = right ? 1 : 0;
      }
    }
  }

  private static final class State extends PolicyState {
    private final Pass pass;

    State(int rows, Pass pass, RandomGenerator random) {
      super(rows, new float[0], random);
      this.pass = pass;
    }
  }
}
