package org.apprentice.nn;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apprentice.nn.KernelLayer.Stage;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.Pass;

/**
 * Runs an {@link Architecture} with the fastest {@link KernelBackend}. Nothing is allocated in
 * {@code forward}, {@code backward} and {@code tangent} once each was called.
 *
 * <p>With {@link NetworkSpec#threads()} above 1, the sequences of a large batch are split evenly
 * over that many threads, each with a gradient of its own; these are added in a fixed order, so
 * results depend on the number of threads only.
 */
public final class KernelNetwork implements Network, AutoCloseable {
  /** Multiply-adds that are worth another thread. */
  private static final long WORK_PER_THREAD = 150_000;

  private final Architecture architecture;
  private final NetworkSpec spec;
  private final KernelBackend backend;
  private final KernelLayer[] layers;

  /** Per torso, then per head: the index of its last layer, or -1 for the observation. */
  private final int[] layerInputs;

  private final int[] headLayers;
  private final float[] parameters;
  private final int stateWidth;
  private Team team;
  private boolean stale = true;

  /** A new network with initial parameters drawn from the specification's seed. */
  public KernelNetwork(Architecture architecture, NetworkSpec spec) {
    this(architecture, spec, KernelBackend.selected());
  }

  KernelNetwork(Architecture architecture, NetworkSpec spec, KernelBackend backend) {
    this.architecture = architecture;
    this.spec = spec;
    this.backend = backend;
    LayerList list = new LayerList(architecture, backend.create().lanes());
    this.layers = list.layers.toArray(new KernelLayer[0]);
    this.layerInputs = list.inputs.stream().mapToInt(Integer::intValue).toArray();
    this.headLayers = list.heads.stream().mapToInt(Integer::intValue).toArray();
    this.parameters = new float[list.offset];
    SplittableRandom random = new SplittableRandom(spec.seed());
    int width = 0;
    for (KernelLayer layer : layers) {
      layer.initialize(parameters, random.split());
      width += layer.stateWidth();
    }
    this.stateWidth = width;
  }

  /** Lays out the flat vector. */
  private static final class LayerList {
    final List<KernelLayer> layers = new ArrayList<>();
    final List<Integer> inputs = new ArrayList<>();
    final List<Integer> heads = new ArrayList<>();
    int offset;

    LayerList(Architecture architecture, int lanes) {
      List<Integer> ends = new ArrayList<>();
      List<Integer> widths = new ArrayList<>();
      for (Architecture.Torso torso : architecture.torsos()) {
        int end = -1;
        int width = architecture.observationSpace().width();
        for (Architecture.Layer layer : torso.layers()) {
          if (layer instanceof Architecture.Layer.Dense dense) {
            add(
                new DenseLayer(
                    offset,
                    width,
                    dense.width(),
                    dense.activation(),
                    dense.initialization(),
                    dense.initialization().hiddenGain(),
                    lanes),
                end);
            width = dense.width();
          } else {
            add(new JoinLayer(offset), end);
            width += architecture.actionWidth();
          }
          end = layers.size() - 1;
        }
        ends.add(end);
        widths.add(width);
      }
      for (Architecture.Head head : architecture.heads()) {
        add(
            new DenseLayer(
                offset,
                widths.get(head.torso()),
                head.width(),
                Activation.IDENTITY,
                head.initialization(),
                head.gain(),
                lanes),
            ends.get(head.torso()));
        heads.add(layers.size() - 1);
      }
    }

    private void add(KernelLayer layer, int input) {
      layers.add(layer);
      inputs.add(input);
      offset += layer.parameterCount();
    }
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
    return stateWidth;
  }

  @Override
  public Pass pass(int maxSteps, int maxBatch) {
    return new KernelPass(maxSteps, maxBatch);
  }

