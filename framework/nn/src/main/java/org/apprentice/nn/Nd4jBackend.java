package org.apprentice.nn;

import java.util.Locale;
import org.nd4j.linalg.factory.Nd4j;

/** The library behind {@link Dl4jNetwork} and the export of models. */
public final class Nd4jBackend {
  private Nd4jBackend() {}

  /**
   * Starts ND4J, which takes about a second, and says what it computes with.
   *
   * @throws RuntimeException or {@link LinkageError} if it does not start on this machine
   */
  public static String describe() {
    boolean cpu = Nd4j.getEnvironment().isCPU();
    return "%s %s on %s, %s; network.engine = auto means %s"
        .formatted(
            Nd4j.getBackend().getClass().getSimpleName(),
            Nd4j.getExecutioner().getEnvironmentInformation().getProperty("blas.vendor", "blas"),
            cpu ? "the CPU" : "CUDA",
            System.getProperty("os.arch"),
            Engine.AUTO.resolve().name().toLowerCase(Locale.ROOT));
  }
}
