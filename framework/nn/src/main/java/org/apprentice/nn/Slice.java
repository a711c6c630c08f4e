package org.apprentice.nn;

import java.util.Arrays;
import java.util.List;
import org.apprentice.nn.KernelLayer.Extent;
import org.apprentice.nn.KernelLayer.Stage;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.ObservationBatch;

/** A network at work on some of the sequences of a batch; a pass has one for each thread. */
final class Slice {
  private static final float BYTE_SCALE = 1f / 255;

  private final Extent extent = new Extent();
  private final Signal observation;

  /** The observation is one, whose real numbers, too, are scaled from 255 to 1. */
  private final boolean image;

  private final Signal actions;
  private final KernelLayer[] layers;
  private final Stage[] stages;

  /** Null for the heads of other slices' torsos. */
  private final Signal[] heads;

  /** What the heads are made from; null as above. */
  private final Signal[] features;

  private final boolean[] resets;

  /** Gradient of this slice alone; null until a second thread needs one. */
  private float[] gradient;

  private float[] inputGradient;

  Slice(
      Signal observation,
      boolean image,
      Signal actions,
      List<KernelLayer> layers,
      List<Stage> stages,
      Signal[] heads,
      Signal[] features,
      int maxRows) {
    this.observation = observation;
    this.image = image;
    this.actions = actions;
    this.layers = layers.toArray(new KernelLayer[0]);
    this.stages = stages.toArray(new Stage[0]);
    this.heads = heads;
    this.features = features;
    this.resets = new boolean[maxRows];
  }

  /** Brings the layers' copies of parameters up to date. */
  void refresh(float[] parameters) {
    for (KernelLayer layer : layers) {
      layer.refresh(parameters);
    }
  }

  float[] gradient(int length) {
    if (gradient == null) {
      gradient = new float[length];
    }
    return gradient;
  }

  /** This slice's share of the gradient of the input, to be added to the others'. */
  float[] inputGradient(int length) {
    if (inputGradient == null || inputGradient.length < length) {
      inputGradient = new float[length];
    }
    return inputGradient;
  }

  int inputGradientLength() {
    return extent.steps * extent.totalBatch * inputWidth();
  }

  private int inputWidth() {
    return observation.width + (actions == null ? 0 : actions.width);
  }

  /** Whether dropout drops in the next forward, and by which seed. */
  void training(boolean on, long dropoutSeed) {
    extent.training = on;
    extent.dropoutSeed = dropoutSeed;
  }

  /** Takes sequences {@code [from, to)} of the inputs. */
  void select(int steps, int batch, int from, int to) {
    extent.steps = steps;
    extent.batch = to - from;
    extent.firstSequence = from;
    extent.totalBatch = batch;
  }

  /**
   * @param state {@code [batch x stateWidth]}, read and written
   */
  void forward(Inputs inputs, float[] state, int stateWidth, float[][] outputs) {
    load(inputs);
    extent.state = state;
    extent.stateStride = stateWidth;
    for (Stage stage : stages) {
      stage.forward(extent);
    }
    for (int head = 0; head < heads.length; head++) {
      if (heads[head] != null) {
        store(heads[head], heads[head].values, outputs[head], heads[head].width, 0);
      }
    }
  }

  /** Copies what a head of this slice was made from at the last forward. */
  void features(int head, float[] out) {
    if (features[head] != null) {
      store(features[head], features[head].values, out, features[head].width, 0);
    }
  }

  private void load(Inputs inputs) {
    extent.resets = inputs.resets() == null ? null : resets;
    for (int step = 0; step < extent.steps; step++) {
      int from = step * extent.totalBatch + extent.firstSequence;
      int to = step * extent.batch;
      if (inputs.observations() instanceof ObservationBatch.Float32 real) {
        loadReals(real.values(), from, to);
      } else {
        loadBytes(((ObservationBatch.UInt8) inputs.observations()).values(), from, to);
      }
      if (actions != null) {
        copyRows(inputs.actions(), from, actions.width, actions.values, to, actions.stride);
      }
      if (inputs.resets() != null) {
        System.arraycopy(inputs.resets(), from, resets, to, extent.batch);
      }
    }
  }

