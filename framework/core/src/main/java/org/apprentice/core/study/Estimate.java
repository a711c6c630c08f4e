package org.apprentice.core.study;

import java.util.Optional;

/**
 * A figure and how sure it is.
 *
 * @param interval empty if a single run leaves nothing to resample
 */
public record Estimate(double value, Optional<Interval> interval) {}
