package org.apprentice.nn;

import java.util.List;
import java.util.random.RandomGenerator;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.Pass;

/**
 * Buffers of one use of a {@link KernelNetwork}. With several threads, the work is cut into as many
 * slices: by torsos where there are as many, for then each thread reads and writes parameters and
 * gradients of its own only; else by sequences, each slice with a gradient of its own, added in a
 * fixed order.
 */
final class KernelPass implements Pass {
  /** Multiply-adds that are worth another thread. */
  private static final long WORK_PER_THREAD = 150_000;

  private final KernelNetwork network;
  private final NetworkSpec spec;
  private final int maxSteps;
  private final int maxBatch;
  private final float[][] outputs;

  /** Per head; null until they are asked for. */
  private final float[][] features;

  private final float[] state;
  private final Slice[] slices;
  private final boolean byTorso;

  /** A row of images is worth a thread, so rows are not dealt in groups. */
  private final boolean images;

  private final Kernels kernels;

  /** How many slices the last forward used. */
  private int active;

  /** Where dropout's seeds come from; null where nothing drops. */
  private RandomGenerator training;

  private boolean parallel;
  private boolean refresh;
  private Inputs inputs;
  private float[][] headRows;
  private float[] vector;
  private float[] inputGradient;

  // made once: a method reference at the call would be allocated each time
  private final Team.Task forward = this::forwardPart;
  private final Team.Task backward = this::backwardPart;
  private final Team.Task tangent = this::tangentPart;

  KernelPass(KernelNetwork network, LayerGraph graph, Kernels kernels, int maxSteps, int maxBatch) {
    if (maxSteps < 1 || maxBatch < 1) {
      throw new IllegalArgumentException(
          "a pass needs at least one step and one row, found " + maxSteps + " and " + maxBatch);
    }
    this.network = network;
    this.spec = network.spec();
    this.kernels = kernels;
    this.maxSteps = maxSteps;
    this.maxBatch = maxBatch;
    this.state = new float[maxBatch * graph.stateWidth()];
    this.outputs = new float[spec.heads().size()][];
    this.features = new float[spec.heads().size()][];
    for (int head = 0; head < outputs.length; head++) {
      outputs[head] = new float[maxSteps * maxBatch * spec.heads().get(head).width()];
    }
    List<Integer> torsos = graph.torsos();
    this.byTorso = network.splitByTorso();
    this.images = graph.hasImages();
    this.slices = new Slice[byTorso || worthwhile(maxSteps, maxBatch) ? spec.threads() : 1];
    for (int i = 0; i < slices.length; i++) {
      slices[i] =
          byTorso
              ? graph.slice(graph.groups(slices.length).get(i), maxSteps * maxBatch)
              : graph.slice(torsos, maxSteps * (i == 0 ? maxBatch : share(1, maxBatch)));
    }
  }

  KernelNetwork network() {
    return network;
  }

  private boolean worthwhile(int steps, int batch) {
    long work = (long) steps * batch * network.parameters().length;
    return work >= WORK_PER_THREAD * spec.threads() && batch >= spec.threads();
  }

  /** Sequences of each slice but the last. */
  private int share(int steps, int batch) {
    int share = (batch + spec.threads() - 1) / spec.threads();
    return steps == 1 && !images ? Signal.roundUp(share, Kernels.ROWS) : share;
  }

  /**
   * @param parametersChanged the layers' copies of parameters are stale
   */
  void forward(Inputs given, boolean parametersChanged) {
    check(given);
    inputs = given;
    parallel = slices.length > 1 && worthwhile(given.steps(), given.batch());
    active = byTorso || parallel ? slices.length : 1;
    int share = byTorso || !parallel ? given.batch() : share(given.steps(), given.batch());
    long dropoutSeed = training == null ? 0 : training.nextLong();
    for (int i = 0; i < active; i++) {
      slices[i].training(training != null, dropoutSeed);
      int from = byTorso ? 0 : Math.min(i * share, given.batch());
      slices[i].select(given.steps(), given.batch(), from, Math.min(from + share, given.batch()));
    }
    if (parametersChanged && !byTorso) {
      slices[0].refresh(network.parameters()); // has all layers, shared with the other slices
    }
    refresh = parametersChanged && byTorso;
    run(forward);
    inputs = null;
  }

  private void check(Inputs given) {
    if (given.steps() > maxSteps || given.batch() > maxBatch) {
      throw new IllegalArgumentException(
          "the pass was made for "
              + maxSteps
              + " x "
              + maxBatch
              + " rows, found "
              + given.steps()
              + " x "
              + given.batch());
    }
    if (given.observations().width() != spec.observationSpace().width()) {
      throw new IllegalArgumentException(
          "the network takes observations of width "
              + spec.observationSpace().width()
              + ", found "
              + given.observations().width());
    }
    if (spec.actionWidth() > 0 && given.actions() == null) {
      throw new IllegalArgumentException(
          "the network takes actions of width " + spec.actionWidth() + ", found none");
    }
  }

  private void run(Team.Task task) {
    if (parallel) {
      network.team().run(task);
      return;
    }
    for (int part = 0; part < active; part++) {
      task.run(part);
    }
  }

  private void forwardPart(int part) {
    if (refresh) {
      slices[part].refresh(network.parameters());
    }
    slices[part].forward(inputs, state, network.stateWidth(), outputs);
  }

  void backward(float[][] headGradients, float[] parameterGradient, float[] wantedInputGradient) {
    headRows = headGradients;
    vector = parameterGradient;
    inputGradient = wantedInputGradient;
    run(backward);
    for (int i = 1; i < active; i++) {
      if (!byTorso) {
        kernels.add(
            parameterGradient,
            slices[i].gradient(parameterGradient.length),
            parameterGradient.length);
      } else if (wantedInputGradient != null) {
        int length = slices[i].inputGradientLength();
        kernels.add(wantedInputGradient, slices[i].inputGradient(length), length);
      }
    }
  }

  private void backwardPart(int part) {
    Slice slice = slices[part];
    float[] gradient = byTorso || part == 0 ? vector : slice.gradient(vector.length);
    float[] inputPart =
        inputGradient == null || !byTorso || part == 0
            ? inputGradient
            : slice.inputGradient(slice.inputGradientLength());
    slice.backward(headRows, network.parameters(), gradient, inputPart);
  }

  void tangent(float[] direction, float[][] headTangents) {
    vector = direction;
    headRows = headTangents;
    run(tangent);
  }

  private void tangentPart(int part) {
    slices[part].tangent(vector, headRows);
  }

  @Override
  public void training(RandomGenerator random) {
    training = random;
  }

  @Override
  public float[] output(int head) {
    return outputs[head];
  }

  @Override
  public float[] features(int head) {
    if (features[head] == null) {
      features[head] = new float[maxSteps * maxBatch * network.featureWidth(head)];
    }
    for (int part = 0; part < active; part++) {
      slices[part].features(head, features[head]);
    }
    return features[head];
  }

  @Override
  public float[] state() {
    return state;
  }
}
