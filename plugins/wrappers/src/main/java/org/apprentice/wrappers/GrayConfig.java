package org.apprentice.wrappers;

import java.util.Optional;
import org.apprentice.spi.Grayscale;

/**
 * Settings of {@code gray}.
 *
 * @param weights what red, green and blue count
 * @param red if the weights are {@link Weights#CUSTOM}; the three sum to 1
 * @param green if the weights are {@link Weights#CUSTOM}
 * @param blue if the weights are {@link Weights#CUSTOM}
 */
public record GrayConfig(
    Weights weights, Optional<Double> red, Optional<Double> green, Optional<Double> blue) {
  private static final double TOLERANCE = 1e-6;

  /** Named luminance weights. */
  public enum Weights {
    /** ITU-R BT.601, which OpenCV, Gym and the Atari emulator use. */
    REC_601,
    /** ITU-R BT.709. */
    REC_709,
    /** BT.709 to two digits: 0.21, 0.72, 0.07. */
    ROUNDED_709,
    /** The given ones. */
    CUSTOM
  }

  public GrayConfig {
    boolean custom = weights == Weights.CUSTOM;
    if (red.isPresent() != custom || green.isPresent() != custom || blue.isPresent() != custom) {
      throw new IllegalArgumentException(
          "red, green and blue must be "
              + (custom ? "given with weights = custom" : "left out, or weights be custom"));
    }
    if (custom) {
      double sum = red.orElseThrow() + green.orElseThrow() + blue.orElseThrow();
      double least = Math.min(Math.min(red.orElseThrow(), green.orElseThrow()), blue.orElseThrow());
      if (!(least >= 0) || !(Math.abs(sum - 1) < TOLERANCE)) {
        throw new IllegalArgumentException(
            "red, green and blue must be at least 0 and sum to 1, found "
                + red.orElseThrow()
                + ", "
                + green.orElseThrow()
                + ", "
                + blue.orElseThrow());
      }
    }
  }

  Grayscale grayscale() {
    return switch (weights) {
      case REC_601 -> Grayscale.Weights.REC_601.grayscale();
      case REC_709 -> Grayscale.Weights.REC_709.grayscale();
      case ROUNDED_709 -> Grayscale.Weights.ROUNDED_709.grayscale();
      case CUSTOM -> new Grayscale(red.orElseThrow(), green.orElseThrow());
    };
  }
}
