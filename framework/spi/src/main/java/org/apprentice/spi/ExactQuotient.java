package org.apprentice.spi;

/**
 * Division by a number that is known late, by a multiplication: exact for all dividends below 2^31
 * (Granlund and Montgomery, "Division by invariant integers using multiplication", 1994, theorem
 * 4.2).
 */
final class ExactQuotient {
  /** Sums of bytes with weights of this sum, and half of it more, stay below 2^31. */
  static final int MAX_DIVISOR = Integer.MAX_VALUE / 256;

  private static final int DIVIDEND_BITS = 31;

  private final int half;
  private final long multiplier;
  private final int shift;

  ExactQuotient(int divisor) {
    half = divisor / 2;
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(divisor - 1);
    shift = DIVIDEND_BITS + bits;
    multiplier = ((1L << shift) + divisor - 1) / divisor;
  }

  /** The quotient, rounded half up. */
  int rounded(int dividend) {
    return (int) (((dividend + half) * multiplier) >>> shift);
  }
}
