package org.apprentice.core.study;

import java.util.List;
import java.util.Optional;

/**
 * Runs compared: what the variants differ in, and how they score.
 *
 * @param name of the study
 * @param tasks that scores were taken on; variants have scores in each. Scores of several tasks are
 *     made comparable by {@link #scales}.
 * @param scales by task, the raw scores that count as 0 and 1: the lowest and highest of all runs.
 *     Empty with a single task, whose scores stay raw.
 * @param unit of progress: steps or epochs
 * @param curve the metric that learning curves, areas and steps to the threshold come from; empty
 *     if the runs share none
 * @param threshold of {@code curve}; empty if there is none, or with several tasks (each run then
 *     has its own)
 * @param variants the baseline first
 * @param leftOut runs that do not count, and why
 * @param notes what should be known before this is trusted, a sentence each
 */
public record Comparison(
    String name,
    Options options,
    List<String> tasks,
    List<Interval> scales,
    String unit,
    Optional<String> curve,
    Optional<Double> threshold,
    List<Variant> variants,
    List<LeftOut> leftOut,
    List<String> notes) {
  /** Mean return of the final evaluation. */
  public static final String EVALUATION = "evaluation/return-mean";

  /** Mean return of the last episodes of training. */
  public static final String TRAINING = "rollout/return-mean";

  /**
   * What to compare by.
   *
   * @param metric whose last value is a run's score
   * @param lowerIsBetter such as for a loss
   * @param baseline name of a variant; empty for the one called baseline, or else the first
   * @param threshold of the score's metric; empty for what the runs' experiments call solved
   * @param study whose names for variants are used; empty for that which trained a run first
   */
  public record Options(
      String metric,
      boolean lowerIsBetter,
      Optional<String> baseline,
      Optional<Double> threshold,
      Optional<String> study) {
    /** By the return of the final evaluation. */
    public static Options ofStudy(String study) {
      return new Options(EVALUATION, false, Optional.empty(), Optional.empty(), Optional.of(study));
    }
  }

  /** A run that does not count. */
  public record LeftOut(String id, String name, String reason) {}

  /**
   * @param name of the study
   * @throws ComparisonException if there is nothing to compare
   */
  public static Comparison of(String name, RunSource.Found found, Options options) {
    return new Comparer(name, found, options).compare();
  }

  /** Whether each control fails as it must, a sentence each; also among the notes. */
  public List<String> controls() {
    return new Controls(variants, tasks, options.lowerIsBetter()).verdicts();
  }

  public Variant baseline() {
    return variants.get(0);
  }

  /** Whether scores of several tasks were brought to a common scale. */
  boolean isScaled() {
    return !scales.isEmpty();
  }

  int runs() {
    return variants.stream().mapToInt(variant -> variant.runs().size()).sum();
  }
}
