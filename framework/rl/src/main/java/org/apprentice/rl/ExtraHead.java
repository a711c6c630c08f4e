package org.apprentice.rl;

import java.util.Arrays;
import org.apprentice.spi.Pass;

/** A further head of a network, with parameters of its own at the end of the flat vector. */
interface ExtraHead {
  String name();

  int width();

  int parameterCount();

  /** Writes the initial parameters, {@code parameters[offset .. offset + parameterCount - 1]}. */
  void initialize(float[] parameters, int offset);

  /** Takes note of changed parameters. */
  void parametersChanged(float[] parameters, int offset);

  /**
   * @param inner the pass of the network whose head this is, after its forward
   * @param out {@code [rows x width]}, overwritten
   */
  void forward(Pass inner, int rows, float[] out);

  /**
   * Writes this head's part of the gradient. Nothing flows back into the network.
   *
   * @param gradient {@code [rows x width]}
   */
  void backward(Pass inner, int rows, float[] gradient, float[] parameterGradient, int offset);

  /**
   * @param out {@code [rows x width]}, overwritten with the derivative along the direction
   */
  void tangent(Pass inner, int rows, float[] direction, int offset, float[] out);

  /** Outputs that are parameters, the same for every row. */
  final class Constant implements ExtraHead {
    private final String name;
    private final float initialValue;
    private final float[] values;

    Constant(String name, int width, float initialValue) {
      this.name = name;
      this.initialValue = initialValue;
      values = new float[width];
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public int width() {
      return values.length;
    }

    @Override
    public int parameterCount() {
      return values.length;
    }

    @Override
    public void initialize(float[] parameters, int offset) {
      Arrays.fill(parameters, offset, offset + values.length, initialValue);
    }

    @Override
    public void parametersChanged(float[] parameters, int offset) {
      System.arraycopy(parameters, offset, values, 0, values.length);
    }

    @Override
    public void forward(Pass inner, int rows, float[] out) {
      repeat(values, 0, rows, out);
    }

    @Override
    public void backward(
        Pass inner, int rows, float[] gradient, float[] parameterGradient, int offset) {
      Arrays.fill(parameterGradient, offset, offset + values.length, 0f);
      for (int row = 0; row < rows; row++) {
        for (int i = 0; i < values.length; i++) {
          parameterGradient[offset + i] += gradient[row * values.length + i];
        }
      }
    }

    @Override
    public void tangent(Pass inner, int rows, float[] direction, int offset, float[] out) {
      repeat(direction, offset, rows, out);
    }

    private void repeat(float[] vector, int offset, int rows, float[] out) {
      for (int row = 0; row < rows; row++) {
        System.arraycopy(vector, offset, out, row * values.length, values.length);
      }
    }
  }
}
