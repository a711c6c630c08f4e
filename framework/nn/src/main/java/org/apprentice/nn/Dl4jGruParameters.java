package org.apprentice.nn;

import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The parameters of a {@link Dl4jGru} in the flat vector. */
final class Dl4jGruParameters implements ParamInitializer {
  static final Dl4jGruParameters INSTANCE = new Dl4jGruParameters();

  static final String INPUT_WEIGHTS = "W";
  static final String RECURRENT_WEIGHTS = "RW";
  static final String INPUT_BIAS = "b";
  static final String RECURRENT_BIAS = "rb";
  private static final int GATES = 3;

  private Dl4jGruParameters() {}

  @Override
  public long numParams(NeuralNetConfiguration configuration) {
    return numParams(configuration.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    Dl4jGru gru = (Dl4jGru) layer;
    return GATES * gru.getNOut() * (gru.getNIn() + gru.getNOut() + 2);
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return List.of(INPUT_WEIGHTS, RECURRENT_WEIGHTS, INPUT_BIAS, RECURRENT_BIAS);
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return List.of(INPUT_WEIGHTS, RECURRENT_WEIGHTS);
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return List.of(INPUT_BIAS, RECURRENT_BIAS);
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return weightKeys(layer).contains(key);
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return biasKeys(layer).contains(key);
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration configuration, INDArray view, boolean initialize) {
    Dl4jGru gru = (Dl4jGru) configuration.getLayer();
    Map<String, INDArray> parameters = getGradientsFromFlattened(configuration, view);
    for (Map.Entry<String, INDArray> entry : parameters.entrySet()) {
      configuration.addVariable(entry.getKey());
      if (initialize) {
        INDArray part = entry.getValue();
        part.assign(isWeightParam(gru, entry.getKey()) ? drawn(gru, part) : part.like());
      }
    }
    return parameters;
  }

  private static INDArray drawn(Dl4jGru gru, INDArray weights) {
    return gru.getWeightInitFn()
        .init(
            (double) weights.size(0),
            (double) gru.getNOut(),
            weights.shape(),
            'f',
            Nd4j.createUninitialized(weights.dataType(), weights.length()));
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration configuration, INDArray view) {
    Dl4jGru gru = (Dl4jGru) configuration.getLayer();
    long width = GATES * gru.getNOut();
    INDArray flat = view.reshape(view.length());
    Map<String, INDArray> parts = new LinkedHashMap<>();
    long from = 0;
    for (String key : paramKeys(gru)) {
      long rows =
          switch (key) {
            case INPUT_WEIGHTS -> gru.getNIn();
            case RECURRENT_WEIGHTS -> gru.getNOut();
            default -> 1;
          };
      long to = from + rows * width;
      parts.put(key, flat.get(interval(from, to)).reshape('f', rows, width));
      from = to;
    }
    return parts;
  }
}
