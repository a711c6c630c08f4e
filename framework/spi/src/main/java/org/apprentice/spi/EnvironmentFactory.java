package org.apprentice.spi;

/** The environment that the experiment names; injectable into algorithms. */
public interface EnvironmentFactory {
  EnvironmentSpec spec();

  /** {@code environment.copies}: how many copies training steps together. */
  int trainingCopies();

  VectorEnvironment create(int copies);
}
