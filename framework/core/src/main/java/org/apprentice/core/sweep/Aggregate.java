package org.apprentice.core.sweep;

import java.util.Arrays;
import org.apache.commons.statistics.descriptive.Mean;
import org.apache.commons.statistics.descriptive.Median;

/**
 * One number for the scores of a variant, given per task and, within a task, per run. As in rliable
 * (Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the Statistical Precipice").
 */
public enum Aggregate {
  /** Mean over tasks of the mean over runs. */
  MEAN {
    @Override
    public double of(double[][] scores) {
      return Mean.of(taskMeans(scores)).getAsDouble();
    }
  },
  /** Median over runs of a single task; over several tasks, the median of their means. */
  MEDIAN {
    @Override
    public double of(double[][] scores) {
      return Median.withDefaults()
          .withCopy(true)
          .evaluate(scores.length == 1 ? scores[0] : taskMeans(scores));
    }
  },
  /**
   * Interquartile mean: the mean of what is left of all runs of all tasks when the lowest and the
   * highest quarter (rounded down) are cut off.
   */
  IQM {
    @Override
    public double of(double[][] scores) {
      double[] all = concatenated(scores);
      Arrays.sort(all);
      int cut = all.length / 4;
      return Mean.of(Arrays.copyOfRange(all, cut, all.length - cut)).getAsDouble();
    }
  };

  /**
   * @param scores by task and run; every task has at least one
   */
  public abstract double of(double[][] scores);

  private static double[] concatenated(double[][] scores) {
    int length = 0;
    for (double[] task : scores) {
      length += task.length;
    }
    double[] all = new double[length];
    int next = 0;
    for (double[] task : scores) {
      System.arraycopy(task, 0, all, next, task.length);
      next += task.length;
    }
    return all;
  }

  private static double[] taskMeans(double[][] scores) {
    double[] means = new double[scores.length];
    for (int task = 0; task < means.length; task++) {
      means[task] = Mean.of(scores[task]).getAsDouble();
    }
    return means;
  }
}
