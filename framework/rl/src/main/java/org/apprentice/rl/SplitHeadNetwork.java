package org.apprentice.rl;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.Pass;

/**
 * Shows the second half of a head's outputs, shifted by a constant, as a head of its own: the log
 * standard deviation of a Gaussian policy whose means are the first half. Both are made from the
 * same features.
 */
final class SplitHeadNetwork implements Network {
  private final Network inner;
  private final int first;
  private final int second;
  private final int width;
  private final float shift;
  private final NetworkSpec spec;

  /**
   * @param head of even width
   * @param name of the head that the second half becomes, after all others
   */
  SplitHeadNetwork(Network inner, int head, String name, float shift) {
    this.inner = inner;
    this.shift = shift;
    first = head;
    NetworkSpec innerSpec = inner.spec();
    second = innerSpec.heads().size();
    NetworkSpec.Head whole = innerSpec.heads().get(head);
    width = whole.width() / 2;
    List<NetworkSpec.Head> heads = new ArrayList<>(innerSpec.heads());
    heads.set(head, new NetworkSpec.Head(whole.name(), width, whole.gain()));
    heads.add(new NetworkSpec.Head(name, width, whole.gain()));
    spec =
        new NetworkSpec(
            innerSpec.observationSpace(),
            innerSpec.actionWidth(),
            List.copyOf(heads),
            innerSpec.seed(),
            innerSpec.threads());
  }

  private final class SplitPass implements Pass {
    private final Pass inner;
    private final float[] firstHalf;
    private final float[] secondHalf;
    private final float[] whole;
    private final float[][] heads = new float[second][];
    private int rows;

    SplitPass(Pass inner, int maxRows) {
      this.inner = inner;
      firstHalf = new float[maxRows * width];
      secondHalf = new float[maxRows * width];
      whole = new float[maxRows * 2 * width];
    }

    void split(float[] from, float added, float[] low, float[] high) {
      for (int row = 0; row < rows; row++) {
        for (int i = 0; i < width; i++) {
          if (low != null) {
            low[row * width + i] = from[row * 2 * width + i];
          }
          if (high != null) {
            high[row * width + i] = from[row * 2 * width + width + i] + added;
          }
        }
      }
    }

    void join(float[] low, float[] high) {
      for (int row = 0; row < rows; row++) {
        for (int i = 0; i < width; i++) {
          whole[row * 2 * width + i] = low == null ? 0 : low[row * width + i];
          whole[row * 2 * width + width + i] = high == null ? 0 : high[row * width + i];
        }
      }
    }

    /** The inner network's heads, with the whole one where any of its halves is wanted. */
    float[][] innerHeads(float[][] outer) {
      System.arraycopy(outer, 0, heads, 0, second);
      heads[first] = outer[first] == null && outer[second] == null ? null : whole;
      return heads;
    }

    @Override
    public float[] output(int head) {
      return head == first ? firstHalf : head == second ? secondHalf : inner.output(head);
    }

    @Override
    public float[] features(int head) {
      return inner.features(head == second ? first : head);
    }

    @Override
    public float[] state() {
      return inner.state();
    }

    @Override
    public void restrict(boolean[] wanted) {
      boolean[] of = Arrays.copyOf(wanted, second);
      of[first] |= wanted[second];
      inner.restrict(of);
    }

    @Override
    public void training(RandomGenerator random) {
      inner.training(random);
    }
  }

  @Override
  public NetworkSpec spec() {
    return spec;
  }

  @Override
  public String description() {
    return inner.description()
        + "; half of "
        + spec.heads().get(first).name()
        + " is "
        + spec.heads().get(second).name();
  }

  @Override
  public Pass pass(int maxSteps, int maxBatch) {
    return new SplitPass(inner.pass(maxSteps, maxBatch), maxSteps * maxBatch);
  }

  @Override
  public int stateWidth() {
    return inner.stateWidth();
  }

  @Override
  public int featureWidth(int head) {
    return inner.featureWidth(head == second ? first : head);
  }

  @Override
  public void forward(Pass pass, Inputs inputs) {
    SplitPass own = (SplitPass) pass;
    inner.forward(own.inner, inputs);
    own.rows = inputs.rows();
    own.split(own.inner.output(first), shift, own.firstHalf, own.secondHalf);
  }

  @Override
  public void backward(
      Pass pass, float[][] headGradients, float[] parameterGradient, float[] inputGradient) {
    SplitPass own = (SplitPass) pass;
    own.join(headGradients[first], headGradients[second]);
    inner.backward(own.inner, own.innerHeads(headGradients), parameterGradient, inputGradient);
  }

  @Override
  public void tangent(Pass pass, float[] direction, float[][] headTangents) {
    SplitPass own = (SplitPass) pass;
    inner.tangent(own.inner, direction, own.innerHeads(headTangents));
    own.split(own.whole, 0, headTangents[first], headTangents[second]);
  }

  @Override
  public float[] parameters() {
    return inner.parameters();
  }

  @Override
  public void parametersChanged() {
    inner.parametersChanged();
  }

  @Override
  public void export(Path zip) throws IOException {
    inner.export(zip);
  }
}
