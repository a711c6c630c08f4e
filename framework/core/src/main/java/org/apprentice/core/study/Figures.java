package org.apprentice.core.study;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Locale;

/** Numbers as a reader wants them: three or four digits that count. */
final class Figures {
  /** Stands where there is no figure. */
  static final String NONE = "–";

  private Figures() {}

  static String number(double value) {
    return number(value, decimals(value));
  }

  private static String number(double value, int decimals) {
    if (!Double.isFinite(value)) {
      return value > 0 ? "∞" : value < 0 ? "-∞" : NONE;
    }
    if (value != 0 && Math.abs(value) < 1e-4) {
      return String.format(Locale.ROOT, "%.2e", value);
    }
    return String.format(Locale.ROOT, "%." + decimals + "f", value == 0 ? 0.0 : value);
  }

  /** As many as the largest of these needs; infinite ones need none. */
  private static int decimals(double... values) {
    double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
    if (Arrays.stream(finite).allMatch(it -> it == Math.rint(it))) {
      return 0;
    }
    double size = Arrays.stream(finite).map(Math::abs).max().orElse(0);
    return size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4;
  }

  static String p(double value) {
    return value < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", value);
  }

  /** For example {@code 481.2 [470.1, 500.0]}. */
  static String estimate(Estimate estimate) {
    if (estimate.interval().isEmpty()) {
      return number(estimate.value());
    }
    Interval interval = estimate.interval().get();
    int decimals = decimals(estimate.value(), interval.low(), interval.high());
    return "%s [%s, %s]"
        .formatted(
            number(estimate.value(), decimals),
            number(interval.low(), decimals),
            number(interval.high(), decimals));
  }

  /** With its sign. */
  static String difference(Estimate estimate) {
    return (estimate.value() > 0 ? "+" : "") + estimate(estimate);
  }

  /** Whole numbers with their thousands apart, which counts need. */
  static String count(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%,.0f", value) : number(value);
  }

  /** For example {@code 50k} or {@code 1.5M}. */
  static String axis(double value) {
    double size = Math.abs(value);
    double unit = size >= 1e6 ? 1e6 : size >= 1e4 ? 1e3 : 1;
    String text =
        new BigDecimal(value / unit).round(new MathContext(4)).stripTrailingZeros().toPlainString();
    return text + (unit == 1e6 ? "M" : unit == 1e3 ? "k" : "");
  }

  /** For example {@code 212 MiB}. */
  static String memory(double bytes) {
    return String.format(Locale.ROOT, "%,.0f MiB", bytes / (1 << 20));
  }
}
