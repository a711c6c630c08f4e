package org.apprentice.rl;

/** How a setting changes over training. */
public enum Schedule {
  CONSTANT,
  /** From the given value to 0 at the end of the budget. */
  LINEAR;

  /**
   * @param remaining 1 at the start, 0 at the end
   */
  public double at(double value, double remaining) {
    return this == CONSTANT ? value : value * remaining;
  }
}
