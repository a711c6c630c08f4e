package org.apprentice.core.sweep;

/** Which values of a metric are better. */
public enum Direction {
  MAXIMIZE,
  MINIMIZE
}
