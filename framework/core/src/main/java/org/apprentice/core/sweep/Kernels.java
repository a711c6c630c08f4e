package org.apprentice.core.sweep;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.statistics.distribution.TruncatedNormalDistribution;
import org.apprentice.spi.Distribution;

/**
 * One axis of a Parzen estimator: a kernel around each observation, and a last one, the prior, that
 * knows none. Values are numbers here: the logarithm where that is what is drawn, and the number of
 * a choice.
 */
sealed interface Kernels {
  /** A value from one kernel. */
  double draw(int kernel, UniformRandomProvider random);

  /** Of a value under one kernel: a density of a continuum, a probability of single values. */
  double density(int kernel, double value);

  /**
   * @param observations as {@link #number} gives them
   */
  static Kernels of(Distribution distribution, double[] observations) {
    if (distribution instanceof Distribution.Range range) {
      return new Numbers(range, observations);
    }
    return new Categories(((Distribution.Choice) distribution).values().size(), observations);
  }

  static double number(Distribution distribution, String text) {
    if (distribution instanceof Distribution.Range range) {
      double value = Double.parseDouble(text);
      return range.log() ? Math.log(value) : value;
    }
    return ((Distribution.Choice) distribution).values().indexOf(text);
  }

  static String text(Distribution distribution, double number) {
    if (distribution instanceof Distribution.Range range) {
      return range.nearest(range.log() ? Math.exp(number) : number);
    }
    return distribution.text((long) number);
  }

  /**
   * Truncated normal kernels as wide as the distance to a neighbour (Bergstra et al. 2011, section
   * 4.2); on a lattice, each value has the mass of its cell.
   */
  final class Numbers implements Kernels {
    /** Kernels are no narrower than this part of the range, hyperopt's "magic clip". */
    private static final double MOST_PARTS = 100;

    private final Distribution.Range range;
    private final double low;
    private final double high;
    private final TruncatedNormalDistribution[] kernels;

    Numbers(Distribution.Range range, double[] observations) {
      this.range = range;
      double margin = range.step() / 2;
      long steps = range.step() == 0 ? 0 : range.count().getAsLong() - 1;
      double last = range.step() == 0 ? range.high() : range.low() + steps * range.step();
      low = scaled(range.low() - margin);
      high = scaled(last + margin);
      int count = observations.length + 1;
      double[] centres = Arrays.copyOf(observations, count);
      centres[count - 1] = (low + high) / 2;
      double[] widths = distances(observations);
      double least = (high - low) / Math.min(MOST_PARTS, 1.0 + count);
      kernels = new TruncatedNormalDistribution[count];
      for (int i = 0; i < count; i++) {
        double width =
            i == count - 1 ? high - low : Math.min(high - low, Math.max(least, widths[i]));
        kernels[i] = TruncatedNormalDistribution.of(centres[i], width, low, high);
      }
    }

    private double scaled(double value) {
      return range.log() ? Math.log(value) : value;
    }

    /**
     * The larger distance to a neighbour; the lowest and the highest have one, and a single one has
     * the bounds.
     */
    private double[] distances(double[] centres) {
      int count = centres.length;
      int[] order =
          IntStream.range(0, count)
              .boxed()
              .sorted(Comparator.comparingDouble((Integer i) -> centres[i]))
              .mapToInt(Integer::intValue)
              .toArray();
      double[] distances = new double[count];
      for (int i = 0; i < count; i++) {
        double centre = centres[order[i]];
        double left = i == 0 ? low : centres[order[i - 1]];
        double right = i == count - 1 ? high : centres[order[i + 1]];
        double distance = Math.max(centre - left, right - centre);
        if (count > 1 && i == 0) {
          distance = right - centre;
        } else if (count > 1 && i == count - 1) {
          distance = centre - left;
        }
        distances[order[i]] = distance;
      }
      return distances;
    }

    @Override
    public double draw(int kernel, UniformRandomProvider random) {
      return kernels[kernel].inverseCumulativeProbability(random.nextDouble());
    }

    @Override
    public double density(int kernel, double value) {
      if (range.step() == 0) {
        return kernels[kernel].density(value);
      }
      double plain = range.log() ? Math.exp(value) : value;
      double margin = range.step() / 2;
      return kernels[kernel].probability(
          Math.max(low, scaled(plain - margin)), Math.min(high, scaled(plain + margin)));
    }
  }

  /** The observed value has most of a kernel; all have the same of the prior. */
  final class Categories implements Kernels {
    private final double[][] probabilities;

    Categories(int values, double[] observations) {
      int count = observations.length + 1;
      probabilities = new double[count][values];
      double shared = 1.0 / count;
      for (int i = 0; i < count; i++) {
        boolean prior = i == count - 1;
        Arrays.fill(probabilities[i], prior ? 1.0 / values : shared / (1 + values * shared));
        if (!prior) {
          probabilities[i][(int) observations[i]] = (1 + shared) / (1 + values * shared);
        }
      }
    }

    @Override
    public double draw(int kernel, UniformRandomProvider random) {
      return ParzenEstimator.draw(probabilities[kernel], random);
    }

    @Override
    public double density(int kernel, double value) {
      return probabilities[kernel][(int) value];
    }
  }
}
