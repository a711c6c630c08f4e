package org.apprentice.nn;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkFactory;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.Pass;

/**
 * A network of its own for each head, for example a recurrent actor and a feed-forward critic,
 * behind one flat vector.
 */
public final class HeadNetworks implements Network, AutoCloseable {
  private final NetworkSpec spec;
  private final Network[] networks;
  private final int[] offsets;
  private final float[] parameters;
  private final float[][] gradients;
  private final int stateWidth;
  private boolean stale;

  /**
   * @param factories per head of the specification, what makes its network; each is asked for one
   *     head
   */
  public HeadNetworks(NetworkSpec spec, List<NetworkFactory> factories) {
    if (factories.size() != spec.heads().size()) {
      throw new IllegalArgumentException(
          "there must be a network for each of "
              + spec.heads().size()
              + " heads, found "
              + factories.size());
    }
    this.spec = spec;
    this.networks = new Network[factories.size()];
    this.offsets = new int[factories.size() + 1];
    this.gradients = new float[factories.size()][];
    int state = 0;
    for (int head = 0; head < networks.length; head++) {
      networks[head] = factories.get(head).create(headSpec(head));
      int length = networks[head].parameters().length;
      offsets[head + 1] = offsets[head] + length;
      gradients[head] = new float[length];
      state += networks[head].stateWidth();
    }
    this.stateWidth = state;
    this.parameters = new float[offsets[networks.length]];
    for (int head = 0; head < networks.length; head++) {
      System.arraycopy(
          networks[head].parameters(), 0, parameters, offsets[head], gradients[head].length);
    }
  }

  private NetworkSpec headSpec(int head) {
    return new NetworkSpec(
        spec.observationSpace(),
        spec.actionWidth(),
        List.of(spec.heads().get(head)),
        spec.seed() + head,
        spec.threads());
  }

  @Override
  public NetworkSpec spec() {
    return spec;
  }

  /** Where the parameters of a head's network begin in the flat vector. */
  public int offset(int head) {
    return offsets[head];
  }

  /** Width of what the network of a head carries; see {@link #stateWidth()}. */
  public int stateWidth(int head) {
    return networks[head].stateWidth();
  }

  List<Network> networks() {
    return List.of(networks);
  }

  @Override
  public String description() {
    return Arrays.stream(networks).map(Network::description).collect(Collectors.joining("; "));
  }

  @Override
  public int stateWidth() {
    return stateWidth;
  }

  @Override
  public int featureWidth(int head) {
    return networks[head].featureWidth(0);
  }

  @Override
  public Pass pass(int maxSteps, int maxBatch) {
    return new HeadsPass(maxSteps, maxBatch);
  }

  @Override
  public void forward(Pass pass, Inputs inputs) {
    if (stale) {
      stale = false;
      for (int head = 0; head < networks.length; head++) {
        System.arraycopy(
            parameters, offsets[head], networks[head].parameters(), 0, gradients[head].length);
        networks[head].parametersChanged();
      }
    }
    HeadsPass own = mine(pass);
    own.distributeState();
    for (int head = 0; head < networks.length; head++) {
      if (own.wanted[head]) {
        networks[head].forward(own.passes[head], inputs);
      }
    }
    own.collectState();
    own.rows = inputs.rows();
  }

  @Override
  public void backward(
      Pass pass, float[][] headGradients, float[] parameterGradient, float[] inputGradient) {
    HeadsPass own = mine(pass);
    if (inputGradient != null) {
      Arrays.fill(inputGradient, 0f);
    }
    for (int head = 0; head < networks.length; head++) {
      if (headGradients[head] == null) {
        Arrays.fill(parameterGradient, offsets[head], offsets[head + 1], 0f);
        continue;
      }
      float[] inputPart = inputGradient == null ? null : own.inputGradient(inputGradient.length);
      own.single[0] = headGradients[head];
      networks[head].backward(own.passes[head], own.single, gradients[head], inputPart);
      System.arraycopy(
          gradients[head], 0, parameterGradient, offsets[head], gradients[head].length);
      if (inputGradient != null) {
        int length = own.rows * (spec.observationSpace().width() + spec.actionWidth());
        for (int i = 0; i < length; i++) {
          inputGradient[i] += inputPart[i];
        }
      }
    }
  }

  @Override
  public void tangent(Pass pass, float[] direction, float[][] headTangents) {
    HeadsPass own = mine(pass);
    for (int head = 0; head < networks.length; head++) {
      if (headTangents[head] != null) {
        System.arraycopy(direction, offsets[head], gradients[head], 0, gradients[head].length);
        own.single[0] = headTangents[head];
        networks[head].tangent(own.passes[head], gradients[head], own.single);
      }
    }
  }

