package org.apprentice.nn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.apprentice.nn.KernelLayer.Stage;
import org.apprentice.spi.ImageSpace;

/** The layers of an architecture with their places in the flat vector, and how they are wired. */
final class LayerGraph {
  private final Architecture architecture;
  private final KernelBackend backend;
  private final List<Node> nodes = new ArrayList<>();

  /** Per head, its node. */
  private final List<Integer> heads = new ArrayList<>();

  private int parameterCount;
  private int stateWidth;

  /**
   * @param input index of the node before, or -1 for the observation
   */
  private record Node(KernelLayer layer, int input, int torso) {}

  LayerGraph(
      Architecture architecture, KernelBackend backend, Supplier<Convolutions> convolutions) {
    this.architecture = architecture;
    this.backend = backend;
    Kernels kernels = backend.create();
    Shape observation = Shape.of(architecture.observationSpace());
    List<Integer> ends = new ArrayList<>();
    for (int torso = 0; torso < architecture.torsos().size(); torso++) {
      int end = -1;
      List<Architecture.Layer> layers = architecture.torsos().get(torso).layers();
      Shape shape = observation;
      int together = 0;
      if (observation instanceof Shape.Image image && ImageTorso.begins(layers)) {
        Convolutions choice = convolutions.get();
        together = choice.prefix(layers);
        ImageTorso first =
            new ImageTorso(parameterCount, layers.subList(0, together), image, choice);
        add(first, end, torso);
        shape = first.output();
        end = nodes.size() - 1;
      }
      for (Architecture.Layer layer : layers.subList(together, layers.size())) {
        if (!(layer instanceof ImageLayer.Flatten)) {
          add(kernelLayer(layer, shape, kernels), end, torso);
          end = nodes.size() - 1;
        }
        stateWidth += layer.stateWidth();
        shape = layer.output(shape);
      }
      ends.add(end);
    }
    for (Architecture.Head head : architecture.heads()) {
      heads.add(nodes.size());
      add(
          new DenseLayer(
              parameterCount,
              architecture.torsos().get(head.torso()).output(observation).width(),
              head.width(),
              Activation.IDENTITY,
              head.initialization(),
              head.gain(),
              kernels),
          ends.get(head.torso()),
          head.torso());
    }
  }

  /** What computes a layer; its parameters and columns of the carried state are the next ones. */
  private KernelLayer kernelLayer(Architecture.Layer layer, Shape input, Kernels kernels) {
    if (layer instanceof Architecture.Layer.Dense dense) {
      return new DenseLayer(
          parameterCount,
          input.width(),
          dense.width(),
          dense.activation(),
          dense.initialization(),
          dense.initialization().hiddenGain(),
          kernels);
    }
    if (layer instanceof Architecture.Layer.JoinActions) {
      return new JoinLayer(parameterCount);
    }
    if (layer instanceof Architecture.Layer.Lstm lstm) {
      return new LstmLayer(parameterCount, stateWidth, input.width(), lstm, kernels);
    }
    if (layer instanceof Architecture.Layer.Gru gru) {
      return new GruLayer(parameterCount, stateWidth, input.width(), gru, kernels);
    }
    if (layer instanceof Architecture.Layer.Dropout dropout) {
      return new DropoutLayer(parameterCount, nodes.size(), dropout.rate());
    }
    throw new IllegalStateException("no kernels compute the layer " + layer);
  }

  private void add(KernelLayer layer, int input, int torso) {
    nodes.add(new Node(layer, input, torso));
    parameterCount += layer.parameterCount();
  }

  int parameterCount() {
    return parameterCount;
  }

  int stateWidth() {
    return stateWidth;
  }

  float[] initialParameters(long seed) {
    float[] parameters = new float[parameterCount];
    SplittableRandom random = new SplittableRandom(seed);
    for (Node node : nodes) {
      node.layer.initializeFrom(parameters, random);
    }
    return parameters;
  }

