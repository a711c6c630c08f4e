package org.apprentice.nn;

import org.bytedeco.dnnl.memory;

/**
 * What flows between two layers of a {@link OneDnnTorso}, in the layout that its maker chose:
 * values, and what belongs to them of the backward and tangent pass, there once it is asked for.
 */
final class OneDnnTensor {
  final memory.desc description;
  final memory values;
  private memory gradients;
  private memory tangents;

  OneDnnTensor(memory.desc description) {
    this(OneDnn.allocate(description));
  }

  OneDnnTensor(memory values) {
    this.description = values.get_desc();
    this.values = values;
  }

  memory gradients() {
    if (gradients == null) {
      gradients = OneDnn.allocate(description);
    }
    return gradients;
  }

  memory tangents() {
    if (tangents == null) {
      tangents = OneDnn.allocate(description);
    }
    return tangents;
  }
}
