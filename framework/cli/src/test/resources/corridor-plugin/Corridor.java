package corridor;

import java.nio.ByteBuffer;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.VectorEnvironment;

/**
 * Walk from the left end of a corridor to the right one: action 1 goes right, action 0 left. Each
 * step costs 1; after four times the length the episode is cut off.
 */
final class Corridor implements EnvironmentPlugin<Corridor.Config> {
  record Config(int length) {
    Config {
      if (length < 1) {
        throw new IllegalArgumentException("length must be at least 1, found " + length);
      }
    }
  }

  @Override
  public String name() {
    return "corridor";
  }

  @Override
  public Class<Config> configType() {
    return Config.class;
  }

  @Override
  public String description() {
    return "walk to the other end";
  }

  @Override
  public EnvironmentSpec spec(Config config) {
    return new EnvironmentSpec(
        BoxSpace.of(new float[] {0}, new float[] {1}), new ActionSpace.Discrete(2));
  }

  @Override
  public VectorEnvironment create(Config config, int copies) {
    return new Copies(spec(config), config.length(), new int[copies], new int[copies]);
  }

  private record Copies(EnvironmentSpec spec, int length, int[] positions, int[] steps)
      implements VectorEnvironment {
    @Override
    public int size() {
      return positions.length;
    }

    @Override
    public void reset(long seed, ObservationBatch out) {
      for (int copy = 0; copy < size(); copy++) {
        start(copy, out);
      }
    }

    private void start(int copy, ObservationBatch out) {
      positions[copy] = 0;
      steps[copy] = 0;
      show(copy, out);
    }

    private void show(int copy, ObservationBatch out) {
      ((ObservationBatch.Float32) out).values()[copy] = positions[copy] / (float) length;
    }

    @Override
    public void step(ActionBatch in, StepBatch out) {
      int[] actions = ((ActionBatch.Discrete) in).values();
      for (int copy = 0; copy < size(); copy++) {
        positions[copy] = Math.max(0, positions[copy] + (actions[copy] == 1 ? 1 : -1));
        steps[copy]++;
        boolean arrived = positions[copy] == length;
        boolean cutOff = !arrived && steps[copy] == 4 * length;
        out.rewards()[copy] = -1;
        out.terminated()[copy] = arrived;
        out.truncated()[copy] = cutOff;
        out.episodeEnded()[copy] = arrived || cutOff;
        show(copy, out.observations());
        if (arrived || cutOff) {
          out.episodeReturn()[copy] = -steps[copy];
          out.episodeLength()[copy] = steps[copy];
          show(copy, out.finalObservations());
          start(copy, out.observations());
        }
      }
    }

    @Override
    public byte[] save() {
      ByteBuffer state = ByteBuffer.allocate(2 * size() * Integer.BYTES);
      state.asIntBuffer().put(positions).put(steps);
      return state.array();
    }

    @Override
    public void restore(byte[] state) {
      if (state.length != 2 * size() * Integer.BYTES) {
        throw new IllegalArgumentException("the state is one of another number of copies");
      }
      ByteBuffer.wrap(state).asIntBuffer().get(positions).get(steps);
    }
  }
}
