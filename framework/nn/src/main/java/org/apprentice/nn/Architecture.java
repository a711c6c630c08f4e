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
    requireIndexable(observationSpace.width(), actionWidth, torsos, heads);
  }

  /** The flat vector of parameters is one array. */
  private static void requireIndexable(
      long inputs, int actionWidth, List<Torso> torsos, List<Head> heads) {
    double count = 0;
    long[] widths = new long[torsos.size()];
    for (int torso = 0; torso < widths.length; torso++) {
      widths[torso] = inputs;
      for (Layer layer : torsos.get(torso).layers()) {
        if (layer instanceof Layer.Dense dense) {
          count += (widths[torso] + 1.0) * dense.width();
          widths[torso] = dense.width();
        } else {
          widths[torso] += actionWidth;
        }
      }
    }
    for (Head head : heads) {
      count += (widths[head.torso()] + 1.0) * head.width();
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
  }

  /**
   * A linear output of a torso.
   *
   * @param gain scale of the initial weights
   */
  public record Head(
      String name, int torso, int width, Initialization initialization, double gain) {}

  /** One layer of a torso. */
  public sealed interface Layer {
    /** Every output sees every input. */
    record Dense(int width, Activation activation, Initialization initialization) implements Layer {
      public Dense {
        if (width < 1) {
          throw new IllegalArgumentException("width of a layer must be at least 1, found " + width);
        }
      }

      @Override
      public String toString() {
        return "dense(" + width + ", " + activation.label() + ")";
      }
    }

    /** Appends the action input. */
    record JoinActions() implements Layer {
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
    if (spec.actionWidth() > 0) {
      layers.add(new Layer.JoinActions());
    }
    for (int width : hidden) {
      layers.add(new Layer.Dense(width, activation, initialization));
    }
    List<Torso> torsos = new ArrayList<>();
    List<Head> heads = new ArrayList<>();
    for (NetworkSpec.Head head : spec.heads()) {
      if (torsos.isEmpty() || !shared) {
        torsos.add(new Torso(shared ? "torso" : head.name() + "-torso", layers));
      }
      heads.add(
          new Head(head.name(), torsos.size() - 1, head.width(), initialization, head.gain()));
    }
    return new Architecture(spec.observationSpace(), spec.actionWidth(), torsos, heads);
  }

  /**
   * One line that two networks share if and only if their parameter vectors are interchangeable.
   */
  public String fingerprint() {
    StringBuilder text = new StringBuilder();
    text.append(observationSpace.width());
    if (actionWidth > 0) {
      text.append(" and ").append(actionWidth);
    }
    for (int torso = 0; torso < torsos.size(); torso++) {
      text.append(torso == 0 ? " -> " : " | ").append(torsos.get(torso).layers());
      for (Head head : heads) {
        if (head.torso() == torso) {
          text.append(" -> ").append(head.name()).append('(').append(head.width()).append(')');
        }
      }
    }
    return text.toString();
  }

  /** How many parameters at the end of the flat vector belong to heads. */
  int headParameters() {
    int count = 0;
    for (Head head : heads) {
      int width = observationSpace.width();
      for (Layer layer : torsos.get(head.torso()).layers()) {
        width = layer instanceof Layer.Dense dense ? dense.width() : width + actionWidth;
      }
      count += (width + 1) * head.width();
    }
    return count;
  }
}
