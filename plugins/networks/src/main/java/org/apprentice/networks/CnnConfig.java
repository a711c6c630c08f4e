package org.apprentice.networks;

import java.util.ArrayList;
import java.util.List;
import org.apprentice.nn.Activation;
import org.apprentice.nn.Architecture.Layer;
import org.apprentice.nn.Engine;
import org.apprentice.nn.ImageLayer;
import org.apprentice.nn.Initialization;
import org.apprentice.nn.Precision;

/**
 * Convolutions, then dense layers; see {@code /network/cnn.conf}.
 *
 * @param filters how many of each convolution
 * @param kernels side of the filters of each
 * @param strides of each
 * @param padding zeros around the input of each; empty for none at all
 * @param pooling side and stride of the max pooling behind each, 1 for none; empty for none at all
 * @param hidden widths of the dense layers
 * @param dropout probability to be dropped behind each of them, while training; empty for none
 * @param shared one torso for all heads instead of one for each
 */
public record CnnConfig(
    List<Integer> filters,
    List<Integer> kernels,
    List<Integer> strides,
    List<Integer> padding,
    List<Integer> pooling,
    List<Integer> hidden,
    List<Double> dropout,
    Activation activation,
    Initialization initialization,
    boolean shared,
    Precision precision,
    Engine engine) {
  public CnnConfig {
    filters = atLeast(1, "filters", filters);
    kernels = sized("kernels", atLeast(1, "kernels", kernels), filters);
    strides = sized("strides", atLeast(1, "strides", strides), filters);
    padding = sized("padding", orAll(0, atLeast(0, "padding", padding), filters), filters);
    pooling = sized("pooling", orAll(1, atLeast(1, "pooling", pooling), filters), filters);
    hidden = Widths.checked("hidden", hidden);
    dropout = dropout.isEmpty() ? hidden.stream().map(any -> 0.0).toList() : List.copyOf(dropout);
    if (dropout.size() != hidden.size()) {
      throw new IllegalArgumentException(
          "dropout must hold a number for each of the %d layers of hidden, found %s"
              .formatted(hidden.size(), dropout));
    }
    for (double rate : dropout) {
      if (!(rate >= 0 && rate < 1)) {
        throw new IllegalArgumentException("dropout must hold numbers in [0, 1), found " + rate);
      }
    }
    if (filters.isEmpty()) {
      throw new IllegalArgumentException("filters must name at least one convolution, found []");
    }
    for (int i = 0; i < kernels.size(); i++) {
      if (padding.get(i) >= kernels.get(i)) {
        throw new IllegalArgumentException(
            "padding must be less than the kernels, found " + padding + " and " + kernels);
      }
    }
  }

  private static List<Integer> atLeast(int least, String key, List<Integer> values) {
    for (int value : values) {
      if (value < least) {
        throw new IllegalArgumentException(
            key + " must hold numbers of at least " + least + ", found " + value);
      }
    }
    return List.copyOf(values);
  }

  private static List<Integer> orAll(int value, List<Integer> values, List<Integer> filters) {
    return values.isEmpty() ? filters.stream().map(any -> value).toList() : values;
  }

  private static List<Integer> sized(String key, List<Integer> values, List<Integer> filters) {
    if (values.size() != filters.size()) {
      throw new IllegalArgumentException(
          "%s must hold a number for each of the %d convolutions of filters, found %s"
              .formatted(key, filters.size(), values));
    }
    return values;
  }

  List<Layer> layers() {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < filters.size(); i++) {
      layers.add(
          new ImageLayer.Convolution(
              filters.get(i),
              kernels.get(i),
              strides.get(i),
              padding.get(i),
              activation,
              initialization,
              precision));
      if (pooling.get(i) > 1) {
        layers.add(new ImageLayer.MaxPooling(pooling.get(i), pooling.get(i)));
      }
    }
    layers.add(new ImageLayer.Flatten());
    for (int i = 0; i < hidden.size(); i++) {
      layers.add(new Layer.Dense(hidden.get(i), activation, initialization));
      if (dropout.get(i) > 0) {
        layers.add(new Layer.Dropout(dropout.get(i)));
      }
    }
    return layers;
  }
}
