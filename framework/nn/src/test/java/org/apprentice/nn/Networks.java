package org.apprentice.nn;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;

/** Networks and data of the tests. */
final class Networks {
  private Networks() {}

  static NetworkSpec spec(int observations, int actions, int threads, int... heads) {
    List<NetworkSpec.Head> list = new ArrayList<>();
    for (int i = 0; i < heads.length; i++) {
      list.add(new NetworkSpec.Head("head" + i, heads[i], 1));
    }
    return new NetworkSpec(BoxSpace.unbounded(observations), actions, list, 7, threads);
  }

  static KernelNetwork network(
      NetworkSpec spec, Activation activation, boolean shared, Integer... hidden) {
    return new KernelNetwork(
        Architecture.dense(spec, List.of(hidden), activation, Initialization.ORTHOGONAL, shared),
        spec);
  }

  static float[] normal(int length, long seed) {
    Random random = new Random(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  static Inputs inputs(NetworkSpec spec, int rows, long seed) {
    int width = spec.observationSpace().width();
    return new Inputs(
        new ObservationBatch.Float32(normal(rows * width, seed), rows, width),
        spec.actionWidth() == 0 ? null : normal(rows * spec.actionWidth(), seed + 1),
        null,
        1,
        rows);
  }

  static float[][] headRows(NetworkSpec spec, int rows, long seed) {
    float[][] values = new float[spec.heads().size()][];
    for (int i = 0; i < values.length; i++) {
      values[i] = normal(rows * spec.heads().get(i).width(), seed + i);
    }
    return values;
  }

  static float[] gradient(
      Network network, Inputs inputs, float[][] headGradients, float[] inputGradient) {
    Pass pass = network.pass(inputs.steps(), inputs.batch());
    network.forward(pass, inputs);
    float[] gradient = new float[network.parameters().length];
    network.backward(pass, headGradients, gradient, inputGradient);
    return gradient;
  }

  static double[] toDouble(float[] values, int from, int length) {
    double[] result = new double[length];
    for (int i = 0; i < length; i++) {
      result[i] = values[from + i];
    }
    return result;
  }

  /** Bytes that this thread allocates. */
  static long allocatedBy(Runnable task, int times) {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < times; i++) {
      task.run();
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