  private HeadsPass mine(Pass pass) {
    if (pass instanceof HeadsPass own && own.network() == this) {
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

  /**
   * One graph for all heads where all are made from an {@link Architecture}. Otherwise the zip
   * holds the first head's graph, and each further one lies beside it with its head's name appended
   * to the file name.
   */
  @Override
  public void export(Path zip) throws IOException {
    List<Architecture> parts = new ArrayList<>();
    for (Network network : networks) {
      if (network instanceof KernelNetwork kernels) {
        parts.add(kernels.architecture());
      } else if (network instanceof Dl4jNetwork graph && graph.architecture().isPresent()) {
        parts.add(graph.architecture().get());
      }
    }
    if (parts.size() == networks.length) {
      exportTogether(parts, zip);
      return;
    }
    for (int head = 0; head < networks.length; head++) {
      String name = zip.getFileName().toString();
      networks[head].export(
          head == 0
              ? zip
              : zip.resolveSibling(
                  name.replaceFirst("(\\.zip)?$", "-" + spec.heads().get(head).name() + "$1")));
    }
  }

  /** The joint vector holds all torsos and then all heads. */
  private void exportTogether(List<Architecture> parts, Path zip) throws IOException {
    List<Architecture.Torso> torsos = new ArrayList<>();
    List<Architecture.Head> heads = new ArrayList<>();
    for (Architecture part : parts) {
      Architecture.Head head = part.heads().get(0);
      heads.add(
          new Architecture.Head(
              head.name(),
              torsos.size() + head.torso(),
              head.width(),
              head.initialization(),
              head.gain()));
      for (Architecture.Torso torso : part.torsos()) {
        torsos.add(new Architecture.Torso(head.name() + "-torso-" + torsos.size(), torso.layers()));
      }
    }
    float[] joint = new float[parameters.length];
    int target = 0;
    for (int head = 0; head < networks.length; head++) {
      int length = gradients[head].length - parts.get(head).headParameters();
      System.arraycopy(parameters, offsets[head], joint, target, length);
      target += length;
    }
    for (int head = 0; head < networks.length; head++) {
      int length = parts.get(head).headParameters();
      System.arraycopy(parameters, offsets[head + 1] - length, joint, target, length);
      target += length;
    }
    Dl4jGraphs.export(
        new Architecture(spec.observationSpace(), spec.actionWidth(), torsos, heads), joint, zip);
  }

  /** Ends the threads of the networks that have any. */
  @Override
  public void close() {
    for (Network network : networks) {
      if (network instanceof KernelNetwork kernels) {
        kernels.close();
      }
    }
  }

  private final class HeadsPass implements Pass {
    private final Pass[] passes = new Pass[networks.length];
    private final boolean[] wanted = new boolean[networks.length];

    /** What is given to the network of one head. */
    private final float[][] single = new float[1][];

    private final float[] state;
    private float[] inputGradient;
    private int rows;

    HeadsPass(int maxSteps, int maxBatch) {
      for (int head = 0; head < networks.length; head++) {
        passes[head] = networks[head].pass(maxSteps, maxBatch);
        wanted[head] = true;
      }
      state = new float[maxBatch * stateWidth];
    }

    HeadNetworks network() {
      return HeadNetworks.this;
    }

    float[] inputGradient(int length) {
      if (inputGradient == null || inputGradient.length < length) {
        inputGradient = new float[length];
      }
      return inputGradient;
    }

    void distributeState() {
      int column = 0;
      for (int head = 0; head < passes.length; head++) {
        int width = networks[head].stateWidth();
        for (int row = 0; wanted[head] && width > 0 && row * stateWidth < state.length; row++) {
          System.arraycopy(
              state, row * stateWidth + column, passes[head].state(), row * width, width);
        }
        column += width;
      }
    }

    void collectState() {
      int column = 0;
      for (int head = 0; head < passes.length; head++) {
        int width = networks[head].stateWidth();
        for (int row = 0; wanted[head] && width > 0 && row * stateWidth < state.length; row++) {
          System.arraycopy(
              passes[head].state(), row * width, state, row * stateWidth + column, width);
        }
        column += width;
      }
    }

    @Override
    public void training(RandomGenerator random) {
      for (Pass pass : passes) {
        pass.training(random);
      }
    }

    @Override
    public float[] output(int head) {
      return passes[head].output(0);
    }

    @Override
    public void restrict(boolean[] heads) {
      System.arraycopy(heads, 0, wanted, 0, wanted.length);
    }

    @Override
    public float[] features(int head) {
      return passes[head].features(0);
    }

    @Override
    public float[] state() {
      return state;
    }
  }
}
