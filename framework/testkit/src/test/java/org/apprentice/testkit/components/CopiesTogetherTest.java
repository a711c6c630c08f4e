package org.apprentice.testkit.components;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.CopiesTogether;
import org.apprentice.spi.Environment;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.SoleCopy;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.VectorEnvironment;
import org.apprentice.testkit.EnvironmentContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Single environments, made of vector environments of one copy, stepped together. */
class CopiesTogetherTest {
  private static <C extends Record> VectorEnvironment together(
      EnvironmentPlugin<C> plugin, C config, int copies, int threads) {
    return new CopiesTogether(
        plugin.spec(config), () -> new SoleCopy(plugin.create(config, 1)), copies, threads);
  }

  @Nested
  class InTheCallersThread implements EnvironmentContract<IdentityConfig> {
    @Override
    public EnvironmentPlugin<IdentityConfig> plugin() {
      return TestkitPlugin.IDENTITY_MASKED;
    }

    @Override
    public IdentityConfig config() {
      return new IdentityConfig(4, 16);
    }

    @Override
    public VectorEnvironment open(int copies) {
      return together(plugin(), config(), copies, 1);
    }
  }

  @Nested
  class InTwoThreads implements EnvironmentContract<IdentityImageConfig> {
    @Override
    public EnvironmentPlugin<IdentityImageConfig> plugin() {
      return TestkitPlugin.IDENTITY_IMAGE;
    }

    @Override
    public IdentityImageConfig config() {
      return new IdentityImageConfig(16);
    }

    @Override
    public VectorEnvironment open(int copies) {
      return together(plugin(), config(), copies, 2);
    }
  }

  @Nested
  class WithRealActions implements EnvironmentContract<IdentityContinuousConfig> {
    @Override
    public EnvironmentPlugin<IdentityContinuousConfig> plugin() {
      return TestkitPlugin.IDENTITY_CONTINUOUS;
    }

    @Override
    public IdentityContinuousConfig config() {
      return new IdentityContinuousConfig(16);
    }

    @Override
    public VectorEnvironment open(int copies) {
      return together(plugin(), config(), copies, 3);
    }
  }

