package org.apprentice.rl.demonstrations;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Space;

/**
 * What demonstrations hold, and what is wrong with them.
 *
 * @param digest see {@link Demonstrations#digest()}
 * @param images whether observations are unsigned bytes
 * @param lengths transitions per episode
 * @param returns undiscounted return per episode
 * @param actionCounts how often each index occurs, up to the largest one; empty for continuous
 *     actions
 * @param actionMeans per dimension; empty for discrete actions
 * @param actionStandardDeviations population standard deviation per dimension; empty for discrete
 *     actions
 * @param negativeActions discrete actions below 0
 * @param notFiniteObservations numbers in observations that are NaN or infinite
 * @param notFiniteActions numbers in actions that are NaN or infinite
 * @param notFiniteRewards rewards and returns that are NaN or infinite
 */
public record DemonstrationReport(
    String digest,
    boolean images,
    List<Integer> observationShape,
    List<Integer> lengths,
    List<Double> returns,
    List<Long> actionCounts,
    List<Double> actionMeans,
    List<Double> actionStandardDeviations,
    long negativeActions,
    long notFiniteObservations,
    long notFiniteActions,
    long notFiniteRewards) {

  /** Indices above this are not counted one by one. */
  private static final int LARGEST_COUNTED_ACTION = 1 << 16;

  public static DemonstrationReport of(Demonstrations demonstrations) {
    int episodes = demonstrations.episodes();
    long notFiniteRewards =
        IntStream.range(0, demonstrations.rows())
                .filter(row -> !Float.isFinite(demonstrations.reward(row)))
                .count()
            + IntStream.range(0, episodes)
                .filter(episode -> !Double.isFinite(demonstrations.episodeReturn(episode)))
                .count();
    List<Long> counts = List.of();
    List<Double> means = List.of();
    List<Double> deviations = List.of();
    long negative = 0;
    long notFiniteActions = 0;
    if (demonstrations.actions() instanceof ActionBatch.Discrete indices) {
      counts = counts(indices.values());
      negative = Arrays.stream(indices.values()).filter(action -> action < 0).count();
    } else if (demonstrations.actions() instanceof ActionBatch.Continuous real) {
      means = means(real);
      deviations = deviations(real, means);
      notFiniteActions = notFinite(real.values());
    }
    return new DemonstrationReport(
        demonstrations.digest(),
        demonstrations.images(),
        Arrays.stream(demonstrations.observationShape()).boxed().toList(),
        IntStream.range(0, episodes).map(demonstrations::length).boxed().toList(),
        IntStream.range(0, episodes).mapToObj(demonstrations::episodeReturn).toList(),
        counts,
        means,
        deviations,
        negative,
        demonstrations.images()
            ? 0
            : notFinite(((ObservationBatch.Float32) demonstrations.observations()).values()),
        notFiniteActions,
        notFiniteRewards);
  }

  private static List<Long> counts(int[] actions) {
    int largest = Arrays.stream(actions).max().orElse(-1);
    long[] counts = new long[Math.min(Math.max(largest, -1), LARGEST_COUNTED_ACTION) + 1];
    for (int action : actions) {
      if (action >= 0 && action < counts.length) {
        counts[action]++;
      }
    }
    return Arrays.stream(counts).boxed().toList();
  }

  private static List<Double> means(ActionBatch.Continuous actions) {
    double[] sums = new double[actions.width()];
    for (int i = 0; i < actions.rows() * actions.width(); i++) {
      sums[i % actions.width()] += actions.values()[i];
    }
    return Arrays.stream(sums).mapToObj(sum -> sum / actions.rows()).toList();
  }

  private static List<Double> deviations(ActionBatch.Continuous actions, List<Double> means) {
    double[] squares = new double[actions.width()];
    for (int i = 0; i < actions.rows() * actions.width(); i++) {
      double difference = actions.values()[i] - means.get(i % actions.width());
      squares[i % actions.width()] += difference * difference;
    }
    return Arrays.stream(squares).mapToObj(sum -> Math.sqrt(sum / actions.rows())).toList();
  }

  private static long notFinite(float[] values) {
    long count = 0;
    for (float value : values) {
      if (!Float.isFinite(value)) {
        count++;
      }
    }
    return count;
  }

  public int episodes() {
    return lengths.size();
  }

  public long transitions() {
    return lengths.stream().mapToLong(Integer::longValue).sum();
  }

  public double meanReturn() {
    return returns.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }

  public boolean discrete() {
    return actionMeans.isEmpty();
  }

  /** What is wrong with the demonstrations whatever they are used for; empty if nothing is. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (episodes() == 0) {
      problems.add("there is no episode");
    }
    if (notFiniteObservations > 0) {
      problems.add("observations hold " + notFiniteObservations + " numbers that are not finite");
    }
    if (notFiniteActions > 0) {
      problems.add("actions hold " + notFiniteActions + " numbers that are not finite");
    }
    if (notFiniteRewards > 0) {
      problems.add(notFiniteRewards + " rewards or returns are not finite");
    }
    if (negativeActions > 0) {
      problems.add(negativeActions + " actions are negative; discrete actions count from 0");
    }
    return problems;
  }

  /**
   * {@link #problems()} and what keeps the demonstrations from being used in an environment.
   *
   * @param episodes how many episodes are asked for
   */
  public List<String> problems(EnvironmentSpec environment, int episodes) {
    List<String> problems = new ArrayList<>(problems());
    Space space = environment.observationSpace();
    List<Integer> expected = Arrays.stream(space.shape()).boxed().toList();
    if (images != space instanceof ImageSpace || !observationShape.equals(expected)) {
      problems.add(
          "observations are "
              + observationText()
              + ", the environment shows "
              + space
              + (observationShape.size() == 3 && !observationShape.equals(expected)
                  ? " (images are stored channels first)"
                  : ""));
    }
    if (environment.actionSpace() instanceof ActionSpace.Discrete discrete) {
      addDiscreteProblems(discrete, problems);
    } else if (discrete() || actionMeans.size() != environment.actionSpace().width()) {
      problems.add(actionMismatch(environment.actionSpace()));
    }
    if (episodes() < episodes) {
      problems.add(
          "there are "
              + episodes()
              + " episodes, "
              + episodes
              + " are asked for; record more or set demonstrations.episodes = "
              + episodes());
    }
    return problems;
  }

  private void addDiscreteProblems(ActionSpace.Discrete space, List<String> problems) {
    if (!discrete()) {
      problems.add(actionMismatch(space));
    } else if (actionCounts.size() > space.n()) {
      long outside = actionCounts.stream().skip(space.n()).mapToLong(Long::longValue).sum();
      problems.add(
          outside
              + " actions are outside 0 .. "
              + (space.n() - 1)
              + " of the environment's "
              + space);
    }
  }

  private String actionMismatch(ActionSpace space) {
    return "actions are " + actionText() + ", the environment takes " + space;
  }

  /**
   * @param origin where the demonstrations come from, for the message
   * @throws DemonstrationException listing everything that {@link #problems(EnvironmentSpec, int)}
   *     found
   */
  public void check(String origin, EnvironmentSpec environment, int episodes) {
    List<String> problems = problems(environment, episodes);
    if (!problems.isEmpty()) {
      throw new DemonstrationException(
          "the demonstrations of "
              + origin
              + " cannot be used here:"
              + problems.stream().map(problem -> "\n  - " + problem).collect(Collectors.joining()));
    }
  }

  /** Several lines for people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    line(text, "episodes      %d, %d transitions", episodes(), transitions());
    line(text, "observations  %s", observationText());
    line(
        text, "lengths       mean %.1f, min %d, max %d", mean(lengths), min(lengths), max(lengths));
    line(
        text,
        "returns       mean %.2f, min %.2f, max %.2f",
        meanReturn(),
        returns.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN),
        returns.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN));
    line(text, "actions       %s", actionText());
    for (int action = 0; action < actionCounts.size(); action++) {
      if (actionCounts.get(action) > 0) {
        double share = 100.0 * actionCounts.get(action) / transitions();
        line(text, "  %-11d %d (%.1f%%)", action, actionCounts.get(action), share);
      }
    }
    for (int i = 0; i < actionMeans.size(); i++) {
      line(
          text,
          "  %-11d mean %.4f, standard deviation %.4f",
          i,
          actionMeans.get(i),
          actionStandardDeviations.get(i));
    }
    line(text, "digest        %s", digest);
    problems().forEach(problem -> line(text, "problem       %s", problem));
    return text.toString();
  }

  private String observationText() {
    return (images ? "uint8 image" : "box") + observationShape;
  }

  private String actionText() {
    return discrete()
        ? "discrete(" + actionCounts.size() + ")"
        : "continuous(" + actionMeans.size() + ")";
  }

  private static double mean(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).average().orElse(Double.NaN);
  }

  private static int min(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).min().orElse(0);
  }

  private static int max(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
