package org.apprentice.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.apprentice.spi.ImageSpace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Chunks of rows give what all rows at once give. */
class ChunkedStageTest {
  private static final int ROWS = 8;

  /** A torso at work on rows of its own. */
  private static final class Work {
    final Signal input;
    final Signal actions;
    final KernelLayer.Stage stage;
    final float[] gradient;

    Work(ImageTorso torso, int atOnce) {
      Kernels kernels = KernelBackend.selected().create();
      input = new Signal(torso.image().width(), kernels.lanes(), ROWS, false, true);
      actions =
          torso.actionWidth() == 0 ? null : new Signal(torso.actionWidth(), kernels.lanes(), ROWS);
      stage = torso.stage(input, actions, kernels, ROWS, atOnce);
      gradient = new float[torso.offset + torso.parameterCount()];
    }

    /** Forward, backward of the outputs times weights, and tangent. */
    Work run(int rows, int seed, float[] direction) {
      // real numbers where the rows are a multiple of chunks, else bytes
      input.real = rows % 3 == 0;
      float[] reals = new float[rows * input.width];
      for (int i = 0; i < rows * input.width; i++) {
        input.pixels.put(i, (byte) ((i + seed) * 37));
        reals[i] = ((i + seed) * 37.7f) % 255;
      }
      input.realPixels().put(0, reals, 0, reals.length);
      KernelLayer.Extent extent = new KernelLayer.Extent();
      extent.steps = 1;
      extent.batch = rows;
      input.gradientWanted = true;
      input.hasGradient = false;
      if (actions != null) {
        fill(actions.values, actions, rows, seed + 1);
        actions.gradientWanted = true;
        actions.hasGradient = false;
      }
      stage.forward(extent);
      fill(stage.output.gradients(), stage.output, rows, seed + 2);
      stage.output.hasGradient = true;
      stage.backward(extent, null, gradient);
      stage.tangent(extent, direction);
      return this;
    }

    private static void fill(float[] values, Signal signal, int rows, int seed) {
      float[] numbers = Networks.normal(rows * signal.width, seed);
      for (int i = 0; i < numbers.length; i++) {
        values[i / signal.width * signal.stride + i % signal.width] = numbers[i];
      }
    }

    void assertSameAs(Work other, int rows) {
      assertClose("outputs", stage.output.values, other.stage.output.values, stage.output, rows);
      assertThat(gradient).as("gradient").containsExactly(other.gradient, within(1e-4f));
      assertThat(input.hasGradient).isTrue();
      assertClose("input gradient", input.gradients(), other.input.gradients(), input, rows);
      if (actions != null) {
        assertThat(actions.hasGradient).isTrue();
        assertClose("of actions", actions.gradients(), other.actions.gradients(), actions, rows);
      }
      assertThat(stage.output.hasTangent).isEqualTo(other.stage.output.hasTangent);
      assertClose(
          "tangents", stage.output.tangents(), other.stage.output.tangents(), stage.output, rows);
    }

    private static void assertClose(
        String what, float[] found, float[] expected, Signal signal, int rows) {
      int length = rows * signal.stride;
      assertThat(Arrays.copyOf(found, length))
          .as(what)
          .containsExactly(Arrays.copyOf(expected, length), within(1e-4f));
    }
  }

  @ParameterizedTest
  @MethodSource("org.apprentice.nn.ImageNetworkTest#libraries")
  void chunksGiveWhatAllRowsAtOnceGive(Convolutions library, Architecture architecture) {
    List<Architecture.Layer> layers = architecture.torsos().get(0).layers();
    Shape.Image image = (Shape.Image) Shape.of(architecture.observationSpace());
    ImageTorso torso = new ImageTorso(5, layers.subList(0, library.prefix(layers)), image, library);
    float[] parameters = Networks.normal(5 + torso.parameterCount(), 1);
    float[] direction = Networks.normal(parameters.length, 2);
    torso.refresh(parameters);
    Work whole = new Work(torso, ROWS);
    Work chunks = new Work(torso, 3);
    assertThat(chunks.stage).isInstanceOf(ChunkedStage.class);
    // a rest, no rest, fewer than a chunk, and again after other rows
    for (int rows : new int[] {8, 6, 2, 8}) {
      chunks.run(rows, rows, direction).assertSameAs(whole.run(rows, rows, direction), rows);
    }
  }

  private static ImageTorso nature() {
    List<Architecture.Layer> layers =
        List.of(
            ImageNetworkTest.convolution(32, 8, 4, 0, Activation.RELU),
            ImageNetworkTest.convolution(64, 4, 2, 0, Activation.RELU),
            ImageNetworkTest.convolution(64, 3, 1, 0, Activation.RELU));
    Shape.Image image = (Shape.Image) Shape.of(new ImageSpace(4, 84, 84));
    return new ImageTorso(0, layers, image, Convolutions.ND4J);
  }

  /** 28,224 numbers of the image, and 12,800, 5,184 and 3,136 behind the layers. */
  @Test
  void activationsOfOneChunkTakeHalfAGigabyteAtMost() {
    assertThat(nature().rowsAtOnce()).isEqualTo((1 << 29) / 4 / (28_224 + 12_800 + 5_184 + 3_136));
  }

  @ParameterizedTest
  @CsvSource({"256, false", "16384, true"})
  void onlyLargeBatchesAreCutIntoChunks(int rows, boolean cut) {
    Signal input = new Signal(4 * 84 * 84, 8, 1, false, true);
    KernelLayer.Stage stage = nature().stage(input, null, KernelBackend.selected().create(), rows);
    assertThat(stage instanceof ChunkedStage).isEqualTo(cut);
  }

  @Test
  void moreRowsThanAnArrayHoldsAreRefusedByName() {
    assertThatThrownBy(() -> new Signal(84 * 84 * 4, 8, 100_000, false, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("100000 rows of 28224 numbers");
  }
}
