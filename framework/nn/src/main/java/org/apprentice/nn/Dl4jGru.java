package org.apprentice.nn;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A gated recurrent unit for DL4J, which has none, with PyTorch's equations: {@code r = sigmoid(x
 * W_r + b_r + h R_r + c_r)}, z alike, {@code n = tanh(x W_n + b_n + r (h R_n + c_n))}, {@code h' =
 * (1 - z) n + z h}.
 *
 * <p>Input {@code [batch, nIn, steps]}, output {@code [batch, nOut, steps]}. Parameters, one after
 * the other: {@code W [nIn x 3 nOut]} and {@code RW [nOut x 3 nOut]} in 'f' order with the columns
 * of r, z, n, then the biases {@code b} and {@code rb}. A zip with this layer opens where this
 * class is on the class path. Carried state as with DL4J's own recurrent layers: {@code
 * rnnTimeStep}, with the key {@value Dl4jGruLayer#STATE}; masks are passed on, so padding must
 * follow a sequence.
 */
public final class Dl4jGru extends BaseRecurrentLayer {
  private static final long serialVersionUID = 1L;

  /** For deserialisation. */
  @SuppressWarnings("unused")
  private Dl4jGru() {}

  private Dl4jGru(Builder builder) {
    super(builder);
    initializeConstraints(builder);
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration configuration,
      Collection<TrainingListener> listeners,
      int layerIndex,
      INDArray parameterView,
      boolean initialize,
      DataType dataType) {
    LayerValidation.assertNInNOutSet("Dl4jGru", getLayerName(), layerIndex, getNIn(), getNOut());
    Dl4jGruLayer layer = new Dl4jGruLayer(configuration, dataType);
    layer.setListeners(listeners);
    layer.setIndex(layerIndex);
    layer.setParamsViewArray(parameterView);
    layer.setParamTable(initializer().init(configuration, parameterView, initialize));
    layer.setConf(configuration);
    return layer;
  }

  @Override
  public ParamInitializer initializer() {
    return Dl4jGruParameters.INSTANCE;
  }

  /** DL4J asks only for a report that is never written here. */
  @Override
  public LayerMemoryReport getMemoryReport(InputType inputType) {
    InputType output = getOutputType(-1, inputType);
    return new LayerMemoryReport.Builder(layerName, Dl4jGru.class, inputType, output)
        .standardMemory(initializer().numParams(this), 0)
        .workingMemory(0, 0, 0, 6 * getNOut())
        .cacheMemory(0, 0)
        .build();
  }

  /** Makes a {@link Dl4jGru}. */
  @SuppressWarnings("unchecked") // as DL4J's own builders do
  public static final class Builder extends BaseRecurrentLayer.Builder<Builder> {
    @Override
    public Dl4jGru build() {
      return new Dl4jGru(this);
    }
  }
}
