package org.apprentice.spi;

/** What an algorithm's progress is counted in. */
public enum ProgressUnit {
  ENVIRONMENT_STEPS("steps"),
  EPOCHS("epochs");

  private final String label;

  ProgressUnit(String label) {
    this.label = label;
  }

  @Override
  public String toString() {
    return label;
  }
}