  private void copyRows(float[] source, int from, int width, float[] target, int to, int stride) {
    if (width == stride) {
      System.arraycopy(source, from * width, target, to * stride, extent.batch * width);
      return;
    }
    for (int row = 0; row < extent.batch; row++) {
      int read = (from + row) * width;
      int write = (to + row) * stride;
      for (int i = 0; i < width; i++) {
        target[write + i] = source[read + i];
      }
    }
  }

  private void loadReals(float[] source, int from, int to) {
    int width = observation.width;
    observation.real = observation.pixels != null;
    if (observation.real) {
      observation.realPixels().put(to * width, source, from * width, extent.batch * width);
    }
    if (observation.values.length > 0) {
      copyRows(source, from, width, observation.values, to, observation.stride);
      if (image) {
        scaleReals(to);
      }
    }
  }

  private void scaleReals(int to) {
    int end = (to + extent.batch) * observation.stride;
    for (int i = to * observation.stride; i < end; i++) {
      observation.values[i] *= BYTE_SCALE;
    }
  }

  private void loadBytes(byte[] source, int from, int to) {
    int width = observation.width;
    observation.real = false;
    if (observation.pixels != null) {
      observation.pixels.put(to * width, source, from * width, extent.batch * width);
    }
    if (observation.values.length > 0) {
      scaleBytes(source, from, to);
    }
  }

  private void scaleBytes(byte[] source, int from, int to) {
    int width = observation.width;
    for (int row = 0; row < extent.batch; row++) {
      int read = (from + row) * width;
      int write = (to + row) * observation.stride;
      for (int i = 0; i < width; i++) {
        observation.values[write + i] = (source[read + i] & 0xff) * BYTE_SCALE;
      }
    }
  }

  /** Copies a signal's rows to their places in a dense array of the whole batch. */
  private void store(Signal signal, float[] rows, float[] target, int targetWidth, int column) {
    for (int step = 0; step < extent.steps; step++) {
      for (int sequence = 0; sequence < extent.batch; sequence++) {
        int read = (step * extent.batch + sequence) * signal.stride;
        int write =
            (step * extent.totalBatch + extent.firstSequence + sequence) * targetWidth + column;
        for (int i = 0; i < signal.width; i++) {
          target[write + i] = rows[read + i];
        }
      }
    }
  }

  void backward(
      float[][] headGradients,
      float[] parameters,
      float[] parameterGradient,
      float[] inputGradient) {
    if (extent.rows() == 0) {
      Arrays.fill(parameterGradient, 0f);
      return;
    }
    prepare(inputGradient != null);
    for (int head = 0; head < heads.length; head++) {
      if (heads[head] != null && headGradients[head] != null) {
        loadGradient(heads[head], headGradients[head]);
      }
    }
    for (int i = stages.length - 1; i >= 0; i--) {
      stages[i].backward(extent, parameters, parameterGradient);
    }
    if (inputGradient != null) {
      int width = inputWidth();
      storeGradient(observation, inputGradient, width, 0);
      if (actions != null) {
        storeGradient(actions, inputGradient, width, observation.width);
      }
    }
  }

  private void prepare(boolean inputWanted) {
    observation.gradientWanted = inputWanted;
    observation.hasGradient = false;
    if (actions != null) {
      actions.gradientWanted = inputWanted;
      actions.hasGradient = false;
    }
    for (Stage stage : stages) {
      stage.output.gradientWanted = stage.gradientWanted();
      stage.output.hasGradient = false;
    }
  }

  private void loadGradient(Signal head, float[] source) {
    float[] gradients = head.gradients();
    for (int step = 0; step < extent.steps; step++) {
      copyRows(
          source,
          step * extent.totalBatch + extent.firstSequence,
          head.width,
          gradients,
          step * extent.batch,
          head.stride);
    }
    head.hasGradient = true;
  }

  private void storeGradient(Signal signal, float[] target, int targetWidth, int column) {
    if (!signal.hasGradient) {
      Arrays.fill(signal.gradients(), 0f);
    }
    store(signal, signal.gradients(), target, targetWidth, column);
  }

  void tangent(float[] direction, float[][] headTangents) {
    if (extent.rows() == 0) {
      return;
    }
    for (Stage stage : stages) {
      stage.tangent(extent, direction);
    }
    for (int head = 0; head < heads.length; head++) {
      if (heads[head] != null && headTangents[head] != null) {
        store(heads[head], heads[head].tangents(), headTangents[head], heads[head].width, 0);
      }
    }
  }
}
