package org.apprentice.nn;

import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;

/** A layer of a {@link OneDnnTorso}: it appends what computes it to the torso's phases. */
abstract class OneDnnLayer {
  final OneDnnTensor input;
  final OneDnnTensor output;

  OneDnnLayer(OneDnnTensor input, OneDnnTensor output) {
    this.input = input;
    this.output = output;
  }

  /** Appends what fills the output. */
  abstract void forward(OneDnnPhase phase);

  /**
   * Appends what turns the gradient of the output, which is overwritten, into that of the
   * parameters.
   */
  abstract void backward(OneDnnPhase phase);

  /** Appends, after {@link #backward}, what fills the gradient of the input. */
  abstract void backwardData(OneDnnPhase phase);

  /** Whether the output depends on parameters of this layer. */
  boolean hasParameters() {
    return false;
  }

  /**
   * Appends what fills the tangent of the output; not called where that does not depend on the
   * direction.
   *
   * @param inputMoves the input has a tangent; else it does not depend on the direction
   */
  abstract void tangent(OneDnnPhase phase, boolean inputMoves);

  /** A primitive's output through the activation. */
  static primitive_attr through(Activation activation) {
    primitive_attr attributes = new primitive_attr();
    if (activation != Activation.IDENTITY) {
      post_ops operations = new post_ops();
      operations.append_eltwise(1, function(activation), alpha(activation), 0);
      attributes.set_post_ops(operations);
    }
    return attributes;
  }

  /** A primitive's output added to what is there. */
  static primitive_attr added() {
    primitive_attr attributes = new primitive_attr();
    post_ops operations = new post_ops();
    operations.append_sum();
    attributes.set_post_ops(operations);
    return attributes;
  }

  private static algorithm function(Activation activation) {
    return switch (activation) {
      case IDENTITY -> algorithm.eltwise_linear;
      case TANH -> algorithm.eltwise_tanh;
      case ELU -> algorithm.eltwise_elu;
      case RELU, LEAKY_RELU -> algorithm.eltwise_relu;
    };
  }

  private static float alpha(Activation activation) {
    return switch (activation) {
      case LEAKY_RELU -> Activation.LEAKY_SLOPE;
      case ELU -> 1;
      default -> 0;
    };
  }

  /** Appends {@code output = f(output)}. */
  void activate(OneDnnProgram program, Activation activation) {
    eltwise_forward.primitive_desc description =
        new eltwise_forward.primitive_desc(
            new eltwise_forward.desc(
                prop_kind.forward_training,
                function(activation),
                output.description,
                alpha(activation),
                0),
            OneDnn.engine());
    program.add(
        new eltwise_forward(OneDnn.fast(description, activation)),
        dnnl.DNNL_ARG_SRC,
        output.values,
        dnnl.DNNL_ARG_DST,
        output.values);
  }

  /** Appends {@code numbers *= f'} where the output is {@code f}. */
  void derive(OneDnnProgram program, Activation activation, memory numbers) {
    if (activation == Activation.IDENTITY) {
      return;
    }
    algorithm function =
        switch (activation) {
          case TANH -> algorithm.eltwise_tanh_use_dst_for_bwd;
          case ELU -> algorithm.eltwise_elu_use_dst_for_bwd;
          default -> algorithm.eltwise_relu_use_dst_for_bwd;
        };
    memory.desc description = output.description;
    eltwise_forward.primitive_desc hint =
        new eltwise_forward.primitive_desc(
            new eltwise_forward.desc(
                prop_kind.forward_training, function, description, alpha(activation), 0),
            OneDnn.engine());
    eltwise_backward.primitive_desc backward =
        new eltwise_backward.primitive_desc(
            new eltwise_backward.desc(function, description, description, alpha(activation), 0),
            OneDnn.engine(),
            hint);
    program.add(
        new eltwise_backward(OneDnn.fast(backward, activation)),
        dnnl.DNNL_ARG_DST,
        output.values,
        dnnl.DNNL_ARG_DIFF_DST,
        numbers,
        dnnl.DNNL_ARG_DIFF_SRC,
        numbers);
  }
}
