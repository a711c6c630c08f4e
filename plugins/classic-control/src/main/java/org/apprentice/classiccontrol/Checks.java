package org.apprentice.classiccontrol;

/** Ranges of settings. */
final class Checks {
  private Checks() {}

  static void positive(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(key + " must be at least 1, found " + value);
    }
  }

  static void finite(String key, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(key + " must be a finite number, found " + value);
    }
  }
}
