package org.apprentice.core.trial;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apprentice.core.config.Trial;

/** What a trial came to, in words. */
public final class Summary {
  private Summary() {}

  /** Name of a run: experiment, variant, point and seed. */
  public static String name(Trial trial) {
    StringBuilder name = new StringBuilder(trial.experiment().name());
    if (!trial.variant().equals(Trial.BASELINE)) {
      name.append(' ').append(trial.variant());
    }
    for (Map.Entry<String, String> axis : trial.point().entrySet()) {
      name.append(' ').append(axis.getKey()).append('=').append(axis.getValue());
    }
    return name.append(" seed ").append(trial.experiment().training().seed()).toString();
  }

  /** The return against that of the demonstrations; empty without any. */
  public static Optional<String> comparison(TrialResult result) {
    return Optional.ofNullable(result.expertReturn())
        .map(expert -> String.format(Locale.ROOT, "return %.1f in the demonstrations", expert));
  }

  /** A note for the MLflow UI. */
  static String markdown(Trial trial, TrialResult result) {
    StringBuilder text = new StringBuilder();
    trial.experiment().notes().ifPresent(it -> text.append(it).append("\n\n"));
    text.append("**").append(returns(result)).append("**\n\n");
    text.append("- ").append(effort(result)).append('\n');
    if (result.expertReturn() != null) {
      text.append(
          String.format(Locale.ROOT, "- demonstrations: return %.1f%n", result.expertReturn()));
    }
    if (result.solvedAt() != null) {
      text.append("- solved first after %d %s%n".formatted(result.solvedAt(), result.unit()));
    }
    result.warnings().forEach(it -> text.append("- **warning:** ").append(it).append('\n'));
    return text.toString();
  }

  /** For example {@code return 200.0 +- 0.0 over 100 episodes (solved: 195 reached)}. */
  public static String returns(TrialResult result) {
    String text =
        String.format(
            Locale.ROOT,
            "return %.1f +- %.1f over %d episodes",
            result.meanReturn(),
            result.standardDeviation(),
            result.episodes());
    if (result.threshold() == null) {
      return text;
    }
    return text
        + String.format(
            Locale.ROOT,
            " (%s: threshold %.1f)",
            result.solved() ? "solved" : "not solved",
            result.threshold());
  }

  /** For example {@code 100352 steps in 3.1 s of training, 32000 steps/s}. */
  public static String effort(TrialResult result) {
    return String.format(
        Locale.ROOT,
        "%d %s in %.1f s of training%s",
        result.progress(),
        result.unit(),
        result.trainingSeconds(),
        result.environmentSteps() > 0
            ? String.format(
                Locale.ROOT, ", %.0f steps/s", result.environmentSteps() / result.trainingSeconds())
            : "");
  }
}
