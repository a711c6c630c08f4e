package org.apprentice.sarsa;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apprentice.spi.BoxSpace;

/**
 * Hashed tile coding (Sutton and Barto 2018, section 9.5.4): several grids over the space of
 * observations, displaced from each other, so that an observation lies in one tile of each. Tiling
 * {@code t} is displaced by {@code t (1, 3, 5, ...)} in units of {@code 1 / tilings} of a tile, as
 * in Sutton's {@code tiles3}.
 *
 * <p>Tiles exist in great number and few are ever met, so a tile takes the next free place when it
 * is met first; two tiles share a place only when no place is left. Tiles are told apart by a
 * seeded 64-bit hash of their coordinates.
 */
final class TileCoding {
  /** Of a tile that was never met. */
  static final int NONE = -1;

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final int tilings;
  private final int dimensions;
  private final double tiles;
  private final double[] low;

  /** Tiles per unit of the observation; NaN for a dimension that is squashed. */
  private final double[] scale;

  private final int places;
  private final long[] metInOrder;
  private final long[] keys;
  private final int[] placeOf;
  private final int mask;
  private final int[] coordinates;
  private long seed;
  private int met;

  /**
   * @param tiles per dimension
   * @param ranges of the dimensions; without them the space's own bounds
   * @param places that tiles may take
   */
  TileCoding(
      BoxSpace space,
      Optional<List<List<Double>>> ranges,
      int tilings,
      int tiles,
      int places,
      long seed) {
    this.tilings = tilings;
    this.tiles = tiles;
    this.places = places;
    this.seed = seed;
    dimensions = space.width();
    low = new double[dimensions];
    scale = new double[dimensions];
    coordinates = new int[dimensions];
    for (int i = 0; i < dimensions; i++) {
      low[i] = ranges.isPresent() ? ranges.get().get(i).get(0) : space.low()[i];
      double high = ranges.isPresent() ? ranges.get().get(i).get(1) : space.high()[i];
      boolean bounded = Double.isFinite(low[i]) && Double.isFinite(high);
      scale[i] = !bounded ? Double.NaN : high > low[i] ? tiles / (high - low[i]) : 0;
    }
    metInOrder = new long[places];
    // at most half full, so that a search ends soon
    int capacity = Integer.highestOneBit(Math.max(2, places)) << 2;
    keys = new long[capacity];
    placeOf = new int[capacity];
    mask = capacity - 1;
  }

  /** Tiles that an observation lies in. */
  int tilings() {
    return tilings;
  }

  /** Places that are taken. */
  int met() {
    return met;
  }

  /**
   * The places of an observation's tiles, one per tiling; tiles that are met first take one.
   *
   * @param at where the observation begins
   * @param out {@code [tilings]} from {@code outAt} on
   */
  void meet(float[] observation, int at, int[] out, int outAt) {
    quantize(observation, at);
    for (int tiling = 0; tiling < tilings; tiling++) {
      long key = key(tiling);
      int entry = entry(key);
      out[outAt + tiling] =
          keys[entry] == key ? placeOf[entry] : met < places ? take(entry, key) : shared(key);
    }
  }

  /** As {@link #meet}, but changes nothing: {@link #NONE} for a tile that was never met. */
  void find(float[] observation, int at, int[] out, int outAt) {
    quantize(observation, at);
    for (int tiling = 0; tiling < tilings; tiling++) {
      long key = key(tiling);
      int entry = entry(key);
      out[outAt + tiling] = keys[entry] == key ? placeOf[entry] : met < places ? NONE : shared(key);
    }
  }

  /** Where the observation lies, in units of {@code 1 / tilings} of a tile. */
  private void quantize(float[] observation, int at) {
    for (int i = 0; i < dimensions; i++) {
      double value = observation[at + i];
      double tile =
          Double.isNaN(scale[i])
              ? (0.5 + 0.5 * (value / (1 + Math.abs(value)))) * tiles
              : Math.max(0, Math.min((value - low[i]) * scale[i], tiles));
      coordinates[i] = (int) (tile * tilings);
    }
  }

  /** Of the tile of one tiling; never 0, which marks an empty entry. */
  private long key(int tiling) {
    long key = seed + tiling * GOLDEN;
    int displacement = tiling;
    for (int i = 0; i < dimensions; i++) {
      key = (key ^ (key >>> 32)) * GOLDEN + (coordinates[i] + displacement) / tilings;
      displacement += 2 * tiling;
    }
    key = (key ^ (key >>> 30)) * 0xBF58476D1CE4E5B9L;
    key ^= key >>> 31;
    return key == 0 ? 1 : key;
  }

  /** The entry of a key, or the empty one where it belongs. */
  private int entry(long key) {
    int entry = (int) key & mask;
    while (keys[entry] != key && keys[entry] != 0) {
      entry = (entry + 1) & mask;
    }
    return entry;
  }

  private int take(int entry, long key) {
    keys[entry] = key;
    placeOf[entry] = met;
    metInOrder[met] = key;
    return met++;
  }

  private int shared(long key) {
    return (int) (((key >>> 32) * places) >>> 32);
  }

  void save(DataOutput out) throws IOException {
    out.writeLong(seed);
    out.writeInt(places);
    out.writeInt(met);
    for (int i = 0; i < met; i++) {
      out.writeLong(metInOrder[i]);
    }
  }

  void restore(DataInput in) throws IOException {
    seed = in.readLong();
    int savedPlaces = in.readInt();
    if (savedPlaces != places) {
      throw new IOException(
          "it was saved with places for %d tiles, expected %d".formatted(savedPlaces, places));
    }
    int count = in.readInt();
    Arrays.fill(keys, 0);
    for (met = 0; met < count; ) {
      long key = in.readLong();
      take(entry(key), key);
    }
  }
}
