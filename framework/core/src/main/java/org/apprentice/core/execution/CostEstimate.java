package org.apprentice.core.execution;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.apprentice.core.config.Experiment;
import org.apprentice.core.config.Study;
import org.apprentice.core.config.Trial;
import org.apprentice.core.trial.RunFolder;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.spi.ProgressUnit;

/**
 * What a study still costs: what is left to be done, by the runs in the folder of results, and how
 * long that takes at the speed of earlier runs.
 */
public final class CostEstimate {
  private static final String EPOCHS = "algorithm.epochs";

  /**
   * A speed that the estimate rests on.
   *
   * @param runs it was measured in, in words
   * @param perSecond progress per wall second, evaluations included
   */
  public record Basis(String runs, double perSecond, ProgressUnit unit) {}

  private final Map<String, Trial> trials = new LinkedHashMap<>();
  private final Set<String> experts = new LinkedHashSet<>();
  private final Map<ProgressUnit, Long> left = new EnumMap<>(ProgressUnit.class);
  private final Set<Basis> bases = new LinkedHashSet<>();
  private final Set<String> unmeasured = new LinkedHashSet<>();
  private int finished;
  private int interrupted;
  private int later;
  private double seconds;
  private double longest;
  private boolean upperBound;

  private CostEstimate() {}

  /**
   * Of the cells that were asked for so far; of trials that are the same, and of experts that
   * several learn from, each once.
   */
  public static CostEstimate of(Study study, Path results) throws IOException {
    return of(study, results, new Speeds(List.of(results)));
  }

  /**
   * As {@link #of}, after training one trial of each kind that nothing like it was measured of, but
   * not those whose expert is not trained yet. What it trains is thrown away.
   *
   * @param seconds for which each is trained
   */
  public static CostEstimate measuring(Study study, Path results, double seconds)
      throws IOException {
    CostEstimate before = of(study, results);
    Set<String> measured = new LinkedHashSet<>();
    try (SpeedProbe probe = new SpeedProbe(results)) {
      for (Trial trial : before.trials.values()) {
        String kind = RunKind.of(trial).label();
        if (before.unmeasured.contains(kind) && measured.add(kind)) {
          probe.train(trial, study.file(), seconds);
        }
      }
      return of(study, results, new Speeds(List.of(results, probe.temporary())));
    }
  }

  private static CostEstimate of(Study study, Path results, Speeds speeds) throws IOException {
    CostEstimate estimate = new CostEstimate();
    study.trials().forEach(estimate::add);
    study.trials().forEach(trial -> estimate.experts.remove(trial.key()));
    for (Trial trial : estimate.trials.values()) {
      estimate.price(trial, results, speeds);
    }
    estimate.priceLater(study, speeds);
    return estimate;
  }

  private void add(Trial trial) {
    for (Trial expert : trial.prerequisites()) {
      experts.add(expert.key());
      add(expert);
    }
    trials.putIfAbsent(trial.key(), trial);
  }

  private void price(Trial trial, Path results, Speeds speeds) throws IOException {
    Optional<TrialStatus> status = RunFolder.status(results, trial.key());
    if (status.isPresent() && status.get().state() == TrialStatus.State.FINISHED) {
      finished++;
      return;
    }
    interrupted += status.isPresent() ? 1 : 0;
    Experiment experiment = trial.experiment();
    upperBound |= experiment.evaluation().stopWhenSolved();
    String kind = RunKind.of(trial).label();
    OptionalLong budget = budget(trial);
    if (budget.isEmpty()) {
      unmeasured.add(kind);
      return;
    }
    long done = RunFolder.newest(results, trial.key()).checkpointed();
    long rest = Math.max(0, budget.getAsLong() - done);
    left.merge(unit(trial), rest, Long::sum);
    Optional<Speeds.Measured> speed = speeds.of(trial);
    if (speed.isEmpty()) {
      unmeasured.add(kind);
      return;
    }
    Speeds.Measured measured = speed.get();
    bases.add(new Basis(measured.runs(), measured.perSecond(), measured.unit()));
    seconds += rest / measured.perSecond();
    longest = Math.max(longest, rest / measured.perSecond());
  }

  /** Cells that a sampler still proposes are priced like the mean of those it has proposed. */
  private void priceLater(Study study, Speeds speeds) {
    int cells = study.left().orElse(0);
    if (cells <= 0) {
      return;
    }
    upperBound = true;
    later = cells * study.cells().get(0).trials().size();
    double share = (double) later / study.trials().size();
    for (Trial trial : study.trials()) {
      double budget = share * budget(trial).orElse(0);
      left.merge(unit(trial), Math.round(budget), Long::sum);
      speeds.of(trial).ifPresent(it -> seconds += budget / it.perSecond());
    }
  }

  private static ProgressUnit unit(Trial trial) {
    return trial.experiment().algorithm().plugin().progressUnit();
  }

  private static OptionalLong budget(Trial trial) {
    Experiment experiment = trial.experiment();
    if (unit(trial) == ProgressUnit.ENVIRONMENT_STEPS) {
      return experiment.training().steps().map(OptionalLong::of).orElse(OptionalLong.empty());
    }
    String epochs = trial.parameters().getOrDefault(EPOCHS, "");
    return epochs.matches("\\d{1,18}")
        ? OptionalLong.of(Long.parseLong(epochs))
        : OptionalLong.empty();
  }

  /** Different trainings in all, experts included. */
  public int trials() {
    return trials.size();
  }

  /** Trainings that others learn from and that are none of the study's own. */
  public int experts() {
    return experts.size();
  }

  /** Trainings that are reused. */
  public int finished() {
    return finished;
  }

  /** Trainings that were begun: interrupted, failed or going on elsewhere. */
  public int interrupted() {
    return interrupted;
  }

  /** Trainings that nobody has begun. */
  public int missing() {
    return trials() - finished - interrupted;
  }

  /** Trainings at most that a sampler proposes as it hears of others, beyond {@link #trials}. */
  public int later() {
    return later;
  }

  /** Progress still to be made, beyond what checkpoints hold. */
  public Map<ProgressUnit, Long> left() {
    return Collections.unmodifiableMap(left);
  }

  /** The speeds that were assumed, each once. */
  public List<Basis> bases() {
    return new ArrayList<>(bases);
  }

  /** Kinds of runs, in words, that {@link #seconds} leaves out, for none like them was measured. */
  public List<String> unmeasured() {
    return new ArrayList<>(unmeasured);
  }

  /** Whether trials may end before their budget, or be fewer. */
  public boolean upperBound() {
    return upperBound;
  }

  /**
   * Wall seconds for what is left, as far as it was measured; empty if nothing was. The work is
   * shared evenly, but takes as long as its longest trial.
   */
  public OptionalDouble seconds(int workers) {
    return bases.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.max(longest, seconds / workers));
  }
}