  @Override
  public void forward(Pass pass, Inputs inputs) {
    if (stale) {
      stale = false;
      for (KernelLayer layer : layers) {
        layer.refresh(parameters);
      }
    }
    mine(pass).forward(inputs);
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

  private void run(Team.Task task, int parts) {
    if (parts == 1) {
      task.run(0);
      return;
    }
    if (team == null) {
      team = new Team(spec.threads());
    }
    team.run(task);
  }

  private Slice slice(int maxRows) {
    Kernels kernels = backend.create();
    int lanes = kernels.lanes();
    Signal observation = new Signal(architecture.observationSpace().width(), lanes, maxRows);
    Signal actions =
        architecture.actionWidth() == 0
            ? null
            : new Signal(architecture.actionWidth(), lanes, maxRows);
    List<Stage> stages = new ArrayList<>();
    for (int i = 0; i < layers.length; i++) {
      Signal input = layerInputs[i] < 0 ? observation : stages.get(layerInputs[i]).output;
      stages.add(layers[i].stage(input, actions, kernels, maxRows));
    }
    List<Signal> heads = new ArrayList<>();
    for (int layer : headLayers) {
      heads.add(stages.get(layer).output);
    }
    return new Slice(observation, actions, stages, heads, maxRows);
  }

  /** The batch's sequences are dealt to slices; slice 0 alone can hold them all. */
  private final class KernelPass implements Pass {
    private final int maxSteps;
    private final int maxBatch;
    private final float[][] outputs;
    private final float[] state;
    private final Slice[] slices;
    private final Kernels kernels = backend.create();
    private int active;
    private Inputs inputs;
    private float[][] headRows;
    private float[] vector;
    private float[] inputGradient;

    // made once: a lambda at the call would be allocated each time
    private final Team.Task forward = this::forwardPart;
    private final Team.Task backward = this::backwardPart;
    private final Team.Task tangent = this::tangentPart;

    KernelPass(int maxSteps, int maxBatch) {
      if (maxSteps < 1 || maxBatch < 1) {
        throw new IllegalArgumentException(
            "a pass needs at least one step and one row, found " + maxSteps + " and " + maxBatch);
      }
      this.maxSteps = maxSteps;
      this.maxBatch = maxBatch;
      this.state = new float[maxBatch * stateWidth];
      this.outputs = new float[headLayers.length][];
      for (int head = 0; head < outputs.length; head++) {
        outputs[head] = new float[maxSteps * maxBatch * architecture.heads().get(head).width()];
      }
      this.slices = new Slice[parts(maxSteps, maxBatch)];
      for (int i = 0; i < slices.length; i++) {
        slices[i] = slice(i == 0 ? maxSteps * maxBatch : maxSteps * share(1, maxBatch));
      }
    }

    KernelNetwork network() {
      return KernelNetwork.this;
    }

    private int parts(int steps, int batch) {
      long work = (long) steps * batch * parameters.length;
      return work < WORK_PER_THREAD * spec.threads() || batch < spec.threads() ? 1 : spec.threads();
    }

    /** Sequences of each slice but the last. */
    private int share(int steps, int batch) {
      int share = (batch + spec.threads() - 1) / spec.threads();
      return steps == 1 ? Signal.roundUp(share, Kernels.ROWS) : share;
    }

    void forward(Inputs given) {
      check(given);
      inputs = given;
      active = parts(given.steps(), given.batch());
      int share = active == 1 ? given.batch() : share(given.steps(), given.batch());
      for (int i = 0; i < active; i++) {
        int from = Math.min(i * share, given.batch());
        slices[i].select(given.steps(), given.batch(), from, Math.min(from + share, given.batch()));
      }
      run(forward, active);
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
      if (given.observations().width() != architecture.observationSpace().width()) {
        throw new IllegalArgumentException(
            "the network takes observations of width "
                + architecture.observationSpace().width()
                + ", found "
                + given.observations().width());
      }
      if (architecture.actionWidth() > 0 && given.actions() == null) {
        throw new IllegalArgumentException(
            "the network takes actions of width " + architecture.actionWidth() + ", found none");
      }
    }

    private void forwardPart(int part) {
      slices[part].forward(inputs, outputs);
    }

    void backward(float[][] headGradients, float[] parameterGradient, float[] wantedInputGradient) {
      headRows = headGradients;
      vector = parameterGradient;
      inputGradient = wantedInputGradient;
      run(backward, active);
      for (int i = 1; i < active; i++) {
        kernels.add(parameterGradient, slices[i].gradient(parameters.length), parameters.length);
      }
    }

    private void backwardPart(int part) {
      float[] gradient = part == 0 ? vector : slices[part].gradient(parameters.length);
      slices[part].backward(headRows, parameters, gradient, inputGradient);
    }

    void tangent(float[] direction, float[][] headTangents) {
      vector = direction;
      headRows = headTangents;
      run(tangent, active);
    }

    private void tangentPart(int part) {
      slices[part].tangent(vector, headRows);
    }

    @Override
    public float[] output(int head) {
      return outputs[head];
    }

    @Override
    public float[] state() {
      return state;
    }
  }
}
