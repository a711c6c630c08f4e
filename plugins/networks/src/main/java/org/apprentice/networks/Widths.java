package org.apprentice.networks;

import java.util.ArrayList;
import java.util.List;
import org.apprentice.nn.Activation;
import org.apprentice.nn.Architecture;
import org.apprentice.nn.Initialization;

/** Widths of layers, as settings. */
final class Widths {
  private Widths() {}

  static List<Integer> checked(String key, List<Integer> widths) {
    for (int width : widths) {
      if (width < 1) {
        throw new IllegalArgumentException(key + " must hold widths of at least 1, found " + width);
      }
    }
    return List.copyOf(widths);
  }

  static void check(String key, int width) {
    if (width < 1) {
      throw new IllegalArgumentException(key + " must be at least 1, found " + width);
    }
  }

  /** A dense layer of each width. */
  static List<Architecture.Layer> dense(
      List<Integer> widths, Activation activation, Initialization initialization) {
    List<Architecture.Layer> layers = new ArrayList<>();
    for (int width : widths) {
      layers.add(new Architecture.Layer.Dense(width, activation, initialization));
    }
    return layers;
  }
}
