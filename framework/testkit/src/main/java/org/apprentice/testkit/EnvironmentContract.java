package org.apprentice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.Component;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Space;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.VectorEnvironment;
import org.junit.jupiter.api.Test;

/**
 * What every environment keeps. A test class implements this and gives the environment; several in
 * one class by {@code @Nested} classes.
 *
 * @param <C> the environment's settings
 */
public interface EnvironmentContract<C extends Record> extends ConfigContract {
  EnvironmentPlugin<C> plugin();

  @Override
  default Component<?> component() {
    return plugin();
  }

  /** Settings with which several episodes end within {@link #steps()} random steps. */
  C config();

  /** How many steps a test takes. */
  default int steps() {
    return 300;
  }

  /** Whether episodes start differently. */
  default boolean startsAreRandom() {
    return true;
  }

  /** Whether {@link StepBatch#rewards()} are the raw ones that the episode's return adds up. */
  default boolean rewardsAreRaw() {
    return true;
  }

  /** What this contract looks at; a test of wrappers puts them around. */
  default VectorEnvironment open(int copies) {
    return plugin().create(config(), copies);
  }

  /** What {@link #open} shows and takes, known without it. */
  default EnvironmentSpec spec() {
    return plugin().spec(config());
  }

  @Test
  default void specOfThePluginIsTheEnvironments() {
    try (VectorEnvironment environment = open(3)) {
      assertThat(environment.spec()).isEqualTo(spec());
      assertThat(environment.size()).isEqualTo(3);
    }
  }

  @Test
  default void sameSeedGivesTheSameBits() {
    try (VectorEnvironment one = open(3);
        VectorEnvironment other = open(3)) {
      EnvironmentProbe first = new EnvironmentProbe(one);
      List<String> expected = first.reset(7);
      expected.addAll(first.steps(steps()));

      EnvironmentProbe second = new EnvironmentProbe(other);
      second.reset(8);
      second.steps(11);
      List<String> again = second.drawActions(1).reset(7);
      again.addAll(second.steps(steps()));
      assertThat(again).as("seed 7 after other episodes").isEqualTo(expected);
    }
  }

  @Test
  default void otherSeedGivesOtherEpisodes() {
    if (startsAreRandom()) {
      try (VectorEnvironment environment = open(3)) {
        EnvironmentProbe probe = new EnvironmentProbe(environment);
        List<String> first = probe.reset(7);
        first.addAll(probe.steps(steps()));
        List<String> second = probe.drawActions(1).reset(8);
        second.addAll(probe.steps(steps()));
        assertThat(second).isNotEqualTo(first);
      }
    }
  }

  @Test
  default void copiesDiffer() {
    if (startsAreRandom()) {
      try (VectorEnvironment environment = open(2)) {
        EnvironmentProbe probe = new EnvironmentProbe(environment);
        probe.reset(7);
        boolean differ = false;
        for (int step = 0; step < steps() && !differ; step++) {
          ObservationBatch shown = probe.outcome().observations();
          differ = !EnvironmentProbe.digest(shown, 0).equals(EnvironmentProbe.digest(shown, 1));
          probe.drawActions();
          probe.actions().copyTo(0, probe.actions(), 1, 1);
          environment.step(probe.actions(), probe.outcome());
        }
        assertThat(differ).as("two copies with the same actions show something different").isTrue();
      }
    }
  }

