package org.apprentice.nn;

import java.util.SplittableRandom;

/** Appends the action input to each row. */
final class JoinLayer extends KernelLayer {
  JoinLayer(int offset) {
    super(offset);
  }

  @Override
  int parameterCount() {
    return 0;
  }

  @Override
  void initialize(float[] parameters, SplittableRandom random) {}

  @Override
  void refresh(float[] parameters) {}

  @Override
  Stage stage(Signal input, Signal actions, Kernels kernels, int maxRows) {
    return new JoinStage(
        input, actions, new Signal(input.width + actions.width, kernels.lanes(), maxRows));
  }

  private static final class JoinStage extends Stage {
    private final Signal left;
    private final Signal right;

    JoinStage(Signal left, Signal right, Signal output) {
      super(output);
      this.left = left;
      this.right = right;
    }

    @Override
    boolean gradientWanted() {
      return left.gradientWanted || right.gradientWanted;
    }

    @Override
    void forward(Extent extent) {
      copyIn(extent, left.values, right.values, output.values);
    }

    private void copyIn(Extent extent, float[] leftValues, float[] rightValues, float[] joined) {
      for (int row = 0; row < extent.rows(); row++) {
        System.arraycopy(leftValues, row * left.stride, joined, row * output.stride, left.width);
        System.arraycopy(
            rightValues, row * right.stride, joined, row * output.stride + left.width, right.width);
      }
    }

    @Override
    void backward(Extent extent, float[] parameters, float[] parameterGradient) {
      if (output.hasGradient) {
        copyOut(extent, left, 0);
        copyOut(extent, right, left.width);
      }
    }

    private void copyOut(Extent extent, Signal part, int column) {
      if (!part.gradientWanted) {
        return;
      }
      float[] from = output.gradients();
      float[] to = part.gradients();
      for (int row = 0; row < extent.rows(); row++) {
        int source = row * output.stride + column;
        int target = row * part.stride;
        for (int i = 0; i < part.width; i++) {
          to[target + i] = part.hasGradient ? to[target + i] + from[source + i] : from[source + i];
        }
      }
      part.hasGradient = true;
    }

    @Override
    void tangent(Extent extent, float[] direction) {
      output.hasTangent = left.hasTangent || right.hasTangent;
      if (output.hasTangent) {
        copyIn(extent, left.tangents(), right.tangents(), output.tangents());
      }
    }
  }
}
