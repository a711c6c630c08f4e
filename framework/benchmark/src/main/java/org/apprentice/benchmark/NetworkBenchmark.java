package org.apprentice.benchmark;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apprentice.nn.Activation;
import org.apprentice.nn.Adam;
import org.apprentice.nn.Architecture;
import org.apprentice.nn.Initialization;
import org.apprentice.nn.KernelBackend;
import org.apprentice.nn.KernelNetwork;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.Inputs;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Pass;
import org.openjdk.jmh.annotations.AuxCounters;
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

/**
 * The network of the CartPole experiments: two torsos 4-64-64 with tanh, heads of 2 and 1. Floors
 * on one core at about 3 GHz, below which a kernel is broken rather than slow (C2 has stopped to
 * vectorise a loop): an update of 256 rows at 60 GFLOP/s with {@code vector} and AVX-512, 30 with
 * {@code openblas}, 18 with {@code java}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NetworkBenchmark {
  /** Multiply-adds per row of a torso without its head: 4 x 64 + 64 x 64. */
  private static final long INPUT_LAYER = 4 * 64;

  private static final long HIDDEN_LAYER = 64 * 64;
  private static final long HEADS = 3 * 64;

  @Param({"vector", "openblas", "java"})
  public String kernels;

  @Param({"64", "256"})
  public int rows;

  @Param("1")
  public int threads;

  private KernelNetwork network;
  private Adam adam;
  private Pass training;
  private Pass acting;
  private Inputs minibatch;
  private Inputs few;
  private float[][] headGradients;
  private float[] gradient;

  /** Arithmetic done, in millions of operations: per millisecond, these are GFLOP/s. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Arithmetic {
    public double gigaflops;
  }

  @Setup
  public void setUp() {
    System.setProperty(KernelBackend.PROPERTY, kernels);
    NetworkSpec spec =
        new NetworkSpec(
            BoxSpace.unbounded(4),
            0,
            List.of(new NetworkSpec.Head("policy", 2, 0.01), new NetworkSpec.Head("value", 1, 1)),
            1,
            threads);
    network =
        new KernelNetwork(
            Architecture.dense(
                spec, List.of(64, 64), Activation.TANH, Initialization.ORTHOGONAL, false),
            spec);
    adam = new Adam(network.parameters().length, 0.9, 0.999, 1e-5);
    training = network.pass(1, rows);
    acting = network.pass(1, 8);
    SplittableRandom random = new SplittableRandom(1);
    ObservationBatch observations =
        new ObservationBatch.Float32(uniform(rows * 4, 1, random), rows, 4);
    minibatch = Inputs.of(observations, rows);
    few = Inputs.of(observations, 8);
    float scale = 1f / rows;
    headGradients = new float[][] {uniform(rows * 2, scale, random), uniform(rows, scale, random)};
    gradient = new float[network.parameters().length];
  }

  private static float[] uniform(int length, float limit, SplittableRandom random) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextDouble(-limit, limit);
    }
    return values;
  }

  @TearDown
  public void tearDown() {
    network.close();
  }

  /** Choosing the actions of eight environments. */
  @Benchmark
  public float[] forwardOfEightRows(Arithmetic arithmetic) {
    network.forward(acting, few);
    arithmetic.gigaflops += megaflops(8 * (2 * INPUT_LAYER + 2 * HIDDEN_LAYER + HEADS));
    return acting.output(0);
  }

  /** Forward, backward, clipping and Adam on one minibatch. */
  @Benchmark
  public double update(Arithmetic arithmetic) {
    network.forward(training, minibatch);
    network.backward(training, headGradients, gradient, null);
    double norm = adam.step(network.parameters(), gradient, 1e-6, 0.5);
    network.parametersChanged();
    // the input layer needs no gradient of its input
    arithmetic.gigaflops +=
        megaflops(rows * (2 * 2 * INPUT_LAYER + 3 * (2 * HIDDEN_LAYER + HEADS)));
    return norm;
  }

  private static double megaflops(long multiplyAdds) {
    return 2e-6 * multiplyAdds;
  }
}
