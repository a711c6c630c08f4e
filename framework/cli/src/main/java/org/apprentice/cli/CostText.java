package org.apprentice.cli;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.apprentice.core.config.Study;
import org.apprentice.core.execution.CostEstimate;

/** What a study costs, in lines for a terminal. */
record CostText(Study study, CostEstimate costs, int workers) {
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s, %s%s: %d finished, %d interrupted, %d missing"
            .formatted(
                number(study.cells().size(), "cell"),
                number(costs.trials() - costs.experts(), "different trial"),
                costs.experts() == 0 ? "" : " and " + number(costs.experts(), "expert"),
                costs.finished(),
                costs.interrupted(),
                costs.missing()));
    if (costs.later() > 0) {
      lines.add(
          "the sampler proposes at most %s more as it hears how these score"
              .formatted(number(costs.later(), "trial")));
    }
    if (costs.finished() == costs.trials() && costs.later() == 0) {
      lines.add("nothing is left to do");
      return lines;
    }
    lines.add(
        "left to do: "
            + atMost()
            + costs.left().entrySet().stream()
                .map(left -> String.format(Locale.ROOT, "%,d %s", left.getValue(), left.getKey()))
                .collect(joining(" and ")));
    OptionalDouble seconds = costs.seconds(workers);
    if (seconds.isPresent()) {
      lines.add(
          "time: %sabout %s with %s"
              .formatted(atMost(), duration(seconds.getAsDouble()), number(workers, "worker")));
      costs.bases().forEach(it -> lines.add("  " + words(it)));
    }
    if (!costs.unmeasured().isEmpty()) {
      lines.add(
          "%s for %s: no run like it in the results; --measure trains for some seconds to tell"
              .formatted(
                  seconds.isPresent() ? "time without that" : "time unknown",
                  String.join(", ", costs.unmeasured())));
    }
    return lines;
  }

  private String atMost() {
    return costs.upperBound() ? "at most " : "";
  }

  private static String words(CostEstimate.Basis basis) {
    return String.format(
        Locale.ROOT,
        basis.perSecond() < 10 ? "from %s: %,.2f %s/s" : "from %s: %,.0f %s/s",
        basis.runs(),
        basis.perSecond(),
        basis.unit());
  }

  private static String number(int count, String what) {
    return String.format(Locale.ROOT, "%,d %s", count, what) + (count == 1 ? "" : "s");
  }

  /** {@code 40 s}, {@code 12 min}, {@code 3.5 h}. */
  private static String duration(double seconds) {
    if (seconds < 120) {
      return String.format(Locale.ROOT, "%.0f s", Math.max(1, seconds));
    }
    return seconds < 7200
        ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
        : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
  }
}