  /** Deals the torsos to so many groups of about the same number of parameters. */
  List<List<Integer>> groups(int count) {
    int[] sizes = new int[architecture.torsos().size()];
    for (Node node : nodes) {
      sizes[node.torso] += node.layer.parameterCount();
    }
    List<Integer> largestFirst = new ArrayList<>();
    List<List<Integer>> groups = new ArrayList<>();
    for (int torso = 0; torso < sizes.length; torso++) {
      largestFirst.add(torso);
    }
    largestFirst.sort(Comparator.comparing(torso -> -sizes[torso]));
    for (int group = 0; group < count; group++) {
      groups.add(new ArrayList<>());
    }
    for (int torso : largestFirst) {
      groups.stream()
          .min(
              Comparator.comparing(group -> group.stream().mapToInt(member -> sizes[member]).sum()))
          .orElseThrow()
          .add(torso);
    }
    return groups;
  }

  /**
   * Where the parameters of the given torsos and their heads lie: {@code [from, to)} one after the
   * other.
   */
  int[] ranges(List<Integer> torsos) {
    List<Integer> bounds = new ArrayList<>();
    for (Node node : nodes) {
      int from = node.layer.offset;
      int to = from + node.layer.parameterCount();
      if (torsos.contains(node.torso)
          && !bounds.isEmpty()
          && bounds.get(bounds.size() - 1) == from) {
        bounds.set(bounds.size() - 1, to);
      } else if (torsos.contains(node.torso)) {
        bounds.add(from);
        bounds.add(to);
      }
    }
    return bounds.stream().mapToInt(Integer::intValue).toArray();
  }

  /** All torsos, as one group. */
  List<Integer> torsos() {
    return groups(1).get(0);
  }

  /** Whether a torso sees images as such. */
  boolean hasImages() {
    return nodes.stream().anyMatch(node -> node.layer instanceof ImageTorso);
  }

  /** As bytes for torsos that see images, as numbers for others. */
  private Signal observation(List<Integer> torsos, int lanes, int maxRows) {
    int width = architecture.observationSpace().width();
    List<Node> first =
        nodes.stream().filter(node -> node.input < 0 && torsos.contains(node.torso)).toList();
    boolean pixels = first.stream().anyMatch(node -> node.layer instanceof ImageTorso);
    boolean values = first.stream().anyMatch(node -> !(node.layer instanceof ImageTorso));
    return new Signal(width, lanes, maxRows, values, pixels);
  }

  /** The given torsos and their heads at work on rows of their own. */
  Slice slice(List<Integer> torsos, int maxRows) {
    Kernels kernels = backend.create();
    int lanes = kernels.lanes();
    Signal observation = observation(torsos, lanes, maxRows);
    Signal actions =
        architecture.actionWidth() == 0
            ? null
            : new Signal(architecture.actionWidth(), lanes, maxRows);
    List<KernelLayer> layers = new ArrayList<>();
    List<Stage> stages = new ArrayList<>();
    Stage[] stageOfNode = new Stage[nodes.size()];
    for (int i = 0; i < stageOfNode.length; i++) {
      Node node = nodes.get(i);
      if (torsos.contains(node.torso)) {
        Signal input = node.input < 0 ? observation : stageOfNode[node.input].output;
        stageOfNode[i] = node.layer.stage(input, actions, kernels, maxRows);
        layers.add(node.layer);
        stages.add(stageOfNode[i]);
      }
    }
    Signal[] outputs = new Signal[heads.size()];
    Signal[] features = new Signal[heads.size()];
    for (int head = 0; head < outputs.length; head++) {
      Stage stage = stageOfNode[heads.get(head)];
      if (stage != null) {
        int input = nodes.get(heads.get(head)).input;
        outputs[head] = stage.output;
        features[head] = input < 0 ? observation : stageOfNode[input].output;
      }
    }
    boolean image = architecture.observationSpace() instanceof ImageSpace;
    return new Slice(observation, image, actions, layers, stages, outputs, features, maxRows);
  }
}
