package org.apprentice.nn;

import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.data_type;
import org.bytedeco.javacpp.BytePointer;

/** Images as vectors, channel by channel, with the actions behind each where there are any. */
final class OneDnnFlatten extends OneDnnLayer {
  private final OneDnnTorso torso;
  private final int width;
  private final int actionWidth;
  private final memory.desc images;

  OneDnnFlatten(OneDnnTorso torso, Shape.Image image, OneDnnTensor input, int actionWidth) {
    super(
        input,
        new OneDnnTensor(
            OneDnn.plain(torso.type(), torso.rows(), image.width() + (long) actionWidth)));
    this.torso = torso;
    this.width = image.width();
    this.actionWidth = actionWidth;
    this.images =
        OneDnn.strided(
            torso.type(),
            new long[] {torso.rows(), image.channels(), image.rows(), image.columns()},
            new long[] {
              width + (long) actionWidth, (long) image.rows() * image.columns(), image.columns(), 1
            });
  }

  /** The columns behind the image's. */
  private memory actions(memory joined) {
    long size = memory.data_type_size(torso.type());
    return new memory(
        OneDnn.strided(
            torso.type(),
            new long[] {torso.rows(), actionWidth},
            new long[] {width + (long) actionWidth, 1}),
        OneDnn.engine(),
        new BytePointer(joined.get_data_handle()).getPointer(width * size));
  }

  private memory.desc plainActions() {
    return OneDnn.plain(data_type.f32, torso.rows(), actionWidth);
  }

  @Override
  void forward(OneDnnPhase phase) {
    phase.steps.reorder(input.values, OneDnn.view(images, output.values));
    phase.steps.keep(output.values);
    if (actionWidth > 0) {
      phase.steps.reorder(
          OneDnn.view(plainActions(), torso.actions().pointer(), 0), actions(output.values));
    }
  }

  @Override
  void backward(OneDnnPhase phase) {}

  @Override
  void backwardData(OneDnnPhase phase) {
    phase.steps.reorder(OneDnn.view(images, output.gradients()), input.gradients());
    phase.steps.keep(output.gradients());
  }

  /** Appends what fills the gradient of the actions. */
  void backwardActions(OneDnnPhase phase) {
    phase.steps.reorder(
        actions(output.gradients()),
        OneDnn.view(plainActions(), torso.actionGradients().pointer(), 0));
    phase.steps.keep(output.gradients());
  }

  @Override
  void tangent(OneDnnPhase phase, boolean inputMoves) {
    phase.steps.reorder(input.tangents(), OneDnn.view(images, output.tangents()));
    phase.steps.keep(output.tangents());
  }
}
