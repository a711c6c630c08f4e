package org.apprentice.nn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.apprentice.nn.ImageLayer.MaxPooling;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.data_type;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;
import org.bytedeco.javacpp.BytePointer;

/** Max pooling; where each maximum was is kept for the other passes. */
final class OneDnnPooling extends OneDnnLayer {
  private final MaxPooling layer;
  private final OneDnnWindow window;
  private final pooling_forward.primitive_desc description;

  /** For each output, where in its window the maximum was, row by row; bytes or ints. */
  private final memory places;

  OneDnnPooling(OneDnnTorso torso, MaxPooling layer, OneDnnWindow window, OneDnnTensor input) {
    this(layer, window, input, describe(torso, layer, window, input.description));
  }

  private OneDnnPooling(
      MaxPooling layer,
      OneDnnWindow window,
      OneDnnTensor input,
      pooling_forward.primitive_desc description) {
    super(input, new OneDnnTensor(description.dst_desc()));
    this.layer = layer;
    this.window = window;
    this.description = description;
    this.places = OneDnn.allocate(description.workspace_desc());
  }

  private static pooling_forward.primitive_desc describe(
      OneDnnTorso torso, MaxPooling layer, OneDnnWindow window, memory.desc input) {
    return OneDnn.fast(
        new pooling_forward.primitive_desc(
            new pooling_forward.desc(
                prop_kind.forward_training,
                algorithm.pooling_max,
                input,
                OneDnn.any(torso.type(), window.outputs()),
                window.strides(),
                window.kernel(),
                window.paddings(),
                window.paddings()),
            OneDnn.engine()),
        layer);
  }

  @Override
  void forward(OneDnnPhase phase) {
    phase.steps.add(
        new pooling_forward(description),
        dnnl.DNNL_ARG_SRC,
        input.values,
        dnnl.DNNL_ARG_DST,
        output.values,
        dnnl.DNNL_ARG_WORKSPACE,
        places);
  }

  @Override
  void backward(OneDnnPhase phase) {}

  @Override
  void backwardData(OneDnnPhase phase) {
    pooling_backward.primitive_desc backward =
        OneDnn.fast(
            new pooling_backward.primitive_desc(
                new pooling_backward.desc(
                    algorithm.pooling_max,
                    input.description,
                    output.description,
                    window.strides(),
                    window.kernel(),
                    window.paddings(),
                    window.paddings()),
                OneDnn.engine(),
                description),
            layer);
    phase.steps.add(
        new pooling_backward(backward),
        dnnl.DNNL_ARG_DIFF_DST,
        output.gradients(),
        dnnl.DNNL_ARG_WORKSPACE,
        places,
        dnnl.DNNL_ARG_DIFF_SRC,
        input.gradients());
  }

  /** oneDNN does not pick by place: the tangents of the maxima are picked in Java. */
  @Override
  void tangent(OneDnnPhase phase, boolean inputMoves) {
    OneDnnProgram steps = phase.steps;
    memory plainPlaces =
        steps.as(OneDnn.plain(description.workspace_desc().data_type(), window.outputs()), places);
    memory from = steps.as(OneDnn.plain(data_type.f32, window.inputs()), input.tangents());
    memory.desc plainOutput = OneDnn.plain(data_type.f32, window.outputs());
    boolean direct = plainOutput.equals(output.description);
    memory to = direct ? output.tangents() : OneDnn.allocate(plainOutput);
    boolean bytes = memory.data_type_size(plainPlaces.get_desc().data_type()) == 1;
    int outputs = window.rows() * window.output().width();
    int inputs = window.rows() * window.input().width();
    ByteBuffer indices =
        new BytePointer(plainPlaces.get_data_handle())
            .capacity((long) outputs * (bytes ? 1 : Integer.BYTES))
            .asByteBuffer()
            .order(ByteOrder.nativeOrder());
    FloatBuffer source = OneDnn.floats(from, inputs).asBuffer();
    FloatBuffer target = OneDnn.floats(to, outputs).asBuffer();
    steps.keep(plainPlaces, from, to);
    steps.add(() -> pick(indices, bytes, source, target));
    if (!direct) {
      steps.reorder(to, output.tangents());
    }
  }

  private void pick(ByteBuffer indices, boolean bytes, FloatBuffer source, FloatBuffer target) {
    int planes = window.rows() * window.input().channels();
    int width = window.input().columns();
    int at = 0;
    for (int plane = 0; plane < planes; plane++) {
      int corner = plane * window.input().rows() * width;
      for (int y = 0; y < window.output().rows(); y++) {
        for (int x = 0; x < window.output().columns(); x++, at++) {
          int place = bytes ? indices.get(at) & 0xff : indices.getInt(at * Integer.BYTES);
          int row = y * window.stride() + place / window.size();
          int column = x * window.stride() + place % window.size();
          target.put(at, source.get(corner + row * width + column));
        }
      }
    }
  }
}
