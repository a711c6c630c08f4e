package org.apprentice.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.Space;

/**
 * What a network looks like: torsos of layers that each begin at the observation, and linear heads
 * on them. The flat parameter vector holds the torsos' layers in this order, then the heads; a
 * dense layer is its weights {@code [outputs x inputs]} row-major (DL4J's 'f' order of {@code
 * [inputs x outputs]}), then its biases.
 *
 * @param observationSpace the main input; bytes are scaled to [0, 1]
 * @param actionWidth width of the input that {@link Layer.JoinActions} joins; 0 for none
 */
public record Architecture(
    Space observationSpace, int actionWidth, List<Torso> torsos, List<Head> heads) {
  /** With padding to whole vectors, the largest array that 31 bits can index. */
  private static final int LARGEST_PARAMETER_COUNT = 1 << 27;

  public Architecture {
    torsos = List.copyOf(torsos);
    heads = List.copyOf(heads);
    if (heads.isEmpty()) {
      throw new IllegalArgumentException("a network needs at least one head");
    }
    for (Head head : heads) {
      if (head.torso() < 0 || head.torso() >= torsos.size()) {
        throw new IllegalArgumentException(
            "head "
                + head.name()
                + " is on torso "
                + head.torso()
                + ", but there are "
                + torsos.size());
      }
    }
    requireActionWidth(torsos, actionWidth);
    requireIndexable(Shape.of(observationSpace), torsos, heads);
  }

  private static void requireActionWidth(List<Torso> torsos, int actionWidth) {
    for (Torso torso : torsos) {
      for (Layer layer : torso.layers()) {
        if (layer instanceof Layer.JoinActions join && join.width() != actionWidth) {
          throw new IllegalArgumentException(
              "torso "
                  + torso.name()
                  + " joins actions of width "
                  + join.width()
                  + ", but the network takes actions of width "
                  + actionWidth);
        }
      }
    }
  }

  /** The flat vector of parameters is one array. */
  private static void requireIndexable(Shape observation, List<Torso> torsos, List<Head> heads) {
    double count = 0;
    for (Torso torso : torsos) {
      Shape shape = observation;
      for (Layer layer : torso.layers()) {
        count += layer.parameterCount(shape);
        shape = layer.output(shape);
      }
    }
    for (Head head : heads) {
      count += head.parameterCount(torsos.get(head.torso()).output(observation));
    }
    if (count > LARGEST_PARAMETER_COUNT) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the network would have %.3g parameters, at most %d are possible; make its layers narrower",
              count,
              LARGEST_PARAMETER_COUNT));
    }
  }

  /** Layers one after the other. */
  public record Torso(String name, List<Layer> layers) {
    public Torso {
      layers = List.copyOf(layers);
    }

    /** What the heads see, given what the first layer sees. */
    Shape output(Shape input) {
      Shape shape = input;
      for (Layer layer : layers) {
        shape = layer.output(shape);
      }
      return shape;
    }
  }

  /**
   * A linear output of a torso.
   *
   * @param gain scale of the initial weights
   */
  public record Head(
      String name, int torso, int width, Initialization initialization, double gain) {
    /** As {@link Layer#parameterCount}. */
    long parameterCount(Shape input) {
      return (input.width() + 1L) * width;
    }
  }

  /**
   * One layer of a torso. A new kind says here what it makes of its input, in {@link LayerGraph}
   * what computes it, and in {@link Dl4jGraphs} what it is in DL4J. Its text, part of {@link
   * Architecture#fingerprint()}, names all that its parameters depend on.
   */
  public sealed interface Layer
      permits Layer.Dense, Layer.Lstm, Layer.Gru, Layer.Dropout, Layer.JoinActions, ImageLayer {
    /**
     * What the layer behind sees.
     *
     * @throws IllegalArgumentException if the layer cannot take such an input
     */
    Shape output(Shape input);

    /** How many elements of the flat vector are the layer's. */
    long parameterCount(Shape input);

    /**
     * The layer's matrices of weights.
     *
     * @param offset where its parameters begin in the flat vector
     */
    default List<WeightMatrix> weightMatrices(Shape input, int offset) {
      return List.of();
    }

    /** Width of what one sequence carries from step to step; 0 if feed-forward. */
    default int stateWidth() {
      return 0;
    }

    /** Whether the layer is one of those that see images as such: actions are joined behind. */
    default boolean seesImages() {
      return false;
    }

    /** Every output sees every input. */
    record Dense(int width, Activation activation, Initialization initialization) implements Layer {
      public Dense {
        requireWidth(width);
      }

      @Override
      public Shape output(Shape input) {
        return new Shape.Vector(width);
      }

      @Override
      public long parameterCount(Shape input) {
        return (input.width() + 1L) * width;
      }

      @Override
      public List<WeightMatrix> weightMatrices(Shape input, int offset) {
        return List.of(new WeightMatrix(offset, width, input.width()));
      }

      @Override
      public String toString() {
        return "dense(" + width + ", " + activation.label() + ")";
      }
    }

    /**
     * Long short-term memory (Hochreiter and Schmidhuber, 1997; with forget gates, without
     * peepholes) in DL4J's layout. Carries h, then c.
     *
     * @param forgetBias initial bias of the forget gate (Jozefowicz et al., 2015: 1)
     * @param initialization of each gate's two matrices, with a gain of 1
     */
    record Lstm(int width, double forgetBias, Initialization initialization) implements Layer {
      public Lstm {
        requireWidth(width);
      }

      @Override
      public Shape output(Shape input) {
        return new Shape.Vector(width);
      }

      @Override
      public long parameterCount(Shape input) {
        return (long) (4.0 * width * (input.width() + width + 1.0));
      }

      @Override
      public int stateWidth() {
        return 2 * width;
      }

      @Override
      public List<WeightMatrix> weightMatrices(Shape input, int offset) {
        return gateMatrices(4 * width, input.width(), width, offset);
      }

      @Override
      public String toString() {
        return "lstm(" + width + ")";
      }
    }

    /**
     * Gated recurrent unit (Cho et al., 2014) with PyTorch's equations and layout. Carries h.
     *
     * @param initialization of each gate's two matrices, with a gain of 1
     */
    record Gru(int width, Initialization initialization) implements Layer {
      public Gru {
        requireWidth(width);
      }

      @Override
      public Shape output(Shape input) {
        return new Shape.Vector(width);
      }

      @Override
      public long parameterCount(Shape input) {
        return (long) (3.0 * width * (input.width() + width + 2.0));
      }

      @Override
      public int stateWidth() {
        return width;
      }

      @Override
      public List<WeightMatrix> weightMatrices(Shape input, int offset) {
        return gateMatrices(3 * width, input.width(), width, offset);
      }

      @Override
      public String toString() {
        return "gru(" + width + ")";
      }
    }

    /** Those of the inputs, then those of the recurrence. */
    private static List<WeightMatrix> gateMatrices(int rows, int inputs, int width, int offset) {
      return List.of(
          new WeightMatrix(offset, rows, inputs),
          new WeightMatrix(offset + rows * inputs, rows, width));
    }

    private static void requireWidth(int width) {
      if (width < 1) {
        throw new IllegalArgumentException("width of a layer must be at least 1, found " + width);
      }
    }

    /**
     * While a pass is trained, drops numbers at random and scales up the others (Srivastava et al.,
     * 2014); at other times it does nothing.
     *
     * @param rate probability to be dropped, in [0, 1)
     */
    record Dropout(double rate) implements Layer {
      public Dropout {
        if (!(rate >= 0 && rate < 1)) {
          throw new IllegalArgumentException("dropout must be in [0, 1), found " + rate);
        }
      }

      @Override
      public Shape output(Shape input) {
        return input;
      }

      @Override
      public long parameterCount(Shape input) {
        return 0;
      }

      @Override
      public String toString() {
        return "dropout(" + rate + ")";
      }
    }

    /** Appends the action input, which has the given width. */
    record JoinActions(int width) implements Layer {
      @Override
      public Shape output(Shape input) {
        return new Shape.Vector(input.width() + width);
      }

      @Override
      public long parameterCount(Shape input) {
        return 0;
      }

      @Override
      public String toString() {
        return "join-actions";
      }
    }
  }

  /**
   * Dense layers from the observation, joined with the actions where the specification has any, to
   * the heads.
   *
   * @param hidden widths
   * @param shared one torso for all heads instead of one for each
   */
  public static Architecture dense(
      NetworkSpec spec,
      List<Integer> hidden,
      Activation activation,
      Initialization initialization,
      boolean shared) {
    List<Layer> layers = new ArrayList<>();
    for (int width : hidden) {
      layers.add(new Layer.Dense(width, activation, initialization));
    }
    return new LayeredNetworkPlugin.Layout(layers, initialization, shared, Engine.AUTO)
        .architecture(spec);
  }

  /**
   * The same layers for all heads of a specification.
   *
   * @param heads initial weights of the heads, scaled by the specification's gains
   * @param shared one torso for all heads instead of one for each
   */
  public static Architecture of(
      NetworkSpec spec, List<Layer> layers, Initialization heads, boolean shared) {
    if (shared) {
      return new Architecture(
          spec.observationSpace(),
          spec.actionWidth(),
          List.of(new Torso("torso", layers)),
          spec.heads().stream().map(head -> head(head, 0, heads)).toList());
    }
    List<List<Layer>> torsos = new ArrayList<>();
    spec.heads().forEach(head -> torsos.add(layers));
    return of(spec, torsos, heads);
  }

  /**
   * A torso for each head of a specification.
   *
   * @param torsos layers, in the order of the heads
   */
  public static Architecture of(NetworkSpec spec, List<List<Layer>> torsos, Initialization heads) {
    List<Torso> named = new ArrayList<>();
    List<Head> linear = new ArrayList<>();
    for (NetworkSpec.Head head : spec.heads()) {
      linear.add(head(head, named.size(), heads));
      named.add(new Torso(head.name() + "-torso", torsos.get(named.size())));
    }
    return new Architecture(spec.observationSpace(), spec.actionWidth(), named, linear);
  }

  private static Head head(NetworkSpec.Head head, int torso, Initialization initialization) {
    return new Head(head.name(), torso, head.width(), initialization, head.gain());
  }

  /**
   * One line that two networks share if and only if their parameter vectors are interchangeable.
   */
  public String fingerprint() {
    StringBuilder text = new StringBuilder();
    text.append(Shape.of(observationSpace));
    if (actionWidth > 0) {
      text.append(" and ").append(actionWidth);
    }
    for (int torso = 0; torso < torsos.size(); torso++) {
      List<Layer> withParameters = new ArrayList<>(torsos.get(torso).layers());
      withParameters.removeIf(Layer.Dropout.class::isInstance);
      text.append(torso == 0 ? " -> " : " | ").append(withParameters);
      for (Head head : heads) {
        if (head.torso() == torso) {
          text.append(" -> ").append(head.name()).append('(').append(head.width()).append(')');
        }
      }
    }
    return text.toString();
  }

  /** Width of what one sequence carries from step to step; 0 if the network is feed-forward. */
  public int stateWidth() {
    return torsos.stream()
        .flatMap(torso -> torso.layers().stream())
        .mapToInt(Layer::stateWidth)
        .sum();
  }

  /** All matrices of weights in the flat vector, in their order. */
  public List<WeightMatrix> weightMatrices() {
    List<WeightMatrix> matrices = new ArrayList<>();
    int offset = 0;
    for (Torso torso : torsos) {
      Shape shape = Shape.of(observationSpace);
      for (Layer layer : torso.layers()) {
        matrices.addAll(layer.weightMatrices(shape, offset));
        offset += (int) layer.parameterCount(shape);
        shape = layer.output(shape);
      }
    }
    for (Head head : heads) {
      int inputs = torsos.get(head.torso()).output(Shape.of(observationSpace)).width();
      matrices.add(new WeightMatrix(offset, head.width(), inputs));
      offset += (inputs + 1) * head.width();
    }
    return List.copyOf(matrices);
  }

  /** Whether a torso has a layer of this kind. */
  boolean uses(Class<? extends Layer> kind) {
    return torsos.stream().flatMap(torso -> torso.layers().stream()).anyMatch(kind::isInstance);
  }

  /** Width of the torso's output that a head is made from. */
  int featureWidth(int head) {
    return torsos.get(heads.get(head).torso()).output(Shape.of(observationSpace)).width();
  }

  /** How many parameters at the end of the flat vector belong to heads. */
  int headParameters() {
    int count = 0;
    for (Head head : heads) {
      count +=
          (int) head.parameterCount(torsos.get(head.torso()).output(Shape.of(observationSpace)));
    }
    return count;
  }
}
