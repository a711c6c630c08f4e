package org.apprentice.core.config;

import java.util.Optional;
import org.apprentice.spi.Distribution;

/** What an axis of a sweep may say of a distribution of numbers. */
sealed interface DistributionKeys {
  Distribution distribution();

  /** Any number, each equally likely. */
  record Uniform(double low, double high) implements DistributionKeys {
    public Uniform {
      new Distribution.Range(low, high, 0, false);
    }

    @Override
    public Distribution distribution() {
      return new Distribution.Range(low, high, 0, false);
    }
  }

  /** Any number, each order of magnitude equally likely. */
  record LogUniform(double low, double high) implements DistributionKeys {
    public LogUniform {
      new Distribution.Range(low, high, 0, true);
    }

    @Override
    public Distribution distribution() {
      return new Distribution.Range(low, high, 0, true);
    }
  }

  /**
   * Whole numbers.
   *
   * @param step from one to the next, 1 if absent
   * @param log whether orders of magnitude are equally likely instead of numbers
   */
  record Int(long low, long high, Optional<Long> step, Optional<Boolean> log)
      implements DistributionKeys {
    public Int {
      if (step.isPresent() && step.get() < 1) {
        throw new IllegalArgumentException("step must be at least 1, found " + step.get());
      }
      range(low, high, step, log);
    }

    private static Distribution range(
        long low, long high, Optional<Long> step, Optional<Boolean> log) {
      return new Distribution.Range(low, high, step.orElse(1L), log.orElse(false));
    }

    @Override
    public Distribution distribution() {
      return range(low, high, step, log);
    }
  }

  /** The numbers {@code low}, {@code low + step} and so on, not above {@code high}. */
  record Quantised(double low, double high, double step) implements DistributionKeys {
    public Quantised {
      if (!(step > 0)) {
        throw new IllegalArgumentException("step must be above 0, found " + step);
      }
      new Distribution.Range(low, high, step, false);
    }

    @Override
    public Distribution distribution() {
      return new Distribution.Range(low, high, step, false);
    }
  }
}
