package org.apprentice.nn;

/**
 * A forward, backward or tangent pass: what renews working copies of the parameters, and what runs
 * each time.
 */
final class OneDnnPhase {
  final OneDnnProgram renewal = new OneDnnProgram();
  final OneDnnProgram steps = new OneDnnProgram();
  private long version = -1;

  /**
   * @param parameters number of the parameters' last change
   */
  void run(long parameters) {
    if (version != parameters) {
      version = parameters;
      renewal.run();
    }
    steps.run();
  }
}
