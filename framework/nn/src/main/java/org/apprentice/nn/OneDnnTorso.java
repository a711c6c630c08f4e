package org.apprentice.nn;

import java.util.ArrayList;
import java.util.List;
import org.apprentice.nn.Architecture.Layer;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.data_type;
import org.bytedeco.dnnl.memory.format_tag;
import org.bytedeco.javacpp.BytePointer;

/**
 * The first layers of a torso on so many rows of images: oneDNN's primitives and memories, made
 * once and kept. What only the backward or the tangent pass needs is made when that is first run,
 * so a pass that acts holds little.
 */
final class OneDnnTorso {
  private final Shape.Image image;
  private final int rows;
  private final int actionWidth;
  private final data_type type;
  private final Signal observation;
  private final NativeVector parameters;
  private final int parameterCount;
  private final int outputWidth;
  private final List<OneDnnLayer> layers = new ArrayList<>();
  private final OneDnnPhase forward = new OneDnnPhase();

  /** Before {@link #forward}, what takes in the pixels; null until there are such. */
  private OneDnnProgram fromBytes;

  private OneDnnProgram fromReals;
  private final NativeVector output;
  private NativeVector actions;
  private OneDnnFlatten flatten;
  private OneDnnPhase backward;
  private OneDnnPhase inputBackward;
  private OneDnnPhase tangent;
  private NativeVector gradient;
  private NativeVector direction;
  private NativeVector outputGradients;
  private NativeVector outputTangents;
  private NativeVector pixelGradients;
  private NativeVector actionGradients;

  /**
   * @param observation pixels of at least so many rows
   * @param parameters of the layers, one after the other
   */
  OneDnnTorso(ImageTorso description, int rows, Signal observation, NativeVector parameters) {
    this.image = description.image();
    this.rows = rows;
    this.actionWidth = description.actionWidth();
    this.type = OneDnn.type(description.precision());
    this.observation = observation;
    this.parameters = parameters;
    this.parameterCount = description.parameterCount();
    this.outputWidth = description.output().width();
    if (actionWidth > 0) {
      actions = new NativeVector((long) rows * actionWidth);
    }
    build(description.layers());
    for (OneDnnLayer layer : layers.subList(1, layers.size())) {
      layer.forward(forward);
    }
    output = outlet(forward, last().values);
  }

  private void build(List<Layer> described) {
    Shape shape = image;
    OneDnnTensor tensor = null;
    int offset = 0;
    for (int i = 0; i < described.size(); i++) {
      Layer layer = described.get(i);
      if (layer instanceof ImageLayer.Convolution convolution) {
        tensor = addConvolution(convolution, (Shape.Image) shape, tensor, offset);
      } else if (layer instanceof ImageLayer.MaxPooling pooling) {
        tensor = addPooling(pooling, (Shape.Image) shape, tensor);
      } else {
        boolean joins = layer instanceof Layer.JoinActions;
        boolean joinsNext =
            i + 1 < described.size() && described.get(i + 1) instanceof Layer.JoinActions;
        if (shape instanceof Shape.Image last) {
          tensor = addFlatten(last, tensor, joins || joinsNext ? actionWidth : 0);
        }
        if (layer instanceof Layer.Dense dense) {
          tensor = add(new OneDnnDense(this, dense, shape.width(), tensor, offset)).output;
        }
      }
      offset += (int) layer.parameterCount(shape);
      shape = layer.output(shape);
    }
    if (shape instanceof Shape.Image last) {
      addFlatten(last, tensor, 0);
    }
  }

  private <L extends OneDnnLayer> L add(L layer) {
    layers.add(layer);
    return layer;
  }

  private OneDnnTensor addFlatten(Shape.Image last, OneDnnTensor tensor, int joined) {
    flatten = add(new OneDnnFlatten(this, last, tensor, joined));
    return flatten.output;
  }

  private OneDnnTensor addPooling(
      ImageLayer.MaxPooling layer, Shape.Image input, OneDnnTensor before) {
    OneDnnWindow window =
        new OneDnnWindow(rows, input, layer.output(input), layer.size(), layer.stride(), 0);
    OneDnnTensor tensor = before;
    if (tensor == null) {
      memory.desc channelsLast = images(window, format_tag.nhwc);
      tensor = add(new OneDnnPixels(this, image, null, channelsLast)).output;
    }
    return add(new OneDnnPooling(this, layer, window, tensor)).output;
  }

  private OneDnnTensor addConvolution(
      ImageLayer.Convolution layer, Shape.Image input, OneDnnTensor before, int offset) {
    if (before == null && SpaceToDepth.applies(layer, input)) {
      return addBlocks(layer, SpaceToDepth.of(layer, input), offset);
    }
    OneDnnWindow window =
        new OneDnnWindow(
            rows, input, layer.output(input), layer.kernel(), layer.stride(), layer.padding());
    OneDnnTensor tensor = before;
    if (tensor == null) {
      memory.desc wanted = OneDnnConvolution.preferred(this, layer, window);
      tensor = add(new OneDnnPixels(this, image, null, wanted)).output;
    }
    tensor = taken(layer, window, tensor);
    return add(new OneDnnConvolution(this, layer, window, null, tensor, offset)).output;
  }

