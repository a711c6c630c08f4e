package org.apprentice.cli;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.apprentice.core.config.Secrets;
import org.apprentice.core.config.Trial;
import org.apprentice.core.execution.StudyListener;
import org.apprentice.core.trial.Summary;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.spi.Progress;

/**
 * Shows a study: on a terminal a live table, a bar for each worker and its trial; otherwise a line
 * for each trial that ends.
 */
final class StudyConsole implements StudyListener, AutoCloseable {
  private static final int NAME_WIDTH = 40;

  private final boolean terminal;
  private final String study;

  /** By slot; each shows one trial after the other. */
  private final Map<Integer, ProgressBar> bars = new HashMap<>();

  /** Keys of the trials that they show. */
  private final Map<Integer, String> shown = new HashMap<>();

  private final Map<Integer, Double> evaluations = new HashMap<>();
  private final Set<String> planned = new HashSet<>();
  private final Set<String> ended = new HashSet<>();
  private ProgressBar whole;

  StudyConsole(String study, boolean terminal) {
    this.study = study;
    this.terminal = terminal;
  }

  @Override
  public synchronized void planned(List<Trial> trials) {
    trials.forEach(trial -> planned.add(trial.key()));
    if (terminal) {
      if (whole == null) {
        whole = bar(study, planned.size(), " trials");
      }
      whole.maxHint(planned.size());
    }
  }

  private static ProgressBar bar(String name, long total, String unit) {
    return new ProgressBarBuilder()
        .setTaskName(name.length() > NAME_WIDTH ? name.substring(0, NAME_WIDTH - 3) + "..." : name)
        .setUnit(unit, 1)
        .setInitialMax(total)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(200)
        .clearDisplayOnFinish()
        .build();
  }

  @Override
  public synchronized void reused(
      Trial trial, Path runFolder, TrialStatus status, List<String> others) {
    say(
        trial,
        "trained before%s: %s"
            .formatted(
                others.isEmpty() ? "" : " for " + String.join(", ", others),
                Summary.returns(status.result())));
  }

  @Override
  public synchronized void started(int slot, Trial trial, long resumedAt) {
    evaluations.remove(slot);
    if (!terminal && resumedAt > 0) {
      System.out.printf("%s (%s), resumed at %d%n", Summary.name(trial), trial.key(), resumedAt);
    }
  }

  @Override
  public synchronized void progressed(
      int slot, Trial trial, Progress progress, double stepsPerSecond, double meanReturn) {
    if (!terminal) {
      return;
    }
    ProgressBar bar = bars.get(slot);
    if (bar == null) {
      bar = bar("  worker " + (slot + 1), progress.total(), " " + progress.unit());
      bars.put(slot, bar);
    } else if (!trial.key().equals(shown.get(slot))) {
      bar.reset();
      bar.maxHint(progress.total());
    }
    shown.put(slot, trial.key());
    StringBuilder state = new StringBuilder(" ").append(shortName(trial));
    if (stepsPerSecond > 0) {
      state.append(String.format(Locale.ROOT, ", %.0f steps/s", stepsPerSecond));
    }
    if (!Double.isNaN(meanReturn)) {
      state.append(String.format(Locale.ROOT, ", return %.1f", meanReturn));
    }
    if (evaluations.containsKey(slot)) {
      state.append(String.format(Locale.ROOT, ", evaluation %.1f", evaluations.get(slot)));
    }
    bar.setExtraMessage(state.toString());
    bar.stepTo(progress.done());
  }

  /** Without the study's name, which the first line has. */
  private String shortName(Trial trial) {
    String name = Summary.name(trial);
    return name.startsWith(study + " ") ? name.substring(study.length() + 1) : name;
  }

  @Override
  public synchronized void evaluated(int slot, Trial trial, double meanReturn) {
    evaluations.put(slot, meanReturn);
  }

  @Override
  public synchronized void warned(String message) {
    System.err.println("apprentice: " + Secrets.hidden(message));
  }

  @Override
  public synchronized void ended(Trial trial, Path runFolder, TrialStatus status) {
    switch (status.state()) {
      case FINISHED ->
          say(trial, Summary.returns(status.result()) + ", " + Summary.effort(status.result()));
      case FAILED -> {
        say(trial, "failed");
        System.err.printf(
            "apprentice: %s failed: %s%n", Summary.name(trial), Secrets.hidden(status.message()));
      }
      default -> {
        // A pause is nothing to speak of: the trial goes on, or is pruned.
        if (!terminal && status.pause() == null) {
          System.out.printf("%s (%s) %s%n", Summary.name(trial), trial.key(), status.message());
        }
      }
    }
  }

  @Override
  public synchronized void pruned(Trial trial, String why) {
    say(trial, why);
  }

  @Override
  public synchronized void died(Trial trial, String how, boolean again) {
    System.err.printf(
        "apprentice: %s: %s%s%n",
        Summary.name(trial),
        Secrets.hidden(how),
        again ? "; the trial goes on in another one from its newest checkpoint" : "");
  }

  /** A trial is done with. */
  private void say(Trial trial, String what) {
    if (planned.contains(trial.key())) {
      ended.add(trial.key());
    }
    if (terminal) {
      whole.stepTo(ended.size());
    } else {
      System.out.printf(
          "[%d/%d] %s (%s) %s%n",
          ended.size(), planned.size(), Summary.name(trial), trial.key(), what);
    }
  }

  @Override
  public synchronized void close() {
    bars.values().forEach(ProgressBar::close);
    bars.clear();
    if (whole != null) {
      whole.close();
    }
  }
}
