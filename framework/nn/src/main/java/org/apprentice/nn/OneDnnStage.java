package org.apprentice.nn;

import java.util.Arrays;

/** An {@link ImageTorso} at work in a slice: what joins oneDNN's memories to the heap. */
final class OneDnnStage extends KernelLayer.Stage {
  private final ImageTorso layer;
  private final Signal input;
  private final Signal actions;

  /** By the number of rows; most are never made. */
  private final OneDnnTorso[] torsos;

  /** Numbers of rows for which there is one, the latest last. */
  private final int[] recent = new int[4];

  private OneDnnTorso current;

  OneDnnStage(ImageTorso layer, Signal input, Signal actions, Signal output, int maxRows) {
    super(output);
    this.layer = layer;
    this.input = input;
    this.actions = layer.actionWidth() == 0 ? null : actions;
    this.torsos = new OneDnnTorso[maxRows + 1];
  }

  @Override
  boolean gradientWanted() {
    return true;
  }

  private OneDnnTorso torso(int rows) {
    if (torsos[rows] == null) {
      torsos[recent[0]] = null;
      System.arraycopy(recent, 1, recent, 0, recent.length - 1);
      recent[recent.length - 1] = rows;
      torsos[rows] = new OneDnnTorso(layer, rows, input, layer.nativeParameters());
    }
    return torsos[rows];
  }

  @Override
  void forward(KernelLayer.Extent extent) {
    int rows = extent.rows();
    if (rows == 0) {
      return;
    }
    current = torso(rows);
    if (actions != null) {
      current.actions().putRows(actions.values, actions, rows);
    }
    current.forward(layer.version(), input.real);
    current.output().getRows(output.values, output, rows);
  }

  @Override
  void backward(KernelLayer.Extent extent, float[] parameters, float[] parameterGradient) {
    int rows = extent.rows();
    if (!output.hasGradient) {
      Arrays.fill(parameterGradient, layer.offset, layer.offset + layer.parameterCount(), 0f);
      return;
    }
    current.outputGradients().putRows(output.gradients(), output, rows);
    current.backward(layer.version());
    current.gradient().get(0, parameterGradient, layer.offset, layer.parameterCount());
    if (input.gradientWanted) {
      current.inputBackward(layer.version());
      add(current.pixelGradients(), input, rows);
      if (actions != null) {
        add(current.actionGradients(), actions, rows);
      }
    }
  }

  private static void add(NativeVector gradients, Signal signal, int rows) {
    if (signal.hasGradient) {
      gradients.addRows(signal.gradients(), signal, rows);
    } else {
      gradients.getRows(signal.gradients(), signal, rows);
      signal.hasGradient = true;
    }
  }

  @Override
  void tangent(KernelLayer.Extent extent, float[] direction) {
    current.direction().put(0, direction, layer.offset, layer.parameterCount());
    output.hasTangent = current.tangent(layer.version());
    if (output.hasTangent) {
      current.outputTangents().getRows(output.tangents(), output, extent.rows());
    }
  }
}
