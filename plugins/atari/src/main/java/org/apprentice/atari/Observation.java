package org.apprentice.atari;

/** What an environment shows. */
enum Observation {
  /** {@code [1, rows, 160]}, in the gray of ALE's palette. */
  GRAY,
  /** {@code [3, rows, 160]}. */
  RGB,
  /** {@code [1, 1, 128]}: the console's memory. */
  RAM
}
