package org.apprentice.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShuffledIndicesTest {
  private static int[] draw(ShuffledIndices indices, int count) {
    return IntStream.generate(indices::next).limit(count).toArray();
  }

  @Test
  void everyIndexIsDrawnOncePerPass() {
    ShuffledIndices indices = new ShuffledIndices(10, new RandomStreams(1).stream("indices"));

    int[] drawn = draw(indices, 20);

    assertThat(IntStream.of(drawn).limit(10))
        .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(IntStream.of(drawn).skip(10))
        .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(drawn).isNotEqualTo(IntStream.of(drawn).sorted().toArray());
    assertThat(indices.exhausted()).isTrue();
  }

  @Test
  void drawingContinuesWhereItWasSaved() throws IOException {
    RandomStreams random = new RandomStreams(3);
    ShuffledIndices indices = new ShuffledIndices(13, random.stream("indices"));
    draw(indices, 7);
    ByteArrayOutputStream state = new ByteArrayOutputStream();
    indices.save(new DataOutputStream(state));
    random.save(new DataOutputStream(state));
    int[] expected = draw(indices, 40);

    RandomStreams otherRandom = new RandomStreams(4);
    ShuffledIndices other = new ShuffledIndices(13, otherRandom.stream("indices"));
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(state.toByteArray()));
    other.restore(in);
    otherRandom.restore(in);

    assertThat(draw(other, 40)).isEqualTo(expected);
    ShuffledIndices foreign = new ShuffledIndices(3, new RandomStreams(1).stream("indices"));
    assertThatThrownBy(
            () ->
                foreign.restore(new DataInputStream(new ByteArrayInputStream(state.toByteArray()))))
        .hasMessageContaining("13 sequences of transitions to draw from, here are 3");
  }

  @Test
  void aRestartForgetsTheOrder() {
    ShuffledIndices used = new ShuffledIndices(6, new RandomStreams(1).stream("indices"));
    draw(used, 9);
    used.restart(8);
    RandomStreams streams = new RandomStreams(1);
    ShuffledIndices skipped = new ShuffledIndices(6, streams.stream("indices"));
    draw(skipped, 9);

    assertThat(draw(used, 8)).isEqualTo(draw(new ShuffledIndices(8, streams.stream("indices")), 8));
  }
}
