package org.apprentice.nn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.recurrent.LSTM;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The recurrent layers of a DL4J graph, and how a row of carried state is dealt to them: layer by
 * layer in the order of computation, h first.
 */
final class Dl4jMemories {
  private static final List<String> LSTM_KEYS =
      List.of(LSTM.STATE_KEY_PREV_ACTIVATION, LSTM.STATE_KEY_PREV_MEMCELL);

  private final List<Memory> memories = new ArrayList<>();
  private final int stateWidth;

  /**
   * @param keys of the parts of its state, each {@code width} wide, the first of which is at {@code
   *     column}
   */
  private record Memory(String layer, List<String> keys, int width, int column) {}

  /**
   * @throws IllegalArgumentException if a layer is recurrent in a way that cannot go backward from
   *     a carried state
   */
  Dl4jMemories(ComputationGraph graph) {
    int column = 0;
    for (String vertex : graph.getConfiguration().getTopologicalOrderStr()) {
      Layer layer = graph.getLayer(vertex);
      if (layer instanceof RecurrentLayer) {
        Memory memory = memory(vertex, layer, column);
        memories.add(memory);
        column += memory.keys().size() * memory.width();
      }
    }
    stateWidth = column;
  }

  private static Memory memory(String name, Layer layer, int column) {
    List<String> keys;
    if (layer instanceof Dl4jGruLayer) {
      keys = List.of(Dl4jGruLayer.STATE);
    } else if (layer.getClass() == LSTM.class) {
      keys = LSTM_KEYS;
    } else {
      throw new IllegalArgumentException(
          "recurrent layers of the graph must be LSTM or Dl4jGru, whose gradients begin at a carried"
              + " state; layer %s is a %s".formatted(name, layer.getClass().getSimpleName()));
    }
    long width = ((BaseRecurrentLayer) layer.conf().getLayer()).getNOut();
    return new Memory(name, keys, (int) width, column);
  }

  int stateWidth() {
    return stateWidth;
  }

  /** Sets the states from which {@code rnnTimeStep} and going backward begin. */
  void put(ComputationGraph graph, float[] rows, int count, DataType type) {
    for (Memory memory : memories) {
      Map<String, INDArray> state = new HashMap<>();
      for (int key = 0; key < memory.keys().size(); key++) {
        float[] part = new float[count * memory.width()];
        for (int row = 0; row < count; row++) {
          System.arraycopy(
              rows,
              row * stateWidth + memory.column() + key * memory.width(),
              part,
              row * memory.width(),
              memory.width());
        }
        state.put(
            memory.keys().get(key),
            Nd4j.createFromArray(part).reshape(count, memory.width()).castTo(type));
      }
      RecurrentLayer layer = (RecurrentLayer) graph.getLayer(memory.layer());
      layer.rnnSetPreviousState(state);
      layer.rnnSetTBPTTState(state);
    }
  }

  /** Reads the states that {@code rnnTimeStep} left. */
  void take(ComputationGraph graph, float[] rows, int count) {
    for (Memory memory : memories) {
      Map<String, INDArray> state = graph.rnnGetPreviousState(memory.layer());
      for (int key = 0; key < memory.keys().size(); key++) {
        float[] part =
            state
                .get(memory.keys().get(key))
                .dup('c')
                .ravel()
                .castTo(DataType.FLOAT)
                .toFloatVector();
        for (int row = 0; row < count; row++) {
          System.arraycopy(
              part,
              row * memory.width(),
              rows,
              row * stateWidth + memory.column() + key * memory.width(),
              memory.width());
        }
      }
    }
  }

  /** Zeroes the states of sequences that are reset before the next step. */
  void forget(ComputationGraph graph, boolean[] resets, int from, int count) {
    for (Memory memory : memories) {
      for (INDArray part : graph.rnnGetPreviousState(memory.layer()).values()) {
        for (int row = 0; row < count; row++) {
          if (resets[from + row]) {
            part.getRow(row).assign(0);
          }
        }
      }
    }
  }
}
