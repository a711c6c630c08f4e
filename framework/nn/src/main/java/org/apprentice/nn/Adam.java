package org.apprentice.nn;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apprentice.spi.Network;

/**
 * Adam (Kingma and Ba, 2015) on flat vectors, in PyTorch's form: {@code parameters -= learningRate
 * / (1 - beta1^t) * mean / (sqrt(variance / (1 - beta2^t)) + epsilon)}.
 */
public final class Adam {
  private static final int FORMAT = 0x4144414d; // "ADAM"

  /** Parameters that are worth waking threads for. */
  private static final int PARALLEL_SIZE = 4_000;

  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final float[] mean;
  private final float[] variance;

  /** Null where one thread does it all. */
  private final KernelNetwork network;

  /** Per thread, the parameters that it updates: {@code [from, to)} one after the other. */
  private final int[][] ranges;

  private final Kernels[] kernels;
  private final double[] squaredNorms;
  private final Kernels.AdamStep coefficients = new Kernels.AdamStep();
  private float[] parameters;
  private float[] gradient;
  private long steps;

  // made once: a method reference at the call would be allocated each time
  private final Team.Task norm = this::normPart;
  private final Team.Task update = this::updatePart;

  /**
   * @param size length of the parameter vector
   * @param beta1 decay of the mean of gradients, in [0, 1)
   * @param beta2 decay of the mean of their squares, in [0, 1)
   * @param epsilon added to the corrected root, so that it bounds the step where gradients vanish
   */
  public Adam(int size, double beta1, double beta2, double epsilon) {
    this(size, beta1, beta2, epsilon, null);
  }

  /**
   * For the parameters of a network. Where the network's threads compute torsos of their own, each
   * of them updates the parameters of its own, which are in its cache.
   */
  public Adam(Network network, double beta1, double beta2, double epsilon) {
    this(
        network.parameters().length,
        beta1,
        beta2,
        epsilon,
        network instanceof KernelNetwork own && own.splitByTorso() ? own : null);
  }

  private Adam(int size, double beta1, double beta2, double epsilon, KernelNetwork network) {
    this.beta1 = checkDecay("beta1", beta1);
    this.beta2 = checkDecay("beta2", beta2);
    if (!(epsilon >= 0)) {
      throw new IllegalArgumentException("epsilon must be at least 0, found " + epsilon);
    }
    this.epsilon = epsilon;
    this.mean = new float[size];
    this.variance = new float[size];
    this.network = network;
    this.ranges = network == null ? new int[][] {{0, size}} : network.ownedRanges();
    this.squaredNorms = new double[ranges.length];
    this.kernels = new Kernels[ranges.length];
    for (int part = 0; part < kernels.length; part++) {
      kernels[part] = KernelBackend.selected().create();
    }
  }

  private static double checkDecay(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(name + " must be in [0, 1), found " + value);
    }
    return value;
  }

  /**
   * One step downhill.
   *
   * @param gradient left as it is
   * @param maxGradientNorm the gradient is taken as scaled to this Euclidean norm where it is
   *     longer, as PyTorch's {@code clip_grad_norm_} does ({@code min(1, max / (norm + 1e-6))});
   *     infinity for no clipping
   * @return the gradient's norm before clipping
   */
  public double step(
      float[] parameters, float[] gradient, double learningRate, double maxGradientNorm) {
    if (parameters.length != mean.length || gradient.length != mean.length) {
      throw new IllegalArgumentException(
          "Adam of "
              + mean.length
              + " parameters was given "
              + parameters.length
              + " parameters and "
              + gradient.length
              + " gradients");
    }
    this.parameters = parameters;
    this.gradient = gradient;
    run(norm);
    double sum = 0;
    for (double squaredNorm : squaredNorms) {
      sum += squaredNorm;
    }
    double length = Math.sqrt(sum);
    double scale =
        maxGradientNorm == Double.POSITIVE_INFINITY
            ? 1
            : Math.min(1, maxGradientNorm / (length + 1e-6));
    steps++;
    coefficients.beta1 = (float) beta1;
    coefficients.beta2 = (float) beta2;
    coefficients.first = (float) ((1 - beta1) * scale);
    coefficients.second = (float) ((1 - beta2) * scale * scale);
    coefficients.rate = (float) (learningRate / (1 - Math.pow(beta1, (double) steps)));
    coefficients.correction = (float) (1 / Math.sqrt(1 - Math.pow(beta2, (double) steps)));
    coefficients.epsilon = (float) epsilon;
    run(update);
    return length;
  }

  private void run(Team.Task task) {
    if (network != null && mean.length >= PARALLEL_SIZE) {
      network.team().run(task);
      return;
    }
    for (int part = 0; part < ranges.length; part++) {
      task.run(part);
    }
  }

  private void normPart(int part) {
    double sum = 0;
    for (int i = 0; i < ranges[part].length; i += 2) {
      sum += kernels[part].squaredNorm(gradient, ranges[part][i], ranges[part][i + 1]);
    }
    squaredNorms[part] = sum;
  }

  private void updatePart(int part) {
    for (int i = 0; i < ranges[part].length; i += 2) {
      kernels[part].adam(
          parameters, gradient, mean, variance, coefficients, ranges[part][i], ranges[part][i + 1]);
    }
  }

  /** Writes the moments and the number of steps, bit for bit. */
  public void save(DataOutput out) throws IOException {
    out.writeInt(FORMAT);
    out.writeInt(mean.length);
    out.writeLong(steps);
    for (int i = 0; i < mean.length; i++) {
      out.writeFloat(mean[i]);
      out.writeFloat(variance[i]);
    }
  }

  /**
   * Continues where {@link #save} was called.
   *
   * @throws IllegalArgumentException if this is not the state of an Adam of the same size
   */
  public void restore(DataInput in) throws IOException {
    if (in.readInt() != FORMAT) {
      throw new IllegalArgumentException("this is not the state of an Adam updater");
    }
    int size = in.readInt();
    if (size != mean.length) {
      throw new IllegalArgumentException(
          "the state is of an Adam updater of "
              + size
              + " parameters, but this one has "
              + mean.length);
    }
    steps = in.readLong();
    for (int i = 0; i < size; i++) {
      mean[i] = in.readFloat();
      variance[i] = in.readFloat();
    }
  }
}
