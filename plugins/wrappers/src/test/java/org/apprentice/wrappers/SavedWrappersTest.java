package org.apprentice.wrappers;

import static org.apprentice.wrappers.ScriptedGame.Moment.showing;
import static org.apprentice.wrappers.ScriptedGame.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.Environment;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.wrappers.ScriptedGame.Moment;
import org.junit.jupiter.api.Test;

/** Wrappers by themselves saved in the middle of a game. */
class SavedWrappersTest {
  private static ScriptedGame vectors() {
    Random random = new Random(2);
    Moment[] moments = new Moment[40];
    Arrays.setAll(
        moments,
        i ->
            showing(random.nextGaussian(), random.nextGaussian())
                .paying(random.nextGaussian())
                .withLives(3 - i / 15));
    moments[39] = moments[39].thenOver();
    return new ScriptedGame(ScriptedGame.arcade(BoxSpace.unbounded(2)), moments);
  }

  private static List<UnaryOperator<Environment>> wrappers() {
    return List.of(
        inner -> WrappersPlugin.NOOP_RESET.wrap(new NoopResetConfig(4), inner),
        inner -> WrappersPlugin.EPISODIC_LIFE.wrap(new EpisodicLifeConfig(), inner),
        inner -> WrappersPlugin.TIME_LIMIT.wrap(new TimeLimitConfig(9), inner),
        inner -> WrappersPlugin.FRAME_STACK.wrap(new FrameStackConfig(3), inner),
        inner ->
            WrappersPlugin.NORMALIZE_OBSERVATION.wrap(
                new NormalizeObservationConfig(5, 1e-8), inner),
        inner ->
            WrappersPlugin.NORMALIZE_REWARD.wrap(new NormalizeRewardConfig(.9, 5, 1e-8), inner));
  }

  private static List<String> play(Environment environment, int steps) {
    List<String> trace = new ArrayList<>();
    ObservationBatch seen = ObservationBatch.allocate(environment.spec().observationSpace(), 1);
    for (int i = 0; i < steps; i++) {
      environment.observe(seen, 0);
      trace.add(Arrays.toString(((ObservationBatch.Float32) seen).values()));
      Environment.Outcome outcome = step(environment, 1);
      trace.add(
          outcome.reward + " " + outcome.terminated + outcome.truncated + outcome.episodeReturn);
      if (outcome.episodeEnded) {
        environment.reset();
      } else if (outcome.terminated) {
        environment.nextLife();
      }
    }
    return trace;
  }

  @Test
  void everyWrapperContinuesBitForBit() throws IOException {
    for (UnaryOperator<Environment> wrapper : wrappers()) {
      Environment original = wrapper.apply(vectors());
      original.seed(4);
      original.reset();
      play(original, 17);
      byte[] state = saved(original);
      List<String> expected = play(original, 60);
      Environment other = wrapper.apply(vectors());
      other.seed(5);
      other.reset();
      play(other, 3);
      other.restore(new DataInputStream(new ByteArrayInputStream(state)));
      assertThat(saved(other)).as(original.toString()).isEqualTo(state);
      assertThat(play(other, 60)).as(original.toString()).isEqualTo(expected);
    }
  }

  @Test
  void damagedStatesAreRefused() throws IOException {
    for (UnaryOperator<Environment> wrapper : wrappers()) {
      Environment environment = wrapper.apply(vectors());
      environment.seed(4);
      environment.reset();
      byte[] state = saved(environment);
      byte[] cut = Arrays.copyOf(state, state.length - 1);
      assertThatThrownBy(
              () -> environment.restore(new DataInputStream(new ByteArrayInputStream(cut))))
          .as(environment.toString())
          .isInstanceOf(IOException.class);
    }
    Environment noops = wrappers().get(0).apply(vectors());
    assertThatThrownBy(
            () -> noops.restore(new DataInputStream(new ByteArrayInputStream(new byte[100]))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("noop-reset");
  }

  private static byte[] saved(Environment environment) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    environment.save(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }
}
