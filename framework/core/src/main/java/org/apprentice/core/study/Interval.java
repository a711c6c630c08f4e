package org.apprentice.core.study;

/**
 * A 95 % confidence interval.
 *
 * @param high infinite where censored runs leave no upper end
 */
public record Interval(double low, double high) {}
