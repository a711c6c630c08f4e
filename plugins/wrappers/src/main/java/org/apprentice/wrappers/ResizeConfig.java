package org.apprentice.wrappers;

/**
 * Settings of {@code resize}.
 *
 * @param rows of the smaller picture
 * @param columns of the smaller picture
 */
public record ResizeConfig(int rows, int columns) {
  public ResizeConfig {
    Checks.atLeast("rows", 1, rows);
    Checks.atLeast("columns", 1, columns);
  }
}