  private OneDnnTensor addBlocks(ImageLayer.Convolution layer, SpaceToDepth blocks, int offset) {
    OneDnnWindow window =
        new OneDnnWindow(rows, blocks.blocks(), layer.output(image), blocks.kernel(), 1, 0);
    memory.desc wanted = OneDnnConvolution.preferred(this, layer, window);
    int lanes = 0;
    if (blocks.groups(16) && wanted.equals(images(window, format_tag.nChw16c))) {
      lanes = 16;
    } else if (blocks.groups(8) && wanted.equals(images(window, format_tag.nChw8c))) {
      lanes = 8;
    }
    memory.desc made = lanes > 0 ? wanted : images(window, format_tag.nhwc);
    SpaceToDepth.Places places = blocks.images(rows, lanes);
    OneDnnTensor tensor = add(new OneDnnPixels(this, image, places, made)).output;
    tensor = taken(layer, window, tensor);
    return add(new OneDnnConvolution(this, layer, window, blocks, tensor, offset)).output;
  }

  /** The tensor in a layout that the convolution takes. */
  private OneDnnTensor taken(
      ImageLayer.Convolution layer, OneDnnWindow window, OneDnnTensor tensor) {
    return OneDnnConvolution.takes(this, layer, window, tensor.description)
        ? tensor
        : add(new OneDnnReorder(tensor, OneDnnConvolution.preferred(this, layer, window))).output;
  }

  private memory.desc images(OneDnnWindow window, format_tag layout) {
    return new memory.desc(window.inputs(), type, layout);
  }

  int rows() {
    return rows;
  }

  data_type type() {
    return type;
  }

  BytePointer pixels() {
    return new BytePointer(observation.pixels);
  }

  NativeVector realPixels() {
    return observation.realPixels();
  }

  NativeVector parameters() {
    return parameters;
  }

  /** {@code [rows x action width]}; null where none are joined. */
  NativeVector actions() {
    return actions;
  }

  /** {@code [rows x output width]}. */
  NativeVector output() {
    return output;
  }

  NativeVector gradient() {
    return gradient;
  }

  NativeVector direction() {
    if (direction == null) {
      direction = new NativeVector(parameterCount);
    }
    return direction;
  }

  NativeVector pixelGradients() {
    if (pixelGradients == null) {
      pixelGradients = new NativeVector((long) rows * image.width());
    }
    return pixelGradients;
  }

  NativeVector actionGradients() {
    if (actionGradients == null) {
      actionGradients = new NativeVector((long) rows * actionWidth);
    }
    return actionGradients;
  }

  /**
   * @param version number of the parameters' last change
   * @param real whether pixels are real numbers
   */
  void forward(long version, boolean real) {
    takeIn(real).run();
    forward.run(version);
  }

  private OneDnnProgram takeIn(boolean real) {
    OneDnnPixels pixels = (OneDnnPixels) layers.get(0);
    if (real && fromReals == null) {
      fromReals = pixels.fromReals();
    } else if (!real && fromBytes == null) {
      fromBytes = pixels.fromBytes();
    }
    return real ? fromReals : fromBytes;
  }

  /** {@code [rows x output width]}, to be filled before {@link #backward}. */
  NativeVector outputGradients() {
    if (backward == null) {
      gradient = new NativeVector(parameterCount);
      backward = new OneDnnPhase();
      outputGradients = inlet(backward, last().gradients());
      for (int i = layers.size() - 1; i > 0; i--) {
        layers.get(i).backward(backward);
        if (i > 1) {
          layers.get(i).backwardData(backward);
        }
      }
    }
    return outputGradients;
  }

  /** Fills {@link #gradient}. */
  void backward(long version) {
    backward.run(version);
  }

  /** After {@link #backward}, fills the gradients of pixels and actions. */
  void inputBackward(long version) {
    if (inputBackward == null) {
      inputBackward = new OneDnnPhase();
      layers.get(1).backwardData(inputBackward);
      layers.get(0).backwardData(inputBackward);
      if (actionWidth > 0) {
        flatten.backwardActions(inputBackward);
      }
    }
    inputBackward.run(version);
  }

  /**
   * Fills {@link #outputTangents} for {@link #direction}; false where they are 0 and not filled.
   */
  boolean tangent(long version) {
    if (parameterCount == 0) {
      return false;
    }
    if (tangent == null) {
      tangent = new OneDnnPhase();
      boolean moves = false;
      for (OneDnnLayer layer : layers) {
        if (moves || layer.hasParameters()) {
          layer.tangent(tangent, moves);
          moves = true;
        }
      }
      outputTangents = outlet(tangent, last().tangents());
    }
    tangent.run(version);
    return true;
  }

  NativeVector outputTangents() {
    return outputTangents;
  }

  private OneDnnTensor last() {
    return layers.get(layers.size() - 1).output;
  }

  /** Numbers of the last layer, row-major in float32; copied by the phase where they are not. */
  private NativeVector outlet(OneDnnPhase phase, memory numbers) {
    memory result = phase.steps.as(outputDescription(), numbers);
    phase.steps.keep(result);
    return vector(result);
  }

  private NativeVector inlet(OneDnnPhase phase, memory numbers) {
    boolean direct = numbers.get_desc().equals(outputDescription());
    memory source = direct ? numbers : OneDnn.allocate(outputDescription());
    phase.steps.keep(source);
    if (!direct) {
      phase.steps.reorder(source, numbers);
    }
    return vector(source);
  }

  private memory.desc outputDescription() {
    return OneDnn.plain(data_type.f32, rows, outputWidth);
  }

  private NativeVector vector(memory numbers) {
    return new NativeVector(OneDnn.floats(numbers, (long) rows * outputWidth));
  }
}