  @Test
  default void restoredStateContinuesBitForBit() {
    for (int before : new int[] {0, 1, 7, steps() / 3}) {
      try (VectorEnvironment original = open(3);
          VectorEnvironment other = open(3)) {
        EnvironmentProbe probe = new EnvironmentProbe(original);
        probe.reset(7);
        probe.steps(before);
        byte[] state = original.save();
        List<String> expected = probe.drawActions(2).steps(steps());
        assertThat(String.join("\n", expected)).as("an episode has to end").contains("episode of");

        String moment = "after " + before + " steps";
        other.restore(state);
        assertThat(other.save()).as("state saved again " + moment).isEqualTo(state);
        assertThat(new EnvironmentProbe(other).drawActions(2).steps(steps()))
            .as("restored into a fresh environment " + moment)
            .isEqualTo(expected);
        original.restore(state);
        assertThat(probe.drawActions(2).steps(steps()))
            .as("restored into the same environment " + moment)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  default void savingDisturbsNothing() {
    try (VectorEnvironment one = open(2);
        VectorEnvironment other = open(2)) {
      EnvironmentProbe undisturbed = new EnvironmentProbe(one);
      EnvironmentProbe saved = new EnvironmentProbe(other);
      undisturbed.reset(7);
      saved.reset(7);
      for (int step = 0; step < Math.min(40, steps()); step++) {
        other.save();
        assertThat(saved.steps(1)).as("step %d", step).isEqualTo(undisturbed.steps(1));
      }
    }
  }

  @Test
  default void foreignStatesAreRefused() {
    try (VectorEnvironment two = open(2);
        VectorEnvironment three = open(3)) {
      new EnvironmentProbe(two).reset(7);
      byte[] state = two.save();
      assertRefused(three, state, "a state with another number of copies");
      assertRefused(two, new byte[0], "no bytes at all");
      assertRefused(two, new byte[state.length], "zeros");
      assertRefused(two, Arrays.copyOf(state, state.length / 2), "half a state");
      assertRefused(two, Arrays.copyOf(state, state.length - 1), "a state without its last byte");
    }
  }

  private static void assertRefused(VectorEnvironment environment, byte[] state, String what) {
    assertThatThrownBy(() -> environment.restore(state))
        .as(what)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("(?s).{10,}");
  }

  @Test
  default void everyValidElementOfTheBatchesIsWritten() {
    try (VectorEnvironment one = open(3);
        VectorEnvironment other = open(3)) {
      EnvironmentProbe first = new EnvironmentProbe(one);
      EnvironmentProbe second = new EnvironmentProbe(other);
      first.scribble((byte) 3);
      second.scribble((byte) 8);
      assertThat(second.reset(7)).isEqualTo(first.reset(7));
      for (int step = 0; step < steps(); step++) {
        first.scribble((byte) 3);
        second.scribble((byte) 8);
        assertThat(second.steps(1)).as("step %d", step).isEqualTo(first.steps(1));
      }
    }
  }

  @Test
  default void batchesBelongToTheCaller() {
    try (VectorEnvironment one = open(3);
        VectorEnvironment other = open(3)) {
      EnvironmentProbe same = new EnvironmentProbe(one);
      EnvironmentProbe fresh = new EnvironmentProbe(other);
      same.reset(7);
      fresh.reset(7);
      for (int step = 0; step < Math.min(60, steps()); step++) {
        fresh.scribble((byte) 5);
        StepBatch abandoned = fresh.outcome();
        float[] before = abandoned.rewards().clone();
        assertThat(fresh.useFreshBatches().steps(1)).as("step %d", step).isEqualTo(same.steps(1));
        assertThat(abandoned.rewards()).as("rewards of an earlier batch").isEqualTo(before);
      }
    }
  }

  @Test
  default void observationsLieInTheirSpace() {
    try (VectorEnvironment environment = open(3)) {
      EnvironmentProbe probe = new EnvironmentProbe(environment);
      Space space = environment.spec().observationSpace();
      probe.reset(7);
      StepBatch outcome = probe.outcome();
      for (int step = 0; step < steps(); step++) {
        for (int copy = 0; copy < 3; copy++) {
          assertInside(space, outcome.observations(), copy, "observation before step " + step);
        }
        probe.step();
        for (int copy = 0; copy < 3; copy++) {
          if (outcome.terminated()[copy] || outcome.truncated()[copy]) {
            assertInside(
                space, outcome.finalObservations(), copy, "final observation of step " + step);
          }
        }
      }
    }
  }

  private static void assertInside(Space space, ObservationBatch batch, int row, String what) {
    assertThat(batch.width()).as("width of observations").isEqualTo(space.width());
    if (space instanceof BoxSpace box && batch instanceof ObservationBatch.Float32 floats) {
      for (int i = 0; i < box.width(); i++) {
        assertThat(floats.values()[row * box.width() + i])
            .as("element %d of the %s", i, what)
            .isBetween(box.low()[i], box.high()[i]);
      }
    }
  }

  @Test
  default void finishedCopiesShowTheNextEpisodeAtOnce() {
    try (VectorEnvironment environment = open(3)) {
      EnvironmentProbe probe = new EnvironmentProbe(environment);
      probe.reset(7);
      StepBatch outcome = probe.outcome();
      int ends = 0;
      int same = 0;
      for (int step = 0; step < steps(); step++) {
        probe.step();
        for (int copy = 0; copy < 3; copy++) {
          boolean over = outcome.terminated()[copy] || outcome.truncated()[copy];
          assertThat(outcome.terminated()[copy] && outcome.truncated()[copy])
              .as("step %d of copy %d is terminated and truncated", step, copy)
              .isFalse();
          assertThat(!outcome.episodeEnded()[copy] || over)
              .as(
                  "an episode that ended in step %d of copy %d was terminated or truncated",
                  step, copy)
              .isTrue();
          if (over) {
            ends++;
            same +=
                EnvironmentProbe.digest(outcome.observations(), copy)
                        .equals(EnvironmentProbe.digest(outcome.finalObservations(), copy))
                    ? 1
                    : 0;
          }
        }
      }
      assertThat(ends).as("ends of episodes within %d steps", steps()).isGreaterThanOrEqualTo(3);
      assertThat(same).as("ends after which the final observation is still shown").isLessThan(ends);
    }
  }

  @Test
  default void episodeStatisticsAddUp() {
    try (VectorEnvironment environment = open(3)) {
      EnvironmentProbe probe = new EnvironmentProbe(environment);
      probe.reset(7);
      StepBatch outcome = probe.outcome();
      double[] returns = new double[3];
      int[] lengths = new int[3];
      for (int step = 0; step < steps(); step++) {
        probe.step();
        for (int copy = 0; copy < 3; copy++) {
          returns[copy] += outcome.rewards()[copy];
          lengths[copy]++;
          if (outcome.episodeEnded()[copy]) {
            assertThat(outcome.episodeLength()[copy])
                .as("length, step %d", step)
                .isEqualTo(lengths[copy]);
            if (rewardsAreRaw()) {
              assertThat(outcome.episodeReturn()[copy])
                  .as("return, step %d", step)
                  .isCloseTo(returns[copy], within(1e-5 * (1 + Math.abs(returns[copy]))));
            }
            returns[copy] = 0;
            lengths[copy] = 0;
          }
        }
      }
    }
  }

  @Test
  default void actionsOutsideTheSpaceAreRefused() {
    try (VectorEnvironment environment = open(1)) {
      EnvironmentProbe probe = new EnvironmentProbe(environment);
      probe.reset(7);
      List<ActionBatch> wrong = new ArrayList<>();
      ActionSpace space = environment.spec().actionSpace();
      if (space instanceof ActionSpace.Discrete choices) {
        wrong.add(new ActionBatch.Discrete(new int[] {-1}));
        wrong.add(new ActionBatch.Discrete(new int[] {choices.n()}));
      } else {
        float[] notANumber = new float[space.width()];
        notANumber[space.width() - 1] = Float.NaN;
        wrong.add(new ActionBatch.Continuous(notANumber, 1, space.width()));
      }
      for (ActionBatch actions : wrong) {
        assertThatThrownBy(() -> environment.step(actions, probe.outcome()))
            .as("a step with %s", actions)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("action");
      }
    }
  }

  @Test
  default void actionsThatAreNotAllowedAreRefused() {
    try (VectorEnvironment environment = open(1)) {
      EnvironmentProbe probe = new EnvironmentProbe(environment);
      probe.reset(7);
      boolean[] mask = environment.actionMask();
      for (int step = 0; mask != null && step < steps(); step++) {
        assertThat(environment.actionMask()).as("the mask of step %d", step).isSameAs(mask);
        boolean any = false;
        for (int action = 0; action < mask.length; action++) {
          any |= mask[action];
          if (!mask[action]) {
            ActionBatch forbidden = new ActionBatch.Discrete(new int[] {action});
            assertThatThrownBy(() -> environment.step(forbidden, probe.outcome()))
                .as("a step with a masked action")
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("action");
          }
        }
        assertThat(any).as("an action is allowed in step %d", step).isTrue();
        probe.step();
      }
    }
  }

  @Test
  default void stepAllocatesNothing() {
    try (VectorEnvironment environment = open(3)) {
      EnvironmentProbe probe = new EnvironmentProbe(environment);
      probe.reset(7);
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      // The virtual machine itself allocates now and then while it compiles, but not in every
      // round.
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 8 && least > 0; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int step = 0; step < steps(); step++) {
          probe.step();
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).as("bytes allocated in %d steps", steps()).isZero();
    }
  }
}
