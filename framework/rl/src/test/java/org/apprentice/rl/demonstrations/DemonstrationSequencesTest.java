package org.apprentice.rl.demonstrations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class DemonstrationSequencesTest {
  @Property(tries = 200)
  void everyTransitionIsInOneSequenceOfItsEpisode(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 20) Integer> drawn,
      @ForAll @IntRange(min = 1, max = 25) int maxLength) {
    int[] lengths = drawn.stream().mapToInt(Integer::intValue).toArray();
    Demonstrations demonstrations = DemonstrationsTest.numbered(lengths);
    DemonstrationSequences sequences = new DemonstrationSequences(demonstrations, maxLength);

    int row = 0;
    int sequence = 0;
    for (int episode = 0; episode < lengths.length; episode++) {
      assertThat(sequences.pieces(episode))
          .isEqualTo((int) Math.ceil(lengths[episode] / (double) maxLength));
      for (int piece = 0; piece < sequences.pieces(episode); piece++) {
        assertThat(sequences.sequence(episode, piece)).isEqualTo(sequence);
        assertThat(sequences.episode(sequence)).isEqualTo(episode);
        assertThat(sequences.startsEpisode(sequence)).isEqualTo(piece == 0);
        assertThat(sequences.firstRow(sequence)).isEqualTo(row);
        assertThat(sequences.length(sequence)).isBetween(1, maxLength);
        row += sequences.length(sequence);
        sequence++;
      }
      assertThat(row).isEqualTo(demonstrations.firstRow(episode) + lengths[episode]);
    }
    assertThat(sequences.count()).isEqualTo(sequence);
  }
}
