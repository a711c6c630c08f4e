package org.apprentice.nn;

import org.apprentice.nn.ImageLayer.Convolution;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.data_type;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.javacpp.FloatPointer;

/** A convolution and its activation. */
final class OneDnnConvolution extends OneDnnLayer {
  private final OneDnnTorso torso;
  private final Convolution layer;
  private final OneDnnWindow window;

  /** How the input was made of the image; null where it is the image. */
  private final SpaceToDepth blocks;

  /** Of the layer's biases in the torso's vectors; the weights follow. */
  private final int offset;

  private final convolution_forward.primitive_desc description;
  private final memory.desc biases;

  /** The activation is part of the primitive. */
  private final boolean fused;

  /** Working copy of the weights. */
  private memory weights;

  /**
   * @param input in a layout that it {@link #takes}
   */
  OneDnnConvolution(
      OneDnnTorso torso,
      Convolution layer,
      OneDnnWindow window,
      SpaceToDepth blocks,
      OneDnnTensor input,
      int offset) {
    this(torso, layer, window, blocks, input, offset, describe(torso, layer, window, input));
  }

  private OneDnnConvolution(
      OneDnnTorso torso,
      Convolution layer,
      OneDnnWindow window,
      SpaceToDepth blocks,
      OneDnnTensor input,
      int offset,
      convolution_forward.primitive_desc description) {
    super(input, new OneDnnTensor(description.dst_desc()));
    this.torso = torso;
    this.layer = layer;
    this.window = window;
    this.blocks = blocks;
    this.offset = offset;
    this.description = description;
    this.fused = fuses(torso, layer, window, input.description);
    this.biases = OneDnn.plain(data_type.f32, layer.channels());
  }

  /** Whether inputs in this layout are fast. Of layouts that are equal, not all need be. */
  static boolean takes(
      OneDnnTorso torso, Convolution layer, OneDnnWindow window, memory.desc offered) {
    return fuses(torso, layer, window, offered)
        || !OneDnn.isReference(describe(torso, window, offered, null, new primitive_attr()));
  }

  /** The layout in which the input is to come if there is a choice. */
  static memory.desc preferred(OneDnnTorso torso, Convolution layer, OneDnnWindow window) {
    memory.desc any = OneDnn.any(torso.type(), window.inputs());
    if (fuses(torso, layer, window, any)) {
      return describe(torso, window, any, null, through(layer.activation())).src_desc();
    }
    convolution_forward.primitive_desc alone =
        describe(torso, window, any, null, new primitive_attr());
    return OneDnn.isReference(alone)
        ? OneDnn.plain(torso.type(), window.inputs())
        : alone.src_desc();
  }

  private static boolean fuses(
      OneDnnTorso torso, Convolution layer, OneDnnWindow window, memory.desc from) {
    return !OneDnn.isReference(describe(torso, window, from, null, through(layer.activation())));
  }

  private static convolution_forward.primitive_desc describe(
      OneDnnTorso torso, Convolution layer, OneDnnWindow window, OneDnnTensor input) {
    primitive_attr attributes =
        fuses(torso, layer, window, input.description)
            ? through(layer.activation())
            : new primitive_attr();
    return OneDnn.fast(describe(torso, window, input.description, null, attributes), layer);
  }

  /**
   * @param to layout of the output; null for any
   */
  private static convolution_forward.primitive_desc describe(
      OneDnnTorso torso,
      OneDnnWindow window,
      memory.desc from,
      memory.desc to,
      primitive_attr attributes) {
    return new convolution_forward.primitive_desc(
        new convolution_forward.desc(
            prop_kind.forward_training,
            algorithm.convolution_direct,
            from,
            OneDnn.any(torso.type(), window.weights()),
            OneDnn.plain(data_type.f32, window.output().channels()),
            to == null ? OneDnn.any(torso.type(), window.outputs()) : to,
            window.strides(),
            window.paddings(),
            window.paddings()),
        attributes,
        OneDnn.engine());
  }

  @Override
  boolean hasParameters() {
    return true;
  }

  @Override
  void forward(OneDnnPhase phase) {
    weights = weights(phase.renewal, torso.parameters().pointer(), description.weights_desc());
    memory theirBiases = OneDnn.view(biases, torso.parameters().pointer(), offset);
    run(phase.steps, description, input.values, weights, theirBiases, output.values);
    if (!fused) {
      activate(phase.steps, layer.activation());
    }
  }

  private void run(
      OneDnnProgram program,
      convolution_forward.primitive_desc what,
      memory from,
      memory filters,
      memory theirBiases,
      memory to) {
    program.add(
        new convolution_forward(what),
        dnnl.DNNL_ARG_SRC,
        from,
        dnnl.DNNL_ARG_WEIGHTS,
        filters,
        dnnl.DNNL_ARG_BIAS,
        theirBiases,
        dnnl.DNNL_ARG_DST,
        to);
  }

  /** Weights of a vector in a wanted layout, renewed by a program. */
  private memory weights(OneDnnProgram program, FloatPointer vector, memory.desc wanted) {
    return program.as(wanted, plainWeights(program, vector));
  }

  private memory plainWeights(OneDnnProgram program, FloatPointer vector) {
    memory.desc plain = OneDnn.plain(data_type.f32, window.weights());
    if (blocks == null) {
      return OneDnn.view(plain, vector, offset + layer.channels());
    }
    SpaceToDepth.Places places = blocks.weights(layer.channels());
    memory result = OneDnn.allocate(plain);
    program.reorder(
        OneDnn.view(
            OneDnn.strided(data_type.f32, places.dimensions(), places.from()),
            vector,
            offset + layer.channels()),
        OneDnn.view(OneDnn.strided(data_type.f32, places.dimensions(), places.to()), result));
    return result;
  }