  @Test
  void whatComesOutDoesNotDependOnTheThreads() {
    List<List<String>> traces = new ArrayList<>();
    for (int threads : new int[] {1, 2, 3, 8}) {
      try (VectorEnvironment environment =
          together(TestkitPlugin.IDENTITY_IMAGE, new IdentityImageConfig(5), 5, threads)) {
        ObservationBatch shown =
            ObservationBatch.allocate(environment.spec().observationSpace(), 5);
        environment.reset(3, shown);
        StepBatch step = StepBatch.allocate(environment.spec().observationSpace(), 5);
        List<String> trace = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
          environment.step(new ActionBatch.Discrete(new int[] {0, 1, 2, 3, i % 4}), step);
          trace.add(
              java.util.Arrays.toString(step.rewards())
                  + java.util.Arrays.hashCode(
                      ((ObservationBatch.UInt8) step.observations()).values()));
        }
        traces.add(trace);
      }
    }
    assertThat(traces).allSatisfy(trace -> assertThat(trace).isEqualTo(traces.get(0)));
  }

  /** Loses a life every third step, and has three. */
  private static final class Lives extends Delegating {
    private final List<String> calls;
    private int step;

    Lives(List<String> calls) {
      super(TestkitPlugin.IDENTITY, new IdentityConfig(2, 1000));
      this.calls = calls;
    }

    @Override
    public void reset() {
      step = 0;
      calls.add("reset");
      super.reset();
    }

    @Override
    public void nextLife() {
      calls.add("next life");
    }

    @Override
    public void step(ActionBatch actions, int row, Outcome out) {
      super.step(actions, row, out);
      step++;
      out.reward = 1;
      out.terminated = step % 3 == 0;
      out.truncated = false;
      out.episodeEnded = step == 9;
      out.episodeReturn = 10 * step;
    }
  }

  /** Passes everything on. */
  private abstract static class Delegating implements Environment {
    private final Environment inner;

    <C extends Record> Delegating(EnvironmentPlugin<C> plugin, C config) {
      inner = new SoleCopy(plugin.create(config, 1));
    }

    @Override
    public org.apprentice.spi.EnvironmentSpec spec() {
      return inner.spec();
    }

    @Override
    public void seed(long seed) {
      inner.seed(seed);
    }

    @Override
    public void reset() {
      inner.reset();
    }

    @Override
    public void step(ActionBatch actions, int row, Outcome out) {
      inner.step(actions, row, out);
    }

    @Override
    public void observe(ObservationBatch out, int row) {
      inner.observe(out, row);
    }

    @Override
    public void save(java.io.DataOutput out) throws java.io.IOException {
      inner.save(out);
    }

    @Override
    public void restore(java.io.DataInput in) throws java.io.IOException {
      inner.restore(in);
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  @Test
  void aLostLifeEndsLearningAndNotTheGame() {
    List<String> calls = new ArrayList<>();
    Lives lives = new Lives(calls);
    try (CopiesTogether environment = new CopiesTogether(lives.spec(), () -> lives, 1, 1)) {
      StepBatch step = StepBatch.allocate(lives.spec().observationSpace(), 1);
      environment.reset(1, step.observations());
      for (int i = 1; i <= 9; i++) {
        environment.step(new ActionBatch.Discrete(new int[] {0}), step);
        assertThat(step.terminated()[0]).as("step %d", i).isEqualTo(i % 3 == 0);
        assertThat(step.episodeEnded()[0]).as("step %d", i).isEqualTo(i == 9);
      }
      assertThat(step.episodeReturn()[0]).isEqualTo(90);
      assertThat(step.episodeLength()[0]).isEqualTo(9);
      assertThat(calls).containsExactly("reset", "next life", "next life", "reset");
    }
  }

  @Test
  void eachCopyBelongsToOneThread() {
    Set<String> users = ConcurrentHashMap.newKeySet();
    List<Environment> made = Collections.synchronizedList(new ArrayList<>());
    class Watched extends Delegating {
      private final Thread maker = Thread.currentThread();

      Watched() {
        super(TestkitPlugin.IDENTITY, new IdentityConfig(2, 4));
        made.add(this);
      }

      private void use(String what) {
        users.add(maker == Thread.currentThread() ? "maker" : what + " by another");
      }

      @Override
      public void reset() {
        use("reset");
        super.reset();
      }

      @Override
      public void step(ActionBatch actions, int row, Outcome out) {
        use("step");
        super.step(actions, row, out);
      }

      @Override
      public void save(java.io.DataOutput out) throws java.io.IOException {
        use("save");
        super.save(out);
      }

      @Override
      public void close() {
        use("close");
        super.close();
      }
    }
    try (CopiesTogether environment =
        new CopiesTogether(
            TestkitPlugin.IDENTITY.spec(new IdentityConfig(2, 4)), Watched::new, 4, 2)) {
      StepBatch step = StepBatch.allocate(environment.spec().observationSpace(), 4);
      environment.reset(1, step.observations());
      environment.step(new ActionBatch.Discrete(new int[4]), step);
      environment.save();
    }
    assertThat(made).hasSize(4);
    assertThat(users).containsExactly("maker");
  }

  @Test
  void aGameGivenUpInItsMiddleBeginsAnother() {
    SoleCopy copy = new SoleCopy(TestkitPlugin.RECALL.create(new RecallConfig(8, 4), 1));
    ObservationBatch shown = ObservationBatch.allocate(copy.spec().observationSpace(), 1);
    Set<String> cues = ConcurrentHashMap.newKeySet();
    copy.seed(3);
    for (int game = 0; game < 40; game++) {
      copy.reset();
      copy.observe(shown, 0);
      cues.add(java.util.Arrays.toString(((ObservationBatch.Float32) shown).values()));
      copy.step(new ActionBatch.Discrete(new int[] {0}), 0, new Environment.Outcome());
    }
    assertThat(cues).as("cues of games that were given up").hasSizeGreaterThan(3);
  }

  @Test
  void whatACopyThrowsIsThrownToTheCaller() {
    try (VectorEnvironment environment =
        together(TestkitPlugin.IDENTITY, new IdentityConfig(4, 16), 3, 2)) {
      StepBatch step = StepBatch.allocate(environment.spec().observationSpace(), 3);
      assertThatThrownBy(() -> environment.step(new ActionBatch.Discrete(new int[3]), step))
          .hasMessage("reset must be called before the first step");
      environment.reset(1, step.observations());
      assertThatThrownBy(
              () -> environment.step(new ActionBatch.Discrete(new int[] {0, 9, 0}), step))
          .isInstanceOf(IllegalArgumentException.class);
      environment.step(new ActionBatch.Discrete(new int[3]), step);
    }
  }
}
