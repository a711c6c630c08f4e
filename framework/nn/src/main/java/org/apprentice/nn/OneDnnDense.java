package org.apprentice.nn;

import org.apprentice.nn.Architecture.Layer.Dense;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.inner_product_backward_data;
import org.bytedeco.dnnl.inner_product_backward_weights;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.data_type;
import org.bytedeco.dnnl.primitive_attr;

/** A dense layer and its activation. */
final class OneDnnDense extends OneDnnLayer {
  private final OneDnnTorso torso;
  private final Dense layer;
  private final int inputs;

  /** Of the layer's weights in the torso's vectors; the biases follow. */
  private final int offset;

  private final inner_product_forward.primitive_desc description;
  private final memory.desc plainWeights;
  private final memory.desc biases;
  private memory weights;

  OneDnnDense(OneDnnTorso torso, Dense layer, int inputs, OneDnnTensor input, int offset) {
    super(input, new OneDnnTensor(OneDnn.plain(torso.type(), torso.rows(), layer.width())));
    this.torso = torso;
    this.layer = layer;
    this.inputs = inputs;
    this.offset = offset;
    this.plainWeights = OneDnn.plain(data_type.f32, layer.width(), inputs);
    this.biases = OneDnn.plain(data_type.f32, layer.width());
    this.description = describe(biases, through(layer.activation()));
  }

  /**
   * @param withBiases their description, or null for none
   */
  private inner_product_forward.primitive_desc describe(
      memory.desc withBiases, primitive_attr attributes) {
    memory.desc any = OneDnn.any(torso.type(), layer.width(), inputs);
    return OneDnn.fast(
        new inner_product_forward.primitive_desc(
            withBiases == null
                ? new inner_product_forward.desc(
                    prop_kind.forward_training, input.description, any, output.description)
                : new inner_product_forward.desc(
                    prop_kind.forward_training,
                    input.description,
                    any,
                    withBiases,
                    output.description),
            attributes,
            OneDnn.engine()),
        layer);
  }

  private long biasOffset() {
    return offset + (long) inputs * layer.width();
  }

  @Override
  boolean hasParameters() {
    return true;
  }

  @Override
  void forward(OneDnnPhase phase) {
    weights =
        phase.renewal.as(
            description.weights_desc(),
            OneDnn.view(plainWeights, torso.parameters().pointer(), offset));
    phase.steps.add(
        new inner_product_forward(description),
        dnnl.DNNL_ARG_SRC,
        input.values,
        dnnl.DNNL_ARG_WEIGHTS,
        weights,
        dnnl.DNNL_ARG_BIAS,
        OneDnn.view(biases, torso.parameters().pointer(), biasOffset()),
        dnnl.DNNL_ARG_DST,
        output.values);
  }

  @Override
  void backward(OneDnnPhase phase) {
    derive(phase.steps, layer.activation(), output.gradients());
    inner_product_backward_weights.primitive_desc backward =
        OneDnn.fast(
            new inner_product_backward_weights.primitive_desc(
                new inner_product_backward_weights.desc(
                    input.description,
                    OneDnn.any(data_type.f32, layer.width(), inputs),
                    biases,
                    output.description),
                OneDnn.engine(),
                description),
            layer);
    memory target = OneDnn.view(plainWeights, torso.gradient().pointer(), offset);
    boolean direct = backward.diff_weights_desc().equals(plainWeights);
    memory gradient = direct ? target : OneDnn.allocate(backward.diff_weights_desc());
    phase.steps.add(
        new inner_product_backward_weights(backward),
        dnnl.DNNL_ARG_SRC,
        input.values,
        dnnl.DNNL_ARG_DIFF_DST,
        output.gradients(),
        dnnl.DNNL_ARG_DIFF_WEIGHTS,
        gradient,
        dnnl.DNNL_ARG_DIFF_BIAS,
        OneDnn.view(biases, torso.gradient().pointer(), biasOffset()));
    if (!direct) {
      phase.steps.reorder(gradient, target);
    }
  }

  @Override
  void backwardData(OneDnnPhase phase) {
    inner_product_backward_data.primitive_desc backward =
        OneDnn.fast(
            new inner_product_backward_data.primitive_desc(
                new inner_product_backward_data.desc(
                    input.description,
                    OneDnn.any(torso.type(), layer.width(), inputs),
                    output.description),
                OneDnn.engine(),
                description),
            layer);
    // the same layout as forward, most often
    memory plain = OneDnn.view(plainWeights, torso.parameters().pointer(), offset);
    boolean shared = backward.weights_desc().equals(weights.get_desc());
    phase.steps.add(
        new inner_product_backward_data(backward),
        dnnl.DNNL_ARG_DIFF_DST,
        output.gradients(),
        dnnl.DNNL_ARG_WEIGHTS,
        shared ? weights : phase.renewal.as(backward.weights_desc(), plain),
        dnnl.DNNL_ARG_DIFF_SRC,
        input.gradients());
  }

  @Override
  void tangent(OneDnnPhase phase, boolean inputMoves) {
    inner_product_forward.primitive_desc moved = describe(biases, new primitive_attr());
    phase.steps.add(
        new inner_product_forward(moved),
        dnnl.DNNL_ARG_SRC,
        input.values,
        dnnl.DNNL_ARG_WEIGHTS,
        phase.steps.as(
            moved.weights_desc(), OneDnn.view(plainWeights, torso.direction().pointer(), offset)),
        dnnl.DNNL_ARG_BIAS,
        OneDnn.view(biases, torso.direction().pointer(), biasOffset()),
        dnnl.DNNL_ARG_DST,
        output.tangents());
    if (inputMoves) {
      inner_product_forward.primitive_desc plus = describe(null, added());
      phase.steps.add(
          new inner_product_forward(plus),
          dnnl.DNNL_ARG_SRC,
          input.tangents(),
          dnnl.DNNL_ARG_WEIGHTS,
          phase.renewal.as(plus.weights_desc(), weights),
          dnnl.DNNL_ARG_DST,
          output.tangents());
    }
    derive(phase.steps, layer.activation(), output.tangents());
  }
}