  @Override
  void backward(OneDnnPhase phase) {
    derive(phase.steps, layer.activation(), output.gradients());
    convolution_backward_weights.primitive_desc backward =
        describeBackwardWeights(input.description, output.description);
    if (OneDnn.isReference(backward)) {
      backward = OneDnn.fast(describeBackwardWeights(plainInput(), plainOutput()), layer);
    }
    memory gradient = OneDnn.allocate(backward.diff_weights_desc());
    phase.steps.add(
        new convolution_backward_weights(backward),
        dnnl.DNNL_ARG_SRC,
        phase.steps.as(backward.src_desc(), input.values),
        dnnl.DNNL_ARG_DIFF_DST,
        phase.steps.as(backward.diff_dst_desc(), output.gradients()),
        dnnl.DNNL_ARG_DIFF_WEIGHTS,
        gradient,
        dnnl.DNNL_ARG_DIFF_BIAS,
        OneDnn.view(biases, torso.gradient().pointer(), offset));
    storeGradient(phase.steps, gradient);
  }

  private memory.desc plainInput() {
    return OneDnn.plain(torso.type(), window.inputs());
  }

  private memory.desc plainOutput() {
    return OneDnn.plain(torso.type(), window.outputs());
  }

  private convolution_backward_weights.primitive_desc describeBackwardWeights(
      memory.desc from, memory.desc to) {
    return new convolution_backward_weights.primitive_desc(
        new convolution_backward_weights.desc(
            algorithm.convolution_direct,
            from,
            OneDnn.any(data_type.f32, window.weights()),
            biases,
            to,
            window.strides(),
            window.paddings(),
            window.paddings()),
        OneDnn.engine(),
        description);
  }

  private void storeGradient(OneDnnProgram program, memory gradient) {
    memory.desc plain = OneDnn.plain(data_type.f32, window.weights());
    if (blocks == null) {
      program.reorder(
          gradient, OneDnn.view(plain, torso.gradient().pointer(), offset + layer.channels()));
      return;
    }
    SpaceToDepth.Places places = blocks.weights(layer.channels());
    program.reorder(
        OneDnn.view(
            OneDnn.strided(data_type.f32, places.dimensions(), places.to()),
            program.as(plain, gradient)),
        OneDnn.view(
            OneDnn.strided(data_type.f32, places.dimensions(), places.from()),
            torso.gradient().pointer(),
            offset + layer.channels()));
  }

  @Override
  void backwardData(OneDnnPhase phase) {
    convolution_backward_data.primitive_desc backward =
        describeBackwardData(input.description, output.description);
    if (OneDnn.isReference(backward)) {
      backward = OneDnn.fast(describeBackwardData(plainInput(), plainOutput()), layer);
    }
    boolean direct = backward.diff_src_desc().equals(input.description);
    memory target = direct ? input.gradients() : OneDnn.allocate(backward.diff_src_desc());
    phase.steps.add(
        new convolution_backward_data(backward),
        dnnl.DNNL_ARG_DIFF_DST,
        phase.steps.as(backward.diff_dst_desc(), output.gradients()),
        dnnl.DNNL_ARG_WEIGHTS,
        weights(phase.renewal, torso.parameters().pointer(), backward.weights_desc()),
        dnnl.DNNL_ARG_DIFF_SRC,
        target);
    if (!direct) {
      phase.steps.reorder(target, input.gradients());
    }
  }

  private convolution_backward_data.primitive_desc describeBackwardData(
      memory.desc from, memory.desc to) {
    return new convolution_backward_data.primitive_desc(
        new convolution_backward_data.desc(
            algorithm.convolution_direct,
            from,
            OneDnn.any(torso.type(), window.weights()),
            to,
            window.strides(),
            window.paddings(),
            window.paddings()),
        OneDnn.engine(),
        description);
  }

  @Override
  void tangent(OneDnnPhase phase, boolean inputMoves) {
    memory.desc from = input.description;
    memory.desc to = output.description;
    if (OneDnn.isReference(describe(torso, window, from, to, new primitive_attr()))
        || OneDnn.isReference(describe(torso, window, from, to, added()))) {
      from = plainInput();
      to = plainOutput();
    }
    boolean direct = to.equals(output.description);
    memory target = direct ? output.tangents() : OneDnn.allocate(to);
    OneDnnProgram steps = phase.steps;
    FloatPointer direction = torso.direction().pointer();
    convolution_forward.primitive_desc moved =
        OneDnn.fast(describe(torso, window, from, to, new primitive_attr()), layer);
    memory directions = weights(steps, direction, moved.weights_desc());
    memory directionOfBiases = OneDnn.view(biases, direction, offset);
    run(steps, moved, steps.as(from, input.values), directions, directionOfBiases, target);
    if (inputMoves) {
      convolution_forward.primitive_desc plus =
          OneDnn.fast(describe(torso, window, from, to, added()), layer);
      memory filters = phase.renewal.as(plus.weights_desc(), weights);
      memory noBiases = OneDnn.allocate(biases);
      run(steps, plus, steps.as(from, input.tangents()), filters, noBiases, target);
    }
    if (!direct) {
      steps.reorder(target, output.tangents());
    }
    derive(steps, layer.activation(), output.tangents());
  }
}
