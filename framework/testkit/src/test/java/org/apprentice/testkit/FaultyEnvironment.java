package org.apprentice.testkit;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.VectorEnvironment;

/**
 * A walk on a line that starts anywhere in (-1, 1) and ends beyond 1; correct but for one fault.
 */
final class FaultyEnvironment implements VectorEnvironment {
  enum Fault {
    NONE,
    FORGETS_GENERATOR,
    FORGETS_LENGTH,
    IGNORES_SEED,
    KEEPS_EARLIER_EPISODES,
    SAVING_DRAWS,
    ACCEPTS_FOREIGN_STATES,
    CRASHES_ON_FOREIGN_STATES,
    COPIES_ARE_EQUAL,
    STALE_FINAL_OBSERVATION,
    SHOWS_FINAL_OBSERVATION,
    LEAVES_TERMINATED,
    KEEPS_BATCH,
    LEAVES_THE_SPACE,
    BOTH_FLAGS,
    ENDS_UNFLAGGED,
    COUNTS_ONE_TOO_FEW,
    RETURN_LACKS_LAST_REWARD,
    CLIPS_ACTIONS_SILENTLY,
    MASK_WITHOUT_FORCE,
    ALLOCATES,
    OTHER_SPEC
  }

  private static final int LIMIT = 12;
  private static final EnvironmentSpec SPEC =
      new EnvironmentSpec(
          BoxSpace.of(new float[] {-1}, new float[] {2}), new ActionSpace.Discrete(2));

  private final Fault fault;
  private final double[] places;
  private final double[] returns;
  private final int[] lengths;
  private final long[] generators;
  private final boolean[] mask;
  private StepBatch first;

  FaultyEnvironment(Fault fault, int copies) {
    this.fault = fault;
    places = new double[copies];
    returns = new double[copies];
    lengths = new int[copies];
    generators = new long[copies];
    mask = fault == Fault.MASK_WITHOUT_FORCE ? new boolean[2 * copies] : null;
    for (int i = 1; mask != null && i < mask.length; i += 2) {
      mask[i] = true;
    }
  }

  record Settings() {}

  record Plugin(Fault fault) implements EnvironmentPlugin<Settings> {
    @Override
    public String name() {
      return "walk";
    }

    @Override
    public String description() {
      return "a walk with a fault";
    }

    @Override
    public Class<Settings> configType() {
      return Settings.class;
    }

    @Override
    public EnvironmentSpec spec(Settings config) {
      return fault == Fault.OTHER_SPEC
          ? new EnvironmentSpec(BoxSpace.unbounded(1), SPEC.actionSpace())
          : SPEC;
    }

    @Override
    public VectorEnvironment create(Settings config, int copies) {
      return new FaultyEnvironment(fault, copies);
    }
  }

  @Override
  public int size() {
    return places.length;
  }

  @Override
  public EnvironmentSpec spec() {
    return SPEC;
  }

  @Override
  public boolean[] actionMask() {
    return mask;
  }

  @Override
  public void reset(long seed, ObservationBatch out) {
    for (int copy = 0; copy < size(); copy++) {
      generators[copy] = fault == Fault.IGNORES_SEED ? copy : seed * 31 + copy;
      if (fault == Fault.COPIES_ARE_EQUAL) {
        generators[copy] = seed;
      }
      start(copy, out);
    }
    if (fault != Fault.KEEPS_EARLIER_EPISODES) {
      Arrays.fill(lengths, 0);
    }
    Arrays.fill(returns, 0);
  }

  private void start(int copy, ObservationBatch out) {
    generators[copy] = generators[copy] * 6364136223846793005L + 1442695040888963407L;
    places[copy] = (generators[copy] >> 11) * 0x1p-52 * 0.9;
    show(copy, out);
  }

  private void show(int copy, ObservationBatch out) {
    float shift = fault == Fault.LEAVES_THE_SPACE && lengths[copy] == 5 ? 3 : 0;
    ((ObservationBatch.Float32) out).values()[copy] = (float) places[copy] + shift;
  }

