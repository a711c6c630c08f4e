package org.apprentice.core.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.spi.Choice;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.TrainingSettings;
import org.apprentice.spi.WrapperPlugin;

/**
 * An experiment file, bound. Its keys and their defaults are documented in the resource {@code
 * /experiment.conf}.
 *
 * @param network empty for algorithms that use none
 * @param control whether this is a control, which has to fail where the experiment's claim holds
 * @param notes free text, shown with the run
 */
public record Experiment(
    String name,
    Environment environment,
    Optional<NetworkNode> network,
    Choice<AlgorithmPlugin<?>> algorithm,
    Training training,
    Evaluation evaluation,
    Checkpoint checkpoint,
    Tracking tracking,
    boolean control,
    Optional<String> notes) {
  public Experiment {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name must not be blank");
    }
    if (tracking.experiment().isBlank()) {
      throw new IllegalArgumentException("tracking.experiment must not be blank");
    }
  }

  /** What the tracking place says of {@link Tracking#experiment()}, in Markdown. */
  public Optional<String> description() {
    return tracking.description().or(() -> notes);
  }

  /**
   * @param component the environment and its own keys
   * @param copies how many are stepped together in training
   */
  public record Environment(Choice<EnvironmentPlugin<?>> component, int copies, Wrappers wrappers) {
    public Environment {
      atLeast("copies", 1, copies);
    }

    /**
     * What the wrapped environment shows and takes, without starting it.
     *
     * @throws IllegalArgumentException naming the wrapper that does not fit what it is put around
     */
    public EnvironmentSpec spec() {
      EnvironmentSpec spec = component.plugin().specOf(component.config());
      for (Choice<WrapperPlugin<?>> wrapper : wrappers.all()) {
        try {
          spec = wrapper.plugin().specOf(wrapper.config(), spec);
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "wrapper %s does not fit: %s".formatted(wrapper.plugin().name(), e.getMessage()), e);
        }
      }
      return spec;
    }
  }

  /**
   * The node {@code environment.wrappers}: one component or a list of them.
   *
   * @param all innermost first
   */
  public record Wrappers(List<Choice<WrapperPlugin<?>>> all) {
    public Wrappers {
      all = List.copyOf(all);
    }
  }

  /**
   * @param steps budget of environment steps, of all copies together; empty for algorithms that
   *     count something else
   * @param threads compute threads of one trial
   * @param initial whose parameters the network begins with: a model's zip, or the folder or key of
   *     a run that is at its end
   */
  public record Training(Optional<Long> steps, long seed, int threads, Optional<Path> initial) {
    public Training {
      steps.ifPresent(it -> atLeast("steps", 1, it));
      atLeast("threads", 1, threads);
    }

    public TrainingSettings settings() {
      return new TrainingSettings(steps.orElse(0L), seed, threads);
    }
  }

  /**
   * @param episodes whole episodes per evaluation
   * @param every progress (steps, epochs) between evaluations; 0 evaluates at the end only
   * @param copies environments stepped together in evaluation
   * @param deterministic the most probable action instead of a sample
   * @param stopWhenSolved ends training at the first evaluation that meets {@code solved}
   * @param video which evaluations leave an animated picture of an episode
   */
  public record Evaluation(
      int episodes,
      long every,
      int copies,
      boolean deterministic,
      Optional<Solved> solved,
      boolean stopWhenSolved,
      Video video) {
    /** Which evaluations leave a video. */
    public enum Video {
      NONE,
      EVERY,
      FINAL,
      EVERY_EXPLAINED,
      FINAL_EXPLAINED;

      /** Not of the final one only. */
      public boolean ofEvery() {
        return this == EVERY || this == EVERY_EXPLAINED;
      }

      /** Whether what the policy saw and thought is shown beside the pictures. */
      public boolean explained() {
        return this == EVERY_EXPLAINED || this == FINAL_EXPLAINED;
      }
    }

    public Evaluation {
      atLeast("episodes", 1, episodes);
      atLeast("every", 0, every);
      atLeast("copies", 1, copies);
      if (stopWhenSolved && solved.isEmpty()) {
        throw new IllegalArgumentException(
            "stop-when-solved needs a threshold, for example solved { mean = 195 }");
      }
    }
  }

  /**
   * A threshold for the mean return of an evaluation, or for the return of each of its episodes.
   */
  public record Solved(Optional<Double> mean, Optional<Double> each) {
    public Solved {
      if (mean.isPresent() == each.isPresent()) {
        throw new IllegalArgumentException(
            "solved needs either mean = <return> or each = <return>, found "
                + (mean.isPresent() ? "both" : "neither"));
      }
    }
  }

  /**
   * @param every progress (steps, epochs) between checkpoints; 0 for a tenth of the whole
   * @param keep how many are kept
   */
  public record Checkpoint(long every, int keep) {
    public Checkpoint {
      atLeast("every", 0, every);
      atLeast("keep", 1, keep);
    }
  }

  /**
   * @param uri {@code sqlite}, or the address of a tracking server
   * @param experiment under which runs are grouped
   * @param points most points of a metric that are delivered; 0 for all
   * @param description of that experiment, in Markdown
   */
  public record Tracking(String uri, String experiment, int points, Optional<String> description) {
    /** Fewer do not tell the outline of a curve. */
    private static final int FEWEST_POINTS = 100;

    public Tracking {
      if (uri.isBlank()) {
        throw new IllegalArgumentException("uri must not be blank; sqlite is the local store");
      }
      if (points != 0 && points < FEWEST_POINTS) {
        throw new IllegalArgumentException(
            "points must be 0 for all, or at least " + FEWEST_POINTS + ", found " + points);
      }
    }
  }

  private static void atLeast(String key, long least, long found) {
    if (found < least) {
      throw new IllegalArgumentException(key + " must be at least " + least + ", found " + found);
    }
  }
}
