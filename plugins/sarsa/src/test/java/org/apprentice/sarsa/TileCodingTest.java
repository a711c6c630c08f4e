package org.apprentice.sarsa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.apprentice.rl.RandomStreams;
import org.apprentice.spi.BoxSpace;
import org.junit.jupiter.api.Test;

class TileCodingTest {
  private static final int TILINGS = 10;
  private static final BoxSpace UNIT = BoxSpace.of(new float[2], new float[] {1, 1});

  private static TileCoding coding(BoxSpace space, int places) {
    return new TileCoding(space, Optional.empty(), TILINGS, 8, places, 5);
  }

  private static int[] meet(TileCoding coding, float... observation) {
    int[] tiles = new int[coding.tilings()];
    coding.meet(observation, 0, tiles, 0);
    return tiles;
  }

  private static int[] find(TileCoding coding, float... observation) {
    int[] tiles = new int[coding.tilings()];
    coding.find(observation, 0, tiles, 0);
    return tiles;
  }

  /**
   * Sutton's {@code tiles3}: {@code qfloats = floor(f * numtilings)}; coordinate {@code (q + b) //
   * numtilings} with {@code b = tiling, 3 tiling, 5 tiling, ...}.
   */
  private static List<Integer> tiles3(int tiling, double... scaled) {
    List<Integer> coordinates = new ArrayList<>(List.of(tiling));
    for (int i = 0; i < scaled.length; i++) {
      int quantized = (int) Math.floor(scaled[i] * TILINGS);
      coordinates.add(Math.floorDiv(quantized + tiling * (2 * i + 1), TILINGS));
    }
    return coordinates;
  }

  @Property(tries = 100)
  void observationsShareTheTilesThatSuttonsDo(
      @ForAll @Size(60) List<@FloatRange(min = 0, max = 1) Float> numbers) {
    TileCoding coding = coding(UNIT, 10_000);
    Map<List<Integer>, Integer> places = new HashMap<>();
    for (int i = 0; i < numbers.size(); i += 2) {
      float[] observation = {numbers.get(i), numbers.get(i + 1)};
      int[] tiles = meet(coding, observation);
      for (int tiling = 0; tiling < TILINGS; tiling++) {
        List<Integer> tile = tiles3(tiling, 8.0 * observation[0], 8.0 * observation[1]);
        places.putIfAbsent(tile, tiles[tiling]);
        assertThat(places).containsEntry(tile, tiles[tiling]);
      }
    }
    assertThat(places.values()).doesNotHaveDuplicates();
    assertThat(coding.met()).isEqualTo(places.size());
  }

  @Test
  void neighboursShareMostTilesAndStrangersNone() {
    TileCoding coding = coding(UNIT, 10_000);
    int[] here = meet(coding, 0.5f, 0.5f);
    assertThat(shared(here, meet(coding, 0.5f, 0.5f))).isEqualTo(10);
    assertThat(shared(here, meet(coding, 0.5f + 0.0126f, 0.5f))).isEqualTo(9);
    assertThat(shared(here, meet(coding, 0.5f + 0.063f, 0.5f))).isEqualTo(5);
    assertThat(shared(here, meet(coding, 0.5f + 0.126f, 0.5f))).isZero();
  }

  private static long shared(int[] one, int[] other) {
    return IntStream.range(0, one.length).filter(i -> one[i] == other[i]).count();
  }

  @Test
  void lookingLeavesNoTrace() {
    TileCoding coding = coding(UNIT, 100);
    assertThat(find(coding, 0.1f, 0.9f)).containsOnly(TileCoding.NONE);
    assertThat(coding.met()).isZero();
    int[] tiles = meet(coding, 0.1f, 0.9f);
    assertThat(tiles).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(find(coding, 0.1f, 0.9f)).isEqualTo(tiles);
  }

  @Test
  void placesAreSharedOnlyWhenNoneIsLeft() {
    TileCoding coding = coding(UNIT, 15);
    int[] first = meet(coding, 0.1f, 0.1f);
    int[] second = meet(coding, 0.9f, 0.9f);
    assertThat(second).startsWith(10, 11, 12, 13, 14);
    assertThat(asList(second)).allSatisfy(place -> assertThat(place).isBetween(0, 14));
    assertThat(meet(coding, 0.1f, 0.1f)).isEqualTo(first);
    assertThat(find(coding, 0.9f, 0.9f)).isEqualTo(second);
    assertThat(coding.met()).isEqualTo(15);
  }

  @Test
  void infiniteBoundsAreSquashed() {
    TileCoding coding = coding(BoxSpace.unbounded(1), 10_000);
    int[] far = meet(coding, 1e30f);
    assertThat(meet(coding, 2e30f)).isEqualTo(far);
    assertThat(meet(coding, Float.MAX_VALUE)).isEqualTo(far);
    assertThat(meet(coding, -1e30f)).doesNotContain(far);
    // 1 / (1 + 1) is half of the way to the edge: 8 tiles * 0.25 = two tiles from the middle
    int[] middle = meet(coding, 0);
    assertThat(shared(middle, meet(coding, 1))).isZero();
    assertThat(shared(middle, meet(coding, 0.1f))).isEqualTo(7);
  }

  private static List<Integer> asList(int[] values) {
    return IntStream.of(values).boxed().toList();
  }

  @Test
  void givenRangesReplaceTheBounds() {
    TileCoding coding =
        new TileCoding(
            BoxSpace.unbounded(1), Optional.of(List.of(List.of(-4.0, 4.0))), TILINGS, 8, 1000, 5);
    int[] zero = meet(coding, 0.05f);
    assertThat(shared(zero, meet(coding, 0.55f))).isEqualTo(5);
    assertThat(meet(coding, 5f)).isEqualTo(meet(coding, 4f));
    assertThat(meet(coding, Float.NEGATIVE_INFINITY)).isEqualTo(meet(coding, -4f));
  }

  @Test
  void aDimensionThatNeverChangesHasOneTile() {
    TileCoding coding = coding(BoxSpace.of(new float[] {3}, new float[] {3}), 100);
    assertThat(meet(coding, 3f)).isEqualTo(meet(coding, 4f));
  }

  @Test
  void savedPlacesAreFoundAgain() throws IOException {
    TileCoding coding = coding(UNIT, 500);
    List<float[]> observations = new ArrayList<>();
    java.util.random.RandomGenerator random = new RandomStreams(3).stream("observations");
    for (int i = 0; i < 100; i++) {
      float[] observation = {(float) random.nextDouble(), (float) random.nextDouble()};
      observations.add(observation);
      meet(coding, observation);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    coding.save(new DataOutputStream(bytes));
    TileCoding restored = new TileCoding(UNIT, Optional.empty(), TILINGS, 8, 500, 99);
    meet(restored, 0.3f, 0.3f);
    restored.restore(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    assertThat(restored.met()).isEqualTo(coding.met());
    for (float[] observation : observations) {
      assertThat(find(restored, observation)).isEqualTo(find(coding, observation));
    }
    TileCoding other = coding(UNIT, 501);
    assertThatThrownBy(
            () -> other.restore(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))))
        .isInstanceOf(IOException.class)
        .hasMessage("it was saved with places for 500 tiles, expected 501");
  }
}
