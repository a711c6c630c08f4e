package org.apprentice.nn;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.Pass;

/**
 * Runs an {@link Architecture} with the fastest {@link KernelBackend}. Nothing is allocated in
 * {@code forward}, {@code backward} and {@code tangent} once each was called.
 *
 * <p>With {@link NetworkSpec#threads()} above 1, large batches are computed by that many threads,
 * whose shares do not depend on timing: results are the same bits for the same number of threads.
 */
public final class KernelNetwork implements Network, AutoCloseable {
  private final Architecture architecture;
  private final NetworkSpec spec;
  private final KernelBackend backend;
  private final LayerGraph graph;
  private final float[] parameters;
  private Team team;
  private boolean stale = true;

  /** A new network with initial parameters drawn from the specification's seed. */
  public KernelNetwork(Architecture architecture, NetworkSpec spec) {
    this(architecture, spec, KernelBackend.selected(), Convolutions::selected);
  }

  KernelNetwork(Architecture architecture, NetworkSpec spec, KernelBackend backend) {
    this(architecture, spec, backend, Convolutions::selected);
  }

  /**
   * @param convolutions asked only where the architecture has image layers
   */
  KernelNetwork(
      Architecture architecture,
      NetworkSpec spec,
      KernelBackend backend,
      Supplier<Convolutions> convolutions) {
    this.architecture = architecture;
    this.spec = spec;
    this.backend = backend;
    this.graph = new LayerGraph(architecture, backend, convolutions);
    this.parameters = graph.initialParameters(spec.seed());
  }

  @Override
  public NetworkSpec spec() {
    return spec;
  }

  /** What this network looks like. */
  public Architecture architecture() {
    return architecture;
  }

  @Override
  public String description() {
    return architecture.fingerprint();
  }

  @Override
  public int stateWidth() {
    return graph.stateWidth();
  }

  @Override
  public int featureWidth(int head) {
    return architecture.featureWidth(head);
  }

  @Override
  public Pass pass(int maxSteps, int maxBatch) {
    return new KernelPass(this, graph, backend.create(), maxSteps, maxBatch);
  }

  @Override
  public void forward(Pass pass, Inputs inputs) {
    mine(pass).forward(inputs, stale);
    stale = false;
  }

  @Override
  public void backward(
      Pass pass, float[][] headGradients, float[] parameterGradient, float[] inputGradient) {
    if (parameterGradient.length != parameters.length) {
      throw new IllegalArgumentException(
          "the gradient has "
              + parameterGradient.length
              + " elements, but the network "
              + parameters.length);
    }
    mine(pass).backward(headGradients, parameterGradient, inputGradient);
  }

  @Override
  public void tangent(Pass pass, float[] direction, float[][] headTangents) {
    mine(pass).tangent(direction, headTangents);
  }

  private KernelPass mine(Pass pass) {
    if (pass instanceof KernelPass own && own.network() == this) {
      return own;
    }
    throw new IllegalArgumentException("the pass belongs to another network");
  }

  @Override
  public float[] parameters() {
    return parameters;
  }

  @Override
  public void parametersChanged() {
    stale = true;
  }

  @Override
  public void export(Path zip) throws IOException {
    Dl4jGraphs.export(architecture, parameters, zip);
  }

  /** Ends the threads, where there are any; the network starts new ones if it is used again. */
  @Override
  public void close() {
    if (team != null) {
      team.close();
      team = null;
    }
  }

  /** Whether each thread computes torsos of its own. */
  boolean splitByTorso() {
    return spec.threads() > 1 && architecture.torsos().size() >= spec.threads();
  }

  /**
   * The parameters of each thread, as {@code [from, to)} one after the other, where torsos are
   * dealt to threads.
   */
  int[][] ownedRanges() {
    return graph.groups(spec.threads()).stream().map(graph::ranges).toArray(int[][]::new);
  }

  Team team() {
    if (team == null) {
      team = new Team(spec.threads());
    }
    return team;
  }
}
