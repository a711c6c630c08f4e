package org.apprentice.benchmark;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apprentice.nn.Architecture;
import org.apprentice.nn.Initialization;
import org.apprentice.nn.KernelBackend;
import org.apprentice.nn.KernelNetwork;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A memory on observations of 4 numbers, with heads of 2 and 1 on it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RecurrentBenchmark {
  private static final int OBSERVATIONS = 4;
  private static final int SEQUENCES = 8;
  private static final int STEPS = 128;

  @Param({"vector", "openblas", "java"})
  public String kernels;

  @Param({"lstm", "gru"})
  public String memory;

  @Param({"128", "256"})
  public int width;

  @Param("1")
  public int threads;

  private KernelNetwork network;
  private Pass acting;
  private Pass training;
  private Inputs step;
  private Inputs sequences;
  private float[][] headGradients;
  private float[] gradient;

  @Setup
  public void setUp() {
    System.setProperty(KernelBackend.PROPERTY, kernels);
    NetworkSpec spec =
        new NetworkSpec(
            BoxSpace.unbounded(OBSERVATIONS),
            0,
            List.of(new NetworkSpec.Head("policy", 2, 0.01), new NetworkSpec.Head("value", 1, 1)),
            1,
            threads);
    Architecture.Layer layer =
        memory.equals("lstm")
            ? new Architecture.Layer.Lstm(width, 1, Initialization.ORTHOGONAL)
            : new Architecture.Layer.Gru(width, Initialization.ORTHOGONAL);
    network =
        new KernelNetwork(
            Architecture.of(spec, List.of(layer), Initialization.ORTHOGONAL, true), spec);
    acting = network.pass(1, SEQUENCES);
    training = network.pass(STEPS, SEQUENCES);
    SplittableRandom random = new SplittableRandom(1);
    int rows = STEPS * SEQUENCES;
    ObservationBatch observations =
        new ObservationBatch.Float32(uniform(rows * OBSERVATIONS, random), rows, OBSERVATIONS);
    boolean[] resets = new boolean[rows];
    for (int row = 0; row < rows; row += 97) {
      resets[row] = true;
    }
    step = new Inputs(observations, null, null, 1, SEQUENCES);
    sequences = new Inputs(observations, null, resets, STEPS, SEQUENCES);
    headGradients = new float[][] {uniform(rows * 2, random), uniform(rows, random)};
    gradient = new float[network.parameters().length];
  }

  private static float[] uniform(int length, SplittableRandom random) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  @TearDown
  public void tearDown() {
    network.close();
  }

  /** Choosing the actions of eight environments. */
  @Benchmark
  public float[] stepOfEightSequences() {
    network.forward(acting, step);
    return acting.output(0);
  }

  /** Forward and backward through 8 sequences of 128 steps. */
  @Benchmark
  public float[] gradientOfEightSequences() {
    network.forward(training, sequences);
    network.backward(training, headGradients, gradient, null);
    return gradient;
  }
}