  @Override
  public void step(ActionBatch in, StepBatch out) {
    StepBatch batch = fault == Fault.KEEPS_BATCH ? kept(out) : out;
    int[] actions = ((ActionBatch.Discrete) in).values();
    for (int copy = 0; copy < size(); copy++) {
      int action =
          fault == Fault.CLIPS_ACTIONS_SILENTLY
              ? Math.min(Math.max(actions[copy], 0), 1)
              : actions[copy];
      if (action < 0 || action > 1) {
        throw new IllegalArgumentException("action must be 0 or 1, found " + action);
      }
      advance(copy, action, batch);
    }
    if (fault == Fault.ALLOCATES && out.rewards().clone().length == 0) {
      throw new IllegalStateException("keeps the allocation from being optimised away");
    }
  }

  private StepBatch kept(StepBatch out) {
    if (first == null) {
      first = out;
    }
    return first;
  }

  private void advance(int copy, int action, StepBatch out) {
    places[copy] = Math.max(-1, places[copy] + (action == 0 ? -0.3 : 0.5));
    double reward = -Math.abs(places[copy]) - 1;
    lengths[copy]++;
    boolean goal = places[copy] > 1;
    boolean limit = lengths[copy] >= LIMIT;
    boolean ended = goal || limit;
    out.rewards()[copy] = (float) reward;
    out.truncated()[copy] = fault == Fault.BOTH_FLAGS ? limit : limit && !goal;
    if (fault != Fault.LEAVES_TERMINATED || goal) {
      out.terminated()[copy] = goal;
    }
    if (fault == Fault.ENDS_UNFLAGGED) {
      out.truncated()[copy] = false;
    }
    out.episodeEnded()[copy] = ended;
    returns[copy] += fault == Fault.RETURN_LACKS_LAST_REWARD && ended ? 0 : reward;
    show(copy, out.observations());
    if (ended) {
      finish(copy, out);
    }
  }

  private void finish(int copy, StepBatch out) {
    out.episodeReturn()[copy] = returns[copy];
    out.episodeLength()[copy] = lengths[copy] - (fault == Fault.COUNTS_ONE_TOO_FEW ? 1 : 0);
    returns[copy] = 0;
    lengths[copy] = 0;
    if (fault != Fault.STALE_FINAL_OBSERVATION) {
      show(copy, out.finalObservations());
    }
    float last = ((ObservationBatch.Float32) out.observations()).values()[copy];
    start(copy, out.observations());
    if (fault == Fault.SHOWS_FINAL_OBSERVATION) {
      ((ObservationBatch.Float32) out.observations()).values()[copy] = last;
    }
  }

  @Override
  public byte[] save() {
    ByteBuffer state = ByteBuffer.allocate(8 + 28 * size()).putInt(0x57414C4B).putInt(size());
    for (int copy = 0; copy < size(); copy++) {
      state
          .putDouble(places[copy])
          .putDouble(returns[copy])
          .putInt(lengths[copy])
          .putLong(generators[copy]);
      if (fault == Fault.SAVING_DRAWS) {
        generators[copy]++;
      }
    }
    return state.array();
  }

  @Override
  public void restore(byte[] bytes) {
    boolean fits = bytes.length == 8 + 28 * size();
    if (!fits && fault == Fault.ACCEPTS_FOREIGN_STATES) {
      return;
    }
    ByteBuffer state = ByteBuffer.wrap(bytes);
    if (fault != Fault.CRASHES_ON_FOREIGN_STATES && (!fits || state.getInt() != 0x57414C4B)) {
      throw new IllegalArgumentException("this is no state of a walk with " + size() + " copies");
    }
    state.position(8);
    for (int copy = 0; copy < size(); copy++) {
      places[copy] = state.getDouble();
      returns[copy] = state.getDouble();
      int length = state.getInt();
      long generator = state.getLong();
      lengths[copy] = fault == Fault.FORGETS_LENGTH ? 0 : length;
      generators[copy] = fault == Fault.FORGETS_GENERATOR ? 1 : generator;
    }
  }
}
