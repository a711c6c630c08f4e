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
 * Adds one more head whose outputs are parameters of their own, the same for every row: the
 * state-independent log standard deviation of a Gaussian policy. They stand at the end of the flat
 * vector and are not part of the exported graph.
 */
final class FreeHeadNetwork implements Network {
  private final Network inner;
  private final int width;
  private final int head;
  private final NetworkSpec spec;
  private final float[] parameters;
  private final float[] innerVector;
  private final float[][] innerHeads;

  FreeHeadNetwork(Network inner, String name, int width, float initialValue) {
    this.inner = inner;
    this.width = width;
    NetworkSpec innerSpec = inner.spec();
    head = innerSpec.heads().size();
    List<NetworkSpec.Head> heads = new ArrayList<>(innerSpec.heads());
    heads.add(new NetworkSpec.Head(name, width, 0));
    spec =
        new NetworkSpec(
            innerSpec.observationSpace(),
            innerSpec.actionWidth(),
            List.copyOf(heads),
            innerSpec.seed(),
            innerSpec.threads());
    int size = inner.parameters().length;
    parameters = Arrays.copyOf(inner.parameters(), size + width);
    Arrays.fill(parameters, size, size + width, initialValue);
    innerVector = new float[size];
    innerHeads = new float[head][];
  }

  private static final class FreePass implements Pass {
    private final Pass inner;
    private final float[] outputs;
    private final int head;
    private int rows;

    FreePass(Pass inner, int maxRows, int width, int head) {
      this.inner = inner;
      outputs = new float[maxRows * width];
      this.head = head;
    }

    @Override
    public float[] output(int index) {
      return index == head ? outputs : inner.output(index);
    }

    @Override
    public float[] state() {
      return inner.state();
    }

    @Override
    public void restrict(boolean[] wanted) {
      inner.restrict(Arrays.copyOf(wanted, head));
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
    return inner.description() + "; free " + spec.heads().get(head).name() + "(" + width + ")";
  }

  @Override
  public Pass pass(int maxSteps, int maxBatch) {
    return new FreePass(inner.pass(maxSteps, maxBatch), maxSteps * maxBatch, width, head);
  }

  @Override
  public int stateWidth() {
    return inner.stateWidth();
  }

  @Override
  public void forward(Pass pass, Inputs inputs) {
    FreePass own = (FreePass) pass;
    inner.forward(own.inner, inputs);
    own.rows = inputs.rows();
    repeat(parameters, own.outputs, own.rows);
  }

  @Override
  public void backward(
      Pass pass, float[][] headGradients, float[] parameterGradient, float[] inputGradient) {
    FreePass own = (FreePass) pass;
    System.arraycopy(headGradients, 0, innerHeads, 0, head);
    inner.backward(own.inner, innerHeads, innerVector, inputGradient);
    System.arraycopy(innerVector, 0, parameterGradient, 0, innerVector.length);
    Arrays.fill(parameterGradient, innerVector.length, parameterGradient.length, 0f);
    float[] gradient = headGradients[head];
    if (gradient != null) {
      for (int row = 0; row < own.rows; row++) {
        for (int i = 0; i < width; i++) {
          parameterGradient[innerVector.length + i] += gradient[row * width + i];
        }
      }
    }
  }

  @Override
  public void tangent(Pass pass, float[] direction, float[][] headTangents) {
    FreePass own = (FreePass) pass;
    System.arraycopy(direction, 0, innerVector, 0, innerVector.length);
    System.arraycopy(headTangents, 0, innerHeads, 0, head);
    inner.tangent(own.inner, innerVector, innerHeads);
    if (headTangents[head] != null) {
      repeat(direction, headTangents[head], own.rows);
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
  }

  @Override
  public void export(Path zip) throws IOException {
    inner.export(zip);
  }

  private void repeat(float[] vector, float[] out, int rows) {
    for (int row = 0; row < rows; row++) {
      System.arraycopy(vector, innerVector.length, out, row * width, width);
    }
  }
}
