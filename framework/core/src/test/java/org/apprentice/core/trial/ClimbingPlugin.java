package org.apprentice.core.trial;

import com.google.inject.AbstractModule;
import com.google.inject.Inject;
import com.google.inject.Module;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.StateFile;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Iteration;
import org.apprentice.spi.Network;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Plugin;
import org.apprentice.spi.Policy;
import org.apprentice.spi.PolicyInput;
import org.apprentice.spi.PolicyState;
import org.apprentice.spi.Progress;
import org.apprentice.spi.ProgressUnit;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.TrainingSettings;
import org.apprentice.spi.VectorEnvironment;

/**
 * A trial that takes no time: a hill that rewards the action itself, and an algorithm whose action
 * grows with every round. Both draw random numbers, and the algorithm remembers what it saw, so
 * that a resumed run which forgot anything would differ.
 */
public final class ClimbingPlugin implements Plugin {
  @Override
  public List<EnvironmentPlugin<?>> environments() {
    return List.of(new Hill());
  }

  @Override
  public List<AlgorithmPlugin<?>> algorithms() {
    return List.of(new Climb());
  }

  /** Episodes of two steps; odd copies are rewarded twice the action. */
  static final class Hill implements EnvironmentPlugin<Hill.HillConfig> {
    record HillConfig() {}

    static final EnvironmentSpec SPEC =
        new EnvironmentSpec(
            BoxSpace.unbounded(1), new ActionSpace.Continuous(new float[] {0}, new float[] {100}));

    @Override
    public String name() {
      return "hill";
    }

    @Override
    public Class<HillConfig> configType() {
      return HillConfig.class;
    }

    @Override
    public String description() {
      return "the higher the better";
    }

    @Override
    public EnvironmentSpec spec(HillConfig config) {
      return SPEC;
    }

    @Override
    public VectorEnvironment create(HillConfig config, int copies) {
      return new Copies(copies);
    }

    private record Copies(long[] state, double[] returns) implements VectorEnvironment {
      Copies(int copies) {
        this(new long[copies + 1], new double[copies]);
      }

      @Override
      public int size() {
        return returns.length;
      }

      @Override
      public EnvironmentSpec spec() {
        return SPEC;
      }

      @Override
      public void reset(long seed, ObservationBatch out) {
        Arrays.fill(state, seed);
        state[size()] = 0;
        Arrays.fill(returns, 0);
        show(out);
      }

      private void show(ObservationBatch out) {
        for (int copy = 0; copy < size(); copy++) {
          state[copy] = state[copy] * 6364136223846793005L + 1442695040888963407L + copy;
          ((ObservationBatch.Float32) out).values()[copy] = (state[copy] >>> 40) * 0x1p-24f;
        }
      }

      @Override
      public void step(ActionBatch in, StepBatch out) {
        boolean last = ++state[size()] % 2 == 0;
        for (int copy = 0; copy < size(); copy++) {
          float reward = ((ActionBatch.Continuous) in).values()[copy] * (1 + copy % 2);
          returns[copy] += reward;
          out.rewards()[copy] = reward;
          out.terminated()[copy] = last;
          out.episodeEnded()[copy] = last;
          out.episodeReturn()[copy] = returns[copy];
          out.episodeLength()[copy] = 2;
          if (last) {
            returns[copy] = 0;
          }
        }
        show(out.observations());
      }

      @Override
      public byte[] save() {
        ByteBuffer bytes = ByteBuffer.allocate(8 * (state.length + returns.length));
        bytes.asLongBuffer().put(state);
        bytes.position(8 * state.length).asDoubleBuffer().put(returns);
        return bytes.array();
      }

      @Override
      public void restore(byte[] saved) {
        ByteBuffer bytes = ByteBuffer.wrap(saved);
        bytes.asLongBuffer().get(state);
        bytes.position(8 * state.length).asDoubleBuffer().get(returns);
      }
    }
  }

  /** What the climber says of its first two rounds. */
  static final String WARNING = "The climb begins low.";

  static final class Climb implements AlgorithmPlugin<Climb.ClimbConfig> {
    record ClimbConfig(long divergeAt) {}

    @Override
    public String name() {
      return "climb";
    }

    @Override
    public Class<ClimbConfig> configType() {
      return ClimbConfig.class;
    }

    @Override
    public String description() {
      return "higher with every round";
    }

    @Override
    public boolean usesNetwork() {
      return false;
    }

    @Override
    public Module module(ClimbConfig config) {
      return new AbstractModule() {
        @Override
        protected void configure() {
          bind(ClimbConfig.class).toInstance(config);
          bind(Algorithm.class).to(Climber.class);
        }
      };
    }
  }

  /** One step of all copies is one round. */
  private static final class Climber implements Algorithm, Policy {
    private final Climb.ClimbConfig config;
    private final VectorEnvironment environment;
    private final RandomStreams random;
    private final long budget;
    private final StepBatch step;
    private final ActionBatch actions;
    private double height;
    private double seen;
    private long steps;

    @Inject
    Climber(
        Climb.ClimbConfig config,
        EnvironmentFactory environments,
        TrainingSettings training,
        RandomStreams random) {
      this.config = config;
      this.random = random;
      budget = training.steps();
      environment = environments.create(environments.trainingCopies());
      step = StepBatch.allocate(environment.spec().observationSpace(), environment.size());
      actions = ActionBatch.allocate(environment.spec().actionSpace(), environment.size());
      environment.reset(random.seed("environment"), step.observations());
    }

    @Override
    public Iteration iterate() {
      height += 0.5 + random.stream("climb").nextDouble();
      act(PolicyInput.of(step.observations(), new boolean[0]), null, true, actions);
      environment.step(actions, step);
      List<Iteration.Episode> episodes = new ArrayList<>();
      for (int copy = 0; copy < environment.size(); copy++) {
        seen = 0.9 * seen + ((ObservationBatch.Float32) step.observations()).values()[copy];
        if (step.episodeEnded()[copy]) {
          episodes.add(new Iteration.Episode(step.episodeReturn()[copy], 2));
        }
      }
      steps += environment.size();
      boolean diverged = config.divergeAt() > 0 && steps >= config.divergeAt();
      return new Iteration(
          Map.of("losses/loss", diverged ? Double.NaN : seen, "policy/height", height),
          episodes,
          steps <= 2L * environment.size() ? List.of(WARNING) : List.of());
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
      Arrays.fill(((ActionBatch.Continuous) out).values(), (float) height);
    }

    @Override
    public void save(Path directory) throws IOException {
      StateFile.write(
          directory.resolve("climb.bin"),
          "climb-1",
          out -> {
            out.writeDouble(height);
            out.writeDouble(seen);
            out.writeLong(steps);
            random.save(out);
            out.writeFloat(((ObservationBatch.Float32) step.observations()).values()[0]);
            byte[] copies = environment.save();
            out.writeInt(copies.length);
            out.write(copies);
          });
    }

    @Override
    public void restore(Path directory) throws IOException {
      StateFile.read(
          directory.resolve("climb.bin"),
          "climb-1",
          in -> {
            height = in.readDouble();
            seen = in.readDouble();
            steps = in.readLong();
            random.restore(in);
            ((ObservationBatch.Float32) step.observations()).values()[0] = in.readFloat();
            environment.restore(in.readNBytes(in.readInt()));
          });
    }
  }
}
