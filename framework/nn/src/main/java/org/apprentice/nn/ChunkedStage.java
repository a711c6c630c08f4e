package org.apprentice.nn;

import java.util.Arrays;

/**
 * A stage for many rows by one for few: what it computes in between would be many times the size of
 * what goes in and comes out. Only the activations of one chunk of rows are kept, so backward and
 * tangent repeat the forward pass of the others.
 */
final class ChunkedStage extends KernelLayer.Stage {
  /** What makes a stage of so many rows at most. */
  interface Factory {
    KernelLayer.Stage create(Signal input, Signal actions, int maxRows);
  }

  private final KernelLayer layer;
  private final KernelLayer.Stage chunk;
  private final int chunkRows;
  private final Signal input;
  private final Signal actions;
  private final Signal chunkInput;
  private final Signal chunkActions;
  private final KernelLayer.Extent extent = new KernelLayer.Extent();

  /** The first row of the chunk whose activations there are; -1 for none. */
  private int loaded = -1;

  /** Of one chunk, where it is not the first. */
  private float[] gradient;

  /**
   * @param input the observation, as pixels
   * @param actions null where the layer does not join them
   */
  ChunkedStage(
      KernelLayer layer,
      Signal input,
      Signal actions,
      Signal output,
      Kernels kernels,
      int chunkRows,
      Factory factory) {
    super(output);
    this.layer = layer;
    this.input = input;
    this.actions = actions;
    this.chunkRows = chunkRows;
    chunkInput = new Signal(input.width, kernels.lanes(), chunkRows, false, true);
    chunkActions = actions == null ? null : new Signal(actions.width, kernels.lanes(), chunkRows);
    chunk = factory.create(chunkInput, chunkActions, chunkRows);
    extent.steps = 1;
  }

  @Override
  boolean gradientWanted() {
    return true;
  }

  @Override
  void forward(KernelLayer.Extent whole) {
    loaded = -1;
    for (int first = 0; first < whole.rows(); first += chunkRows) {
      load(first, whole.rows());
      copy(chunk.output.values, 0, output.values, first, output);
    }
  }

  /** Goes forward with the chunk from a row on. */
  private void load(int first, int rows) {
    extent.batch = Math.min(chunkRows, rows - first);
    if (loaded == first) {
      return;
    }
    int width = input.width;
    chunkInput.real = input.real;
    if (input.real) {
      chunkInput.realPixels().put(input.realPixels(), first * width, extent.batch * width);
    } else {
      chunkInput.pixels.put(0, input.pixels, first * width, extent.batch * width);
    }
    if (actions != null) {
      copy(actions.values, first, chunkActions.values, 0, actions);
    }
    chunk.forward(extent);
    loaded = first;
  }

  /** Rows of the chunk, from one place to another. */
  private void copy(float[] from, int fromRow, float[] to, int toRow, Signal signal) {
    int stride = signal.stride;
    System.arraycopy(from, fromRow * stride, to, toRow * stride, extent.batch * stride);
  }

  /** From the last chunk on, which the forward pass has left. */
  @Override
  void backward(KernelLayer.Extent whole, float[] parameters, float[] parameterGradient) {
    int from = layer.offset;
    int to = from + layer.parameterCount();
    if (!output.hasGradient) {
      Arrays.fill(parameterGradient, from, to, 0f);
      return;
    }
    int last = lastChunk(whole.rows());
    if (last > 0 && gradient == null) {
      gradient = new float[to];
    }
    for (int first = last; first >= 0; first -= chunkRows) {
      load(first, whole.rows());
      copy(output.gradients(), first, chunk.output.gradients(), 0, output);
      chunk.output.hasGradient = true;
      prepare(chunkInput, input);
      prepare(chunkActions, actions);
      chunk.backward(extent, parameters, first == last ? parameterGradient : gradient);
      for (int i = from; first != last && i < to; i++) {
        parameterGradient[i] += gradient[i];
      }
      add(chunkInput, input, first);
      add(chunkActions, actions, first);
    }
    markGradient(chunkInput, input);
    markGradient(chunkActions, actions);
  }

  private int lastChunk(int rows) {
    return (rows - 1) / chunkRows * chunkRows;
  }

  private static void prepare(Signal part, Signal whole) {
    if (part != null) {
      part.gradientWanted = whole.gradientWanted;
      part.hasGradient = false;
    }
  }

  private void add(Signal part, Signal whole, int first) {
    if (part == null || !part.hasGradient) {
      return;
    }
    if (!whole.hasGradient) {
      copy(part.gradients(), 0, whole.gradients(), first, whole);
      return;
    }
    float[] sum = whole.gradients();
    float[] summand = part.gradients();
    int place = first * whole.stride;
    for (int i = 0; i < extent.batch * whole.stride; i++) {
      sum[place + i] += summand[i];
    }
  }

  private static void markGradient(Signal part, Signal whole) {
    if (part != null && part.hasGradient) {
      whole.hasGradient = true;
    }
  }

  @Override
  void tangent(KernelLayer.Extent whole, float[] direction) {
    for (int first = lastChunk(whole.rows()); first >= 0; first -= chunkRows) {
      load(first, whole.rows());
      chunk.tangent(extent, direction);
      output.hasTangent = chunk.output.hasTangent;
      if (output.hasTangent) {
        copy(chunk.output.tangents(), 0, output.tangents(), first, output);
      }
    }
  }
}
