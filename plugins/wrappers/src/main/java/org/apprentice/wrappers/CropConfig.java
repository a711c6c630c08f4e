package org.apprentice.wrappers;

/**
 * Settings of {@code crop}: how many pixels are cut off.
 *
 * @param top rows
 * @param bottom rows
 * @param left columns
 * @param right columns
 */
public record CropConfig(int top, int bottom, int left, int right) {
  public CropConfig {
    Checks.atLeast("top", 0, top);
    Checks.atLeast("bottom", 0, bottom);
    Checks.atLeast("left", 0, left);
    Checks.atLeast("right", 0, right);
  }
}
