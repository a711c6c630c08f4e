package org.apprentice.benchmark;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apprentice.nn.Activation;
import org.apprentice.nn.Adam;
import org.apprentice.nn.Architecture;
import org.apprentice.nn.Convolutions;
import org.apprentice.nn.ImageLayer;
import org.apprentice.nn.Initialization;
import org.apprentice.nn.KernelNetwork;
import org.apprentice.nn.Precision;
import org.apprentice.spi.ImageSpace;
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

/**
 * The network of DQN's paper in Nature (84 x 84 x 4 bytes, three convolutions, 512 units) on a
 * shared torso with heads of 6 and 1. {@code peers/nature_cnn.py} does the same in PyTorch.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 3)
public class ConvolutionBenchmark {
  private static final int ACTING = 8;
  private static final int MINIBATCH = 256;
  private static final int ACTIONS = 6;

  @Param({"onednn", "nd4j"})
  public String convolutions;

  @Param({"f32", "bf16"})
  public String precision;

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

  @Setup
  public void setUp() {
    System.setProperty(Convolutions.PROPERTY, convolutions);
    ImageSpace space = new ImageSpace(4, 84, 84);
    NetworkSpec spec =
        new NetworkSpec(
            space,
            0,
            List.of(
                new NetworkSpec.Head("policy", ACTIONS, 0.01), new NetworkSpec.Head("value", 1, 1)),
            1,
            threads);
    List<Architecture.Layer> layers =
        List.of(
            convolution(32, 8, 4),
            convolution(64, 4, 2),
            convolution(64, 3, 1),
            new ImageLayer.Flatten(),
            new Architecture.Layer.Dense(512, Activation.RELU, Initialization.XAVIER));
    network =
        new KernelNetwork(Architecture.of(spec, layers, Initialization.ORTHOGONAL, true), spec);
    adam = new Adam(network, 0.9, 0.999, 1e-5);
    training = network.pass(1, MINIBATCH);
    acting = network.pass(1, ACTING);
    SplittableRandom random = new SplittableRandom(1);
    byte[] pixels = new byte[MINIBATCH * space.width()];
    random.nextBytes(pixels);
    ObservationBatch observations = new ObservationBatch.UInt8(pixels, MINIBATCH, space.width());
    minibatch = Inputs.of(observations, MINIBATCH);
    few = Inputs.of(observations, ACTING);
    headGradients =
        new float[][] {uniform(MINIBATCH * ACTIONS, random), uniform(MINIBATCH, random)};
    gradient = new float[network.parameters().length];
  }

  private ImageLayer.Convolution convolution(int filters, int kernel, int stride) {
    return new ImageLayer.Convolution(
        filters,
        kernel,
        stride,
        0,
        Activation.RELU,
        Initialization.ORTHOGONAL,
        Precision.valueOf(precision.toUpperCase(Locale.ROOT)));
  }

  private static float[] uniform(int length, SplittableRandom random) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextDouble(-1, 1) / MINIBATCH;
    }
    return values;
  }

  @TearDown
  public void tearDown() {
    network.close();
  }

  /** Choosing the actions of eight environments. */
  @Benchmark
  public float[] forwardOfEightRows() {
    network.forward(acting, few);
    return acting.output(0);
  }

  /** Forward, backward, clipping, Adam and copying of the weights on a minibatch of 256. */
  @Benchmark
  public double update() {
    network.forward(training, minibatch);
    network.backward(training, headGradients, gradient, null);
    double norm = adam.step(network.parameters(), gradient, 2.5e-4, 0.5);
    network.parametersChanged();
    return norm;
  }
}
