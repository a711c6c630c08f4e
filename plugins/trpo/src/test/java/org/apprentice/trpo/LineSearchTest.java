package org.apprentice.trpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LineSearchTest {
  private static TrpoConfig config(String... changes) {
    String[] all = new String[changes.length + 2];
    System.arraycopy(changes, 0, all, 2, changes.length);
    all[0] = "rollout-length = " + Case.LENGTH;
    all[1] = "sequence-length = 4";
    return Trial.DEFAULTS.with(all);
  }

  /** A policy at the beginning of a step. */
  private static final class Start {
    private final Case small;
    private final Surrogate surrogate;
    private final float[] gradient;
    private final double objective;

    Start(Case.Kind kind, TrpoConfig config) {
      small = new Case(kind);
      surrogate = new Surrogate(config, small.policy, Case.COPIES, 100);
      gradient = new float[small.policy.policyParameters().length()];
      surrogate.begin(small.rollout, small.rollout.observations(), small.advantages(), gradient);
      objective = surrogate.objective();
    }

    float[] parameters() {
      return small.policy.network().parameters().clone();
    }

    /** What the network says now, whatever its parameters are. */
    double objective() {
      surrogate.evaluate();
      return surrogate.objective();
    }
  }

  /** Downhill no length improves anything. */
  @ParameterizedTest
  @EnumSource(Case.Kind.class)
  void refusedStepRestoresParametersBitForBit(Case.Kind kind) {
    TrpoConfig config = config();
    Start start = new Start(kind, config);
    float[] before = start.parameters();
    float[] downhill = new float[start.gradient.length];
    for (int i = 0; i < downhill.length; i++) {
      downhill[i] = -start.gradient[i];
    }
    LineSearch search = new LineSearch(config, start.small.policy);
    search.search(start.surrogate, downhill, 1, 1e-4);
    assertThat(search.fraction()).isZero();
    assertThat(search.kl()).isZero();
    assertThat(search.objective()).isEqualTo(start.objective);
    assertThat(start.parameters()).containsExactly(before);
    assertThat(start.objective()).as("the network's own copies").isEqualTo(start.objective);
  }

  @ParameterizedTest
  @EnumSource(Case.Kind.class)
  void takenStepImprovesWithinTheBound(Case.Kind kind) {
    TrpoConfig config = config();
    Start start = new Start(kind, config);
    LineSearch search = new LineSearch(config, start.small.policy);
    // far too long at first
    search.search(start.surrogate, start.gradient, 1e-4, 0.01);
    assertThat(search.fraction()).isBetween(0.001, 0.5);
    assertThat(search.kl()).isBetween(1e-5, 0.01);
    assertThat(search.objective()).isGreaterThan(start.objective);
    assertThat(start.objective()).isEqualTo(search.objective());
    assertThat(start.surrogate.kl()).isEqualTo(search.kl());
  }

  @Test
  void longestStepIsTakenWhereItWillDoAndHasTheLengthOfTheBound() {
    TrpoConfig config = config("kl-tolerance = 100");
    Start start = new Start(Case.Kind.GAUSSIAN, config);
    float[] before = start.parameters();
    LineSearch search = new LineSearch(config, start.small.policy);
    search.search(start.surrogate, start.gradient, 1e4, 0.5);
    assertThat(search.fraction()).isEqualTo(1);
    float[] after = start.parameters();
    int from = start.small.policy.policyParameters().from();
    for (int i = 0; i < start.gradient.length; i++) {
      // sqrt(2 max-kl / curvature)
      assertThat(after[from + i] - before[from + i])
          .isCloseTo(0.01f * start.gradient[i], within(1e-6f));
    }
  }

  @Test
  void toleranceLetsLongerStepsPass() {
    double[] divergences = new double[2];
    for (int i = 0; i < 2; i++) {
      // small strides, so that a step beyond the strict bound is tried
      TrpoConfig config =
          config(
              "line-search-shrink = 0.95",
              "line-search-steps = 200",
              "kl-tolerance = " + (i == 0 ? 1 : 1.5));
      Start start = new Start(Case.Kind.CATEGORICAL, config);
      LineSearch search = new LineSearch(config, start.small.policy);
      search.search(start.surrogate, start.gradient, 1e-4, 1e-3);
      divergences[i] = search.kl();
    }
    assertThat(divergences[0]).isBetween(0.8e-3, 1e-3);
    assertThat(divergences[1]).isBetween(1.2e-3, 1.5e-3);
  }

  @Test
  void withoutCurvatureThereIsNoStep() {
    TrpoConfig config = config();
    Start start = new Start(Case.Kind.CATEGORICAL, config);
    float[] before = start.parameters();
    LineSearch search = new LineSearch(config, start.small.policy);
    for (double curvature : new double[] {0, -1, Double.NaN}) {
      search.search(start.surrogate, start.gradient, curvature, 0.01);
      assertThat(search.fraction()).isZero();
      assertThat(start.parameters()).containsExactly(before);
    }
  }
}
