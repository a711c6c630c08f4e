package org.apprentice.nn;

import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;
import static org.nd4j.linalg.indexing.NDArrayIndex.point;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.recurrent.BaseRecurrentLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * What DL4J runs for a {@link Dl4jGru}. Like DL4J's LSTM, going backward repeats the forward pass.
 */
final class Dl4jGruLayer extends BaseRecurrentLayer<Dl4jGru> {
  /** Key of h in the carried state, {@code [batch x nOut]}. */
  static final String STATE = "prevAct";

  private static final long serialVersionUID = 1L;

  Dl4jGruLayer(NeuralNetConfiguration configuration, DataType dataType) {
    super(configuration, dataType);
  }

  /** One step: h before and after it, the gates, and the recurrent sum of the candidate. */
  private record Step(
      INDArray before, INDArray r, INDArray z, INDArray n, INDArray memory, INDArray after) {}

  @Override
  public Type type() {
    return Type.RECURRENT;
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    return output(steps(null, training, workspaces), workspaces);
  }

  @Override
  public INDArray rnnTimeStep(INDArray given, LayerWorkspaceMgr workspaces) {
    setInput(given, workspaces);
    Step[] steps = steps(stateMap.get(STATE), false, workspaces);
    stateMap.put(STATE, lastOf(steps));
    return output(steps, workspaces);
  }

  @Override
  public INDArray rnnActivateUsingStoredState(
      INDArray given, boolean training, boolean store, LayerWorkspaceMgr workspaces) {
    setInput(given, workspaces);
    Step[] steps = steps(tBpttStateMap.get(STATE), training, workspaces);
    if (store) {
      tBpttStateMap.put(STATE, lastOf(steps));
    }
    return output(steps, workspaces);
  }

  private static INDArray lastOf(Step[] steps) {
    try (MemoryWorkspace none = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      return steps[steps.length - 1].after.dup();
    }
  }

  private INDArray output(Step[] steps, LayerWorkspaceMgr workspaces) {
    INDArray output =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS,
            input.dataType(),
            new long[] {input.size(0), layerConf().getNOut(), steps.length},
            'f');
    for (int step = 0; step < steps.length; step++) {
      output.get(all(), all(), point(step)).assign(steps[step].after);
    }
    return output;
  }

  private Step[] steps(INDArray state, boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    if (input.rank() != 3 || input.size(1) != layerConf().getNIn()) {
      throw new IllegalArgumentException(
          "a gated recurrent unit takes [batch, "
              + layerConf().getNIn()
              + ", steps], found "
              + java.util.Arrays.toString(input.shape()));
    }
    applyDropOutIfNecessary(training, workspaces);
    INDArray w = weights(Dl4jGruParameters.INPUT_WEIGHTS, training, workspaces);
    INDArray rw = weights(Dl4jGruParameters.RECURRENT_WEIGHTS, training, workspaces);
    INDArray b = weights(Dl4jGruParameters.INPUT_BIAS, training, workspaces);
    INDArray rb = weights(Dl4jGruParameters.RECURRENT_BIAS, training, workspaces);
    INDArray h =
        state == null
            ? Nd4j.zeros(input.dataType(), input.size(0), layerConf().getNOut())
            : state.castTo(input.dataType());
    Step[] steps = new Step[(int) input.size(2)];
    for (int step = 0; step < steps.length; step++) {
      INDArray x = inputOf(step).mmul(w).addRowVector(b);
      INDArray m = h.mmul(rw).addRowVector(rb);
      INDArray r = Transforms.sigmoid(gate(x, 0).add(gate(m, 0)), false);
      INDArray z = Transforms.sigmoid(gate(x, 1).add(gate(m, 1)), false);
      INDArray memory = gate(m, 2).dup();
      INDArray n = Transforms.tanh(gate(x, 2).add(r.mul(memory)), false);
      INDArray after = n.add(z.mul(h.sub(n)));
      steps[step] = new Step(h, r, z, n, memory, after);
      h = after;
    }
    return steps;
  }

  private INDArray weights(String key, boolean training, LayerWorkspaceMgr workspaces) {
    return getParamWithNoise(key, training, workspaces);
  }

  private INDArray inputOf(int step) {
    return input.get(all(), all(), point(step));
  }

  private INDArray gate(INDArray sums, int gate) {
    long width = layerConf().getNOut();
    return sums.get(all(), interval(gate * width, (gate + 1) * width));
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    return gradient(steps(null, true, workspaces), epsilon, 0, workspaces);
  }

  /** Begins at the state of {@link #rnnSetPreviousState}, as DL4J's LSTM does. */
  @Override
  public Pair<Gradient, INDArray> tbpttBackpropGradient(
      INDArray epsilon, int backwardLength, LayerWorkspaceMgr workspaces) {
    Step[] steps = steps(stateMap.get(STATE), true, workspaces);
    tBpttStateMap.put(STATE, lastOf(steps));
    int end = backwardLength > 0 ? Math.max(0, steps.length - backwardLength) : 0;
    return gradient(steps, epsilon, end, workspaces);
  }

  private Pair<Gradient, INDArray> gradient(
      Step[] steps, INDArray epsilon, int end, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    gradientsFlattened.assign(0);
    INDArray inputEpsilon =
        workspaces.create(ArrayType.ACTIVATION_GRAD, input.dataType(), input.shape(), 'f');
    INDArray w = weights(Dl4jGruParameters.INPUT_WEIGHTS, true, workspaces);
    INDArray rw = weights(Dl4jGruParameters.RECURRENT_WEIGHTS, true, workspaces);
    INDArray carried = null;
    for (int step = steps.length - 1; step >= end; step--) {
      Step at = steps[step];
      INDArray d = epsilon.get(all(), all(), point(step)).dup();
      if (carried != null) {
        d.addi(carried);
      }
      INDArray dn = d.mul(at.z.rsub(1)).muli(at.n.mul(at.n).rsubi(1));
      INDArray dz = d.mul(at.before.sub(at.n)).muli(at.z.mul(at.z.rsub(1)));
      INDArray dr = dn.mul(at.memory).muli(at.r.mul(at.r.rsub(1)));
      INDArray ofInputs = Nd4j.concat(1, dr, dz, dn);
      INDArray ofMemory = Nd4j.concat(1, dr, dz, dn.mul(at.r));
      add(Dl4jGruParameters.INPUT_WEIGHTS, inputOf(step).transpose().mmul(ofInputs));
      add(Dl4jGruParameters.RECURRENT_WEIGHTS, at.before.transpose().mmul(ofMemory));
      add(Dl4jGruParameters.INPUT_BIAS, ofInputs.sum(true, 0));
      add(Dl4jGruParameters.RECURRENT_BIAS, ofMemory.sum(true, 0));
      inputEpsilon.get(all(), all(), point(step)).assign(ofInputs.mmul(w.transpose()));
      carried = d.mul(at.z).addi(ofMemory.mmul(rw.transpose()));
    }
    weightNoiseParams.clear();
    Gradient gradient = new DefaultGradient(gradientsFlattened);
    for (String key : Dl4jGruParameters.INSTANCE.paramKeys(layerConf())) {
      gradient.gradientForVariable().put(key, gradientViews.get(key));
    }
    return new Pair<>(gradient, backpropDropOutIfPresent(inputEpsilon));
  }

  private void add(String key, INDArray gradient) {
    gradientViews.get(key).addi(gradient);
  }
}
