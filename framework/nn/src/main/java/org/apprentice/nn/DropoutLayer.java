package org.apprentice.nn;

import java.util.SplittableRandom;

/**
 * Inverted dropout: while the pass is trained, each number is 0 with the probability of the rate,
 * and divided by what is left of the probability otherwise. What is dropped depends on the pass's
 * seed and on the number's place in the batch only, not on how the batch is split over threads.
 */
final class DropoutLayer extends KernelLayer {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private final int index;

  /** Of 32 random bits, as a number from 0 on, those below it drop. */
  private final long threshold;

  private final float scale;

  /**
   * @param index another one for each layer of a network
   */
  DropoutLayer(int offset, int index, double rate) {
    super(offset);
    this.index = index;
    this.threshold = (long) (rate * (1L << 32));
    this.scale = (float) (1 / (1 - rate));
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
    return new DropoutStage(input, new Signal(input.width, kernels.lanes(), maxRows));
  }

  private final class DropoutStage extends Stage {
    private final Signal input;

    /** Factors of the last forward; null until a pass is trained. */
    private float[] mask;

    private boolean dropping;

    DropoutStage(Signal input, Signal output) {
      super(output);
      this.input = input;
    }

    @Override
    boolean gradientWanted() {
      return input.gradientWanted;
    }

    @Override
    void forward(Extent extent) {
      dropping = extent.training;
      if (dropping) {
        draw(extent);
      }
      apply(extent, input.values, output.values, false);
    }

    private void draw(Extent extent) {
      if (mask == null) {
        mask = new float[output.values.length];
      }
      long base = mix(extent.dropoutSeed + index * GOLDEN_GAMMA);
      for (int row = 0; row < extent.rows(); row++) {
        long place = (long) extent.rowOfBatch(row) * output.width;
        int to = row * output.stride;
        for (int i = 0; i < output.width; i++) {
          long bits = mix(base + (place + i) * GOLDEN_GAMMA) >>> 32;
          mask[to + i] = bits < threshold ? 0f : scale;
        }
      }
    }

    /** {@code to = factors from}, or added. */
    private void apply(Extent extent, float[] from, float[] to, boolean add) {
      int length = extent.rows() * output.stride;
      if (!dropping && !add) {
        System.arraycopy(from, 0, to, 0, length);
        return;
      }
      for (int i = 0; i < length; i++) {
        float value = dropping ? mask[i] * from[i] : from[i];
        to[i] = add ? to[i] + value : value;
      }
    }

    @Override
    void backward(Extent extent, float[] parameters, float[] parameterGradient) {
      if (output.hasGradient && input.gradientWanted) {
        apply(extent, output.gradients(), input.gradients(), input.hasGradient);
        input.hasGradient = true;
      }
    }

    @Override
    void tangent(Extent extent, float[] direction) {
      output.hasTangent = input.hasTangent;
      if (input.hasTangent) {
        apply(extent, input.tangents(), output.tangents(), false);
      }
    }
  }

  /** The output function of SplitMix64 (Steele, Lea and Flood, 2014). */
  private static long mix(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
