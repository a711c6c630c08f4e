package org.apprentice.nn;

import static org.apprentice.nn.Networks.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.Pass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every backend against plain loops in double. */
class KernelsTest {
  @Test
  void allBackendsArePresentInTheTests() {
    assertThat(KernelBackend.values()).allMatch(KernelBackend::available);
    assertThat(KernelBackend.selected()).isEqualTo(KernelBackend.VECTOR);
    assertThat(KernelBackend.describe()).startsWith("vector");
  }

  @Property(tries = 150)
  void affineMultipliesAndAdds(
      @ForAll KernelBackend backend,
      @ForAll @IntRange(min = 1, max = 70) int rows,
      @ForAll @IntRange(min = 1, max = 6) int vectors,
      @ForAll @IntRange(min = 1, max = 70) int depth,
      @ForAll boolean bias,
      @ForAll boolean accumulate) {
    Kernels kernels = backend.create();
    int columns = vectors * Math.max(kernels.lanes(), 5);
    int xStride = depth + 3;
    int yStride = columns + 2 * kernels.lanes();
    float[] x = normal(7 + rows * xStride, 1);
    float[] w = normal(5 + depth * columns, 2);
    float[] start = normal(3 + columns, 3);
    float[] y = normal(4 + rows * yStride, 4);
    float[] before = y.clone();
    kernels.affine(
        x,
        7,
        xStride,
        w,
        5,
        columns,
        accumulate ? y : bias ? start : null,
        accumulate ? 4 : 3,
        accumulate ? yStride : 0,
        y,
        4,
        yStride,
        rows,
        columns,
        depth);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < yStride && row * yStride + column < y.length - 4; column++) {
        int at = 4 + row * yStride + column;
        double expected =
            accumulate ? before[at] : bias && column < columns ? start[3 + column] : 0;
        for (int k = 0; k < depth && column < columns; k++) {
          expected += (double) x[7 + row * xStride + k] * w[5 + k * columns + column];
        }
        assertThat((double) y[at])
            .isCloseTo(column < columns ? expected : before[at], within(5e-5));
      }
    }
  }

  @Property(tries = 150)
  void outerSumsOverRows(
      @ForAll KernelBackend backend,
      @ForAll @IntRange(min = 1, max = 70) int rows,
      @ForAll @IntRange(min = 1, max = 6) int vectors,
      @ForAll @IntRange(min = 1, max = 200) int depth) {
    Kernels kernels = backend.create();
    int columns = vectors * Math.max(kernels.lanes(), 5);
    float[] a = normal(depth * (rows + 1), 1);
    float[] b = normal(depth * columns, 2);
    float[] c = normal(9 + rows * columns, 3);
    kernels.outer(a, rows + 1, b, columns, c, 9, columns, rows, columns, depth);
    float[] sums = new float[columns];
    kernels.columnSums(b, columns, depth, sums, columns);
    for (int column = 0; column < columns; column++) {
      double sum = 0;
      for (int k = 0; k < depth; k++) {
        sum += b[k * columns + column];
      }
      assertThat((double) sums[column]).isCloseTo(sum, within(1e-4));
      for (int row = 0; row < rows; row++) {
        double expected = 0;
        for (int k = 0; k < depth; k++) {
          expected += (double) a[k * (rows + 1) + row] * b[k * columns + column];
        }
        assertThat((double) c[9 + row * columns + column]).isCloseTo(expected, within(1e-4));
      }
    }
  }

  @Property(tries = 60)
  void transposingTurnsRowsIntoColumns(
      @ForAll KernelBackend backend,
      @ForAll @IntRange(min = 1, max = 70) int columns,
      @ForAll @IntRange(min = 0, max = 9) int source) {
    float[] from = normal(source + 16 * columns, 1);
    int[] starts = new int[16];
    for (int row = 0; row < 16; row++) {
      starts[row] = (15 - row) * columns;
    }
    float[] to = new float[3 + columns * 20];
    float[] expected = to.clone();
    for (int k = 0; k < columns; k++) {
      for (int row = 0; row < 16; row++) {
        expected[3 + k * 20 + row] = from[source + (15 - row) * columns + k];
      }
    }
    backend.create().transpose(from, source, starts, to, 3, 20, columns);
    assertThat(to).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(KernelBackend.class)
  void tanhErrsByAtMostThreeTenMillionths(KernelBackend backend) {
    Kernels kernels = backend.create();
    float[] x = new float[4096];
    double worst = 0;
    for (double from = -12; from < 12; from += 4096e-5) {
      for (int i = 0; i < x.length; i++) {
        x[i] = (float) (from + i * 1e-5);
      }
      float[] y = x.clone();
      kernels.activate(Activation.TANH, y, y.length);
      for (int i = 0; i < x.length; i++) {
        worst = Math.max(worst, Math.abs(y[i] - Math.tanh(x[i])));
      }
    }
    assertThat(worst).isLessThan(3e-7);
  }

  @ParameterizedTest
  @EnumSource(KernelBackend.class)
  void extremesStayWhatTheyAre(KernelBackend backend) {
    Kernels kernels = backend.create();
    float[] y = new float[16];
    y[0] = Float.NaN;
    y[1] = Float.POSITIVE_INFINITY;
    y[2] = Float.NEGATIVE_INFINITY;
    kernels.activate(Activation.TANH, y, 16);
    assertThat(y[0]).isNaN();
    assertThat(y[1]).isEqualTo(1f);
    assertThat(y[2]).isEqualTo(-1f);
    assertThat(y[3]).isZero();
  }

  /** The same network on each backend, with a batch large enough for OpenBLAS. */
  @Test
  void networksAgreeOnAllBackends() {
    NetworkSpec spec = Networks.spec(4, 0, 1, 2, 1);
    for (Activation activation : Activation.values()) {
      Architecture architecture =
          Architecture.dense(spec, List.of(64, 33), activation, Initialization.XAVIER, false);
      Inputs inputs = Networks.inputs(spec, 100, 3);
      float[][] weights = Networks.headRows(spec, 100, 4);
      KernelNetwork reference = new KernelNetwork(architecture, spec, KernelBackend.JAVA);
      Pass expected = reference.pass(1, 100);
      reference.forward(expected, inputs);
      float[] expectedGradient = Networks.gradient(reference, inputs, weights, null);
      for (KernelBackend backend : KernelBackend.values()) {
        KernelNetwork network = new KernelNetwork(architecture, spec, backend);
        Pass pass = network.pass(1, 100);
        network.forward(pass, inputs);
        float[] gradient = Networks.gradient(network, inputs, weights, null);
        for (int i = 0; i < pass.output(0).length; i++) {
          assertThat(pass.output(0)[i]).isCloseTo(expected.output(0)[i], within(1e-5f));
        }
        for (int i = 0; i < gradient.length; i++) {
          assertThat(gradient[i]).isCloseTo(expectedGradient[i], within(1e-4f));
        }
      }
    }
  }
}
