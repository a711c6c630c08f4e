package org.apprentice.nn;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.FwdPassType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.ActivationLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Keeps the gradients of its inputs, which DL4J clears after going backward. */
final class KeepingGraph extends ComputationGraph {
  private static final long serialVersionUID = 1L;

  /** Whether the last forward began at stored states, where going backward is to end. */
  private boolean fromStoredStates;

  KeepingGraph(ComputationGraphConfiguration configuration) {
    super(configuration.clone());
    // clone forgets the order, which is that of the parameters
    getConfiguration().setTopologicalOrder(configuration.getTopologicalOrder());
    getConfiguration().setTopologicalOrderStr(configuration.getTopologicalOrderStr());
    getConfiguration().setTbpttBackLength(Integer.MAX_VALUE);
  }

  /** The vertex that gives the output of a head. */
  String outputName(int head) {
    return getConfiguration().getNetworkOutputs().get(head);
  }

  /** The layer of a head, before those that only reshape what it gives. */
  String linearName(int head) {
    String name = outputName(head);
    while (getLayer(name) instanceof ActivationLayer) {
      name = inputName(name);
    }
    return name;
  }

  /** The vertex, or the first one, that a vertex is given. */
  String inputName(String vertex) {
    return getConfiguration().getVertexInputs().get(vertex).get(0);
  }

  /** {@link #feedForward} of sequences from the states that were set. */
  Map<String, INDArray> feedSequences(INDArray[] inputs) {
    fromStoredStates = true;
    return ffToLayerActivationsDetached(
        true,
        FwdPassType.RNN_ACTIVATE_WITH_STORED_STATE,
        false,
        vertices.length - 1,
        null,
        inputs,
        null,
        null,
        false);
  }

  /**
   * {@link #rnnTimeStep} with what the given vertices give.
   *
   * @param inputs {@code [sequences x width x 1]}
   */
  INDArray[] step(List<String> names, INDArray[] inputs) {
    // a vertex that is named twice would be given once
    List<String> distinct = names.stream().distinct().toList();
    int[] indices = distinct.stream().mapToInt(name -> getVertex(name).getVertexIndex()).toArray();
    INDArray[] given =
        outputOfLayersDetached(
            false, FwdPassType.RNN_TIMESTEP, indices, inputs, null, null, true, false, null);
    return names.stream().map(name -> given[distinct.indexOf(name)]).toArray(INDArray[]::new);
  }

  @Override
  protected void calcBackpropGradients(boolean clearLayers, boolean truncated, INDArray... errors) {
    super.calcBackpropGradients(false, fromStoredStates, errors);
  }
}
