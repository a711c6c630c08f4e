package org.apprentice.nn;

import org.bytedeco.dnnl.memory;

/** The same numbers in the layout that the layer behind needs. */
final class OneDnnReorder extends OneDnnLayer {
  OneDnnReorder(OneDnnTensor input, memory.desc wanted) {
    super(input, new OneDnnTensor(wanted));
  }

  @Override
  void forward(OneDnnPhase phase) {
    phase.steps.reorder(input.values, output.values);
  }

  @Override
  void backward(OneDnnPhase phase) {}

  @Override
  void backwardData(OneDnnPhase phase) {
    phase.steps.reorder(output.gradients(), input.gradients());
  }

  @Override
  void tangent(OneDnnPhase phase, boolean inputMoves) {
    phase.steps.reorder(input.tangents(), output.tangents());
  }
}
