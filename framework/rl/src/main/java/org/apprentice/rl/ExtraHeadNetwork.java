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
 * Adds one more head with parameters of its own, such as the log standard deviation of a Gaussian
 * policy. They stand at the end of the flat vector and are not part of the exported graph.
 */
final class ExtraHeadNetwork implements Network {
  private final Network inner;
  private final ExtraHead extra;
  private final int head;
  private final NetworkSpec spec;
  private final float[] parameters;
  private final float[] innerVector;
  private final float[][] innerHeads;

  ExtraHeadNetwork(Network inner, ExtraHead extra) {
    this.inner = inner;
    this.extra = extra;
    NetworkSpec innerSpec = inner.spec();
    head = innerSpec.heads().size();
    List<NetworkSpec.Head> heads = new ArrayList<>(innerSpec.heads());
    heads.add(new NetworkSpec.Head(extra.name(), extra.width(), 0));
    spec =
        new NetworkSpec(
            innerSpec.observationSpace(),
            innerSpec.actionWidth(),
            List.copyOf(heads),
            innerSpec.seed(),
            innerSpec.threads());
    int size = inner.parameters().length;
    parameters = Arrays.copyOf(inner.parameters(), size + extra.parameterCount());
    extra.initialize(parameters, size);
    extra.parametersChanged(parameters, size);
    innerVector = new float[size];
    innerHeads = new float[head][];
  }

  private static final class ExtraPass implements Pass {
    private final Pass inner;
    private final float[] outputs;
    private final int head;
    private boolean extraWanted = true;
    private int rows;

    ExtraPass(Pass inner, int maxRows, int width, int head) {
      this.inner = inner;
      outputs = new float[maxRows * width];
      this.head = head;
    }

    @Override
    public float[] output(int index) {
      return index == head ? outputs : inner.output(index);
    }

    @Override
    public float[] features(int index) {
      return index == head ? Pass.super.features(index) : inner.features(index);
    }

    @Override
    public float[] state() {
      return inner.state();
    }

    @Override
    public void restrict(boolean[] wanted) {
      inner.restrict(Arrays.copyOf(wanted, head));
      extraWanted = wanted[head];
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
    return inner.description() + "; free " + extra.name() + "(" + extra.parameterCount() + ")";
  }

  @Override
  public Pass pass(int maxSteps, int maxBatch) {
    return new ExtraPass(inner.pass(maxSteps, maxBatch), maxSteps * maxBatch, extra.width(), head);
  }

  @Override
  public int stateWidth() {
    return inner.stateWidth();
  }

  @Override
  public int featureWidth(int index) {
    return index == head ? 0 : inner.featureWidth(index);
  }

  @Override
  public void forward(Pass pass, Inputs inputs) {
    ExtraPass own = (ExtraPass) pass;
    inner.forward(own.inner, inputs);
    own.rows = inputs.rows();
    if (own.extraWanted) {
      extra.forward(own.inner, own.rows, own.outputs);
    }
  }

  @Override
  public void backward(
      Pass pass, float[][] headGradients, float[] parameterGradient, float[] inputGradient) {
    ExtraPass own = (ExtraPass) pass;
    System.arraycopy(headGradients, 0, innerHeads, 0, head);
    inner.backward(own.inner, innerHeads, innerVector, inputGradient);
    System.arraycopy(innerVector, 0, parameterGradient, 0, innerVector.length);
    float[] gradient = headGradients[head];
    if (gradient == null) {
      Arrays.fill(parameterGradient, innerVector.length, parameterGradient.length, 0f);
    } else {
      extra.backward(own.inner, own.rows, gradient, parameterGradient, innerVector.length);
    }
  }

  @Override
  public void tangent(Pass pass, float[] direction, float[][] headTangents) {
    ExtraPass own = (ExtraPass) pass;
    System.arraycopy(direction, 0, innerVector, 0, innerVector.length);
    System.arraycopy(headTangents, 0, innerHeads, 0, head);
    inner.tangent(own.inner, innerVector, innerHeads);
    if (headTangents[head] != null) {
      extra.tangent(own.inner, own.rows, direction, innerVector.length, headTangents[head]);
    }
  }

  @Override
  public float[] parameters() {
    return parameters;
  }

  @Override
  public void parametersChanged() {
    System.arraycopy(parameters, 0, inner.parameters(), 0, innerVector.length);
    inner.parametersChanged();
    extra.parametersChanged(parameters, innerVector.length);
  }

  @Override
  public void export(Path zip) throws IOException {
    inner.export(zip);
  }
}
