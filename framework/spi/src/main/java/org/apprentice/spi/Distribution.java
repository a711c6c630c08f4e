package org.apprentice.spi;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.OptionalLong;

/** The values that an axis of a sweep may take, and how they are drawn where nothing is known. */
public sealed interface Distribution {
  /** How many values there are; empty for a continuum. */
  OptionalLong count();

  /**
   * A value as HOCON text.
   *
   * @param index from 0 to {@link #count()} - 1
   * @throws IllegalStateException for a continuum
   */
  String text(long index);

  /**
   * One of several values without an order, each equally likely.
   *
   * @param values as HOCON text, for example {@code mlp} or {@code [64, 64]}; at least one
   */
  record Choice(List<String> values) implements Distribution {
    public Choice {
      values = List.copyOf(values);
      if (values.isEmpty()) {
        throw new IllegalArgumentException("values must be a list of at least one value");
      }
    }

    @Override
    public OptionalLong count() {
      return OptionalLong.of(values.size());
    }

    @Override
    public String text(long index) {
      return values.get(Math.toIntExact(index));
    }
  }

  /**
   * Numbers between two bounds, both of which belong to it.
   *
   * @param high the last value of a lattice is at or below it
   * @param step between neighbours of the lattice that begins at {@code low}; 0 for a continuum
   * @param log whether the logarithm of the value is uniform instead of the value itself; a lattice
   *     then consists of all whole numbers
   */
  record Range(double low, double high, double step, boolean log) implements Distribution {
    /** A double is exact up to here. */
    private static final double MOST = 1L << 53;

    /** What is written of a number from a continuum: more is noise. */
    private static final MathContext DIGITS = new MathContext(6);

    /** Lets rounding not cost the last value of a lattice. */
    private static final double TOLERANCE = 1e-9;

    public Range {
      if (!(Math.abs(low) <= MOST)) {
        throw new IllegalArgumentException("low must be between -2^53 and 2^53, found " + low);
      }
      if (!(Math.abs(high) <= MOST)) {
        throw new IllegalArgumentException("high must be between -2^53 and 2^53, found " + high);
      }
      if (low > high) {
        throw new IllegalArgumentException(
            "low must be at most high = " + number(high) + ", found " + number(low));
      }
      if (log && low <= 0) {
        throw new IllegalArgumentException(
            "low must be above 0, for the logarithm is drawn, found " + number(low));
      }
      if (!(step >= 0) || Double.isInfinite(step)) {
        throw new IllegalArgumentException("step must be above 0, found " + number(step));
      }
      if (log && step != 0 && !(step == 1 && low == Math.rint(low))) {
        throw new IllegalArgumentException("step cannot be given where the logarithm is drawn");
      }
    }

    @Override
    public OptionalLong count() {
      if (step == 0) {
        return low == high ? OptionalLong.of(1) : OptionalLong.empty();
      }
      return OptionalLong.of((long) Math.floor((high - low) / step + TOLERANCE) + 1);
    }

    @Override
    public String text(long index) {
      if (count().isEmpty()) {
        throw new IllegalStateException("a continuum has no value number " + index);
      }
      BigDecimal steps = BigDecimal.valueOf(step).multiply(BigDecimal.valueOf(index));
      return plain(BigDecimal.valueOf(low).add(steps));
    }

    /** The nearest value, as HOCON text; of a continuum, with six significant digits. */
    public String nearest(double value) {
      double inside = Math.min(high, Math.max(low, value));
      if (count().isPresent()) {
        long index = step == 0 ? 0 : Math.round((inside - low) / step);
        return text(Math.min(count().getAsLong() - 1, index));
      }
      double rounded = BigDecimal.valueOf(inside).round(DIGITS).doubleValue();
      return number(rounded < low ? low : rounded > high ? high : rounded);
    }

    private static String number(double value) {
      return plain(BigDecimal.valueOf(value));
    }

    private static String plain(BigDecimal value) {
      BigDecimal stripped = value.stripTrailingZeros();
      boolean small =
          stripped.signum() != 0 && stripped.abs().compareTo(new BigDecimal("1e-4")) < 0;
      return small ? stripped.toString() : stripped.toPlainString();
    }
  }
}
