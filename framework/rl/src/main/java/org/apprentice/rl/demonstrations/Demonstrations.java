package org.apprentice.rl.demonstrations;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apprentice.rl.ShuffledIndices;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;

/**
 * Whole episodes of an expert, one row per transition, episode after episode. Immutable.
 *
 * <p>Observations are raw (not normalised), real or unsigned bytes; actions are indices or real
 * vectors.
 */
public final class Demonstrations {
  private final int[] observationShape;
  private final ObservationRows observations;
  private final ActionBatch actions;
  private final float[] rewards;
  private final Episodes all;

  /** Null where it is not known how the episodes ended. */
  private final Endings endings;

  /** Null where what follows a transition is the next row, or the ending of its episode. */
  private final Successors successors;

  /** Episodes of which it is not known how they ended. */
  Demonstrations(
      int[] observationShape,
      ObservationBatch observations,
      ActionBatch actions,
      float[] rewards,
      int[] firstRows,
      double[] episodeReturns) {
    this(
        observationShape,
        new DenseRows(observations, frames(observationShape)),
        actions,
        rewards,
        new Episodes(firstRows, episodeReturns),
        null,
        null);
  }

  /**
   * Takes the arrays as they are; nobody may write to them afterwards.
   *
   * @param endings null if not known
   * @param successors null where each row is followed by the next, or an ending
   */
  Demonstrations(
      int[] observationShape,
      ObservationRows observations,
      ActionBatch actions,
      float[] rewards,
      Episodes all,
      Endings endings,
      Successors successors) {
    this.observationShape = observationShape;
    this.observations = observations;
    this.actions = actions;
    this.rewards = rewards;
    this.all = all;
    this.endings = endings;
    this.successors = successors;
  }

  /**
   * Copies its arguments.
   *
   * @param observationShape sizes per axis of one observation
   * @param rewards {@code [rows]}, reward of each transition
   * @param episodeLengths transitions per episode, at least 1 each, in the order of the rows
   * @param episodeReturns undiscounted return of each whole episode
   * @throws IllegalArgumentException if the sizes disagree
   */
  public static Demonstrations of(
      int[] observationShape,
      ObservationBatch observations,
      ActionBatch actions,
      float[] rewards,
      int[] episodeLengths,
      double[] episodeReturns) {
    int rows = Arrays.stream(episodeLengths).sum();
    int width = Arrays.stream(observationShape).reduce(1, (a, b) -> a * b);
    if (observations.width() != width
        || observations.rows() < rows
        || actions.rows() < rows
        || rewards.length < rows
        || episodeReturns.length != episodeLengths.length
        || Arrays.stream(episodeLengths).anyMatch(length -> length < 1)) {
      throw new IllegalArgumentException(
          "demonstrations need, for "
              + episodeLengths.length
              + " episodes of at least one transition and "
              + rows
              + " transitions in all, as many observations of width "
              + width
              + ", actions and rewards, and one return per episode");
    }
    ObservationBatch ownObservations = new DenseRows(observations, 1).allocate(rows);
    observations.copyTo(0, ownObservations, 0, rows);
    ActionBatch ownActions = allocateActions(actions, rows);
    actions.copyTo(0, ownActions, 0, rows);
    return new Demonstrations(
        observationShape.clone(),
        ownObservations,
        ownActions,
        Arrays.copyOf(rewards, rows),
        Episodes.firstRows(episodeLengths),
        episodeReturns.clone());
  }

  /**
   * The same, knowing how the whole episodes ended; copies its arguments.
   *
   * @param finalObservations {@code [episodes]}, what was observed after the last step
   * @param terminated {@code [episodes]}, whether the task ended by itself, and not by a limit
   */
  public Demonstrations withEndings(ObservationBatch finalObservations, boolean[] terminated) {
    if (terminated.length != episodes() || finalObservations.rows() < episodes()) {
      throw new IllegalArgumentException(
          "there must be an ending for each of " + episodes() + " episodes");
    }
    int[] every = IntStream.range(0, episodes()).toArray();
    return new Demonstrations(
        observationShape,
        observations,
        actions,
        rewards,
        all,
        new Endings(new DenseRows(finalObservations, frames(observationShape)), terminated)
            .select(every),
        successors);
  }

  /** Of how many frames an image consists: its channels. */
  static int frames(int[] observationShape) {
    return observationShape.length < 3 ? 1 : observationShape[0];
  }

  public int episodes() {
    return all.count();
  }

  /** Transitions of all episodes. */
  public int rows() {
    return rewards.length;
  }

  public int firstRow(int episode) {
    return all.firstRows()[episode];
  }

  /** Transitions of one episode. */
  public int length(int episode) {
    return all.length(episode);
  }

  /** Undiscounted return of the whole episode, also where it was subsampled. */
  public double episodeReturn(int episode) {
    return all.returns()[episode];
  }

  public double meanReturn() {
    return Arrays.stream(all.returns()).average().orElse(Double.NaN);
  }

  public float reward(int row) {
    return rewards[row];
  }

  /** Sizes per axis of one observation. */
  public int[] observationShape() {
    return observationShape.clone();
  }

  /** Whether observations are unsigned bytes. */
  public boolean images() {
    return observations.images();
  }

  /** Whether actions are indices. */
  public boolean discrete() {
    return actions instanceof ActionBatch.Discrete;
  }

  /** A batch that {@link #copyRow} can write to. */
  public ObservationBatch allocateObservations(int rows) {
    return observations.allocate(rows);
  }

  /** A batch that {@link #copyRow} can write to. */
  public ActionBatch allocateActions(int rows) {
    return allocateActions(actions, rows);
  }

  /** Copies one transition into a row of the batches. */
  public void copyRow(
      int row, ObservationBatch observationsOut, ActionBatch actionsOut, int targetRow) {
    observations.copyTo(row, observationsOut, targetRow, 1);
    actions.copyTo(row, actionsOut, targetRow, 1);
  }

  /** Copies consecutive transitions into the first {@code count} rows of the batches. */
  public void copy(
      int firstRow, int count, ObservationBatch observationsOut, ActionBatch actionsOut) {
    observations.copyTo(firstRow, observationsOut, 0, count);
    actions.copyTo(firstRow, actionsOut, 0, count);
  }

  /** Whether it is known how the episodes ended: some file formats do not say. */
  public boolean endingsKnown() {
    return endings != null;
  }

  /** Whether the whole episode ended by itself; false if it was cut off, or that is not known. */
  public boolean terminated(int episode) {
    return endings != null && endings.terminated()[episode];
  }

  /** Whether it is known what was observed after a transition. */
  public boolean hasSuccessor(int row) {
    return successors != null ? successors.known()[row] : endings != null || !all.isLast(row);
  }

  /** Whether a transition ended the task by itself. */
  public boolean terminates(int row) {
    if (successors != null) {
      return successors.terminal()[row];
    }
    return all.isLast(row) && terminated(all.of(row));
  }

  /** Copies what was observed after a transition that {@link #hasSuccessor}. */
  public void copySuccessor(int row, ObservationBatch out, int targetRow) {
    if (successors != null) {
      successors.observations().copyTo(row, out, targetRow, 1);
    } else if (all.isLast(row)) {
      endings.observations().copyTo(all.of(row), out, targetRow, 1);
    } else {
      observations.copyTo(row + 1, out, targetRow, 1);
    }
  }

  /**
   * The same observations with the actions dealt out anew among all transitions: how often each
   * action occurs stays, what it has to do with the observation goes.
   */
  public Demonstrations shuffleActions(RandomGenerator random) {
    ActionBatch dealt = allocateActions(rows());
    ShuffledIndices order = new ShuffledIndices(rows(), random);
    for (int row = 0; row < rows(); row++) {
      actions.copyTo(order.next(), dealt, row, 1);
    }
    return new Demonstrations(
        observationShape, observations, dealt, rewards, all, endings, successors);
  }

  /**
   * The first episodes.
   *
   * @throws DemonstrationException if there are fewer
   */
  public Demonstrations limit(int limit) {
    if (limit < 1 || limit > episodes()) {
      throw new DemonstrationException(
          "cannot take " + limit + " episodes of demonstrations that hold " + episodes());
    }
    return limit == episodes() ? this : select(IntStream.range(0, limit).toArray());
  }

  /** These episodes, in this order. */
  public Demonstrations select(int... chosen) {
    int[] rows = all.rows(chosen);
    return keep(
        rows,
        all.select(chosen),
        endings == null ? null : endings.select(chosen),
        successors == null ? null : successors(rows));
  }

  /**
   * Every n-th transition of each episode (Ho and Ermon 2016 keep every 20th, so that long episodes
   * do not give all away). Episode {@code e} of length {@code L} starts with transition {@code e
   * mod min(n, L)}: every phase of the episodes is seen, no episode vanishes, and the choice needs
   * no random numbers. Returns stay those of the whole episodes.
   */
  public Demonstrations subsample(int n) {
    if (n < 1) {
      throw new IllegalArgumentException("subsample must be at least 1, found " + n);
    }
    if (n == 1) {
      return this;
    }
    int[] lengths = new int[episodes()];
    IntStream.Builder rows = IntStream.builder();
    for (int episode = 0; episode < episodes(); episode++) {
      int first = firstRow(episode) + episode % Math.min(n, length(episode));
      for (int row = first; row < firstRow(episode + 1); row += n) {
        rows.add(row);
        lengths[episode]++;
      }
    }
    int[] kept = rows.build().toArray();
    return keep(kept, Episodes.of(lengths, all.returns()), endings, successors(kept));
  }

  /**
   * The same with the newest channels of each image only, as many as a space has: of a stack of
   * gray frames, the newest frames. The same altogether if these are no images of its size, or of
   * fewer channels.
   */
  Demonstrations newestOf(ImageSpace space) {
    boolean fits =
        images()
            && observationShape.length == 3
            && observationShape[1] == space.rows()
            && observationShape[2] == space.columns()
            && observationShape[0] > space.channels();
    if (!fits) {
      return this;
    }
    UnaryOperator<ObservationRows> newest = rows -> StackedRows.of(rows).newest(space.channels());
    return new Demonstrations(
        space.shape(),
        newest.apply(observations),
        actions,
        rewards,
        all,
        endings == null ? null : endings.map(newest),
        successors == null ? null : successors.map(newest));
  }

  /** Whether observations and actions look alike. */
  boolean isLike(Demonstrations other) {
    return kind().equals(other.kind()) && images() == other.images();
  }

  /** What observations and actions look like, for messages. */
  String kind() {
    String taken =
        actions instanceof ActionBatch.Continuous real
            ? "continuous(%d)".formatted(real.width())
            : "discrete";
    return "observations %s with %s actions".formatted(Arrays.toString(observationShape), taken);
  }

  /**
   * These episodes and then those; how they ended is known if it is known of both.
   *
   * @param more with the same {@link #kind()}
   */
  public Demonstrations followedBy(Demonstrations more) {
    int rows = rows() + more.rows();
    ActionBatch allActions = allocateActions(rows);
    actions.copyTo(0, allActions, 0, rows());
    more.actions.copyTo(0, allActions, rows(), more.rows());
    float[] allRewards = Arrays.copyOf(rewards, rows);
    System.arraycopy(more.rewards, 0, allRewards, rows(), more.rows());
    return new Demonstrations(
        observationShape,
        ObservationRows.join(observations, more.observations),
        allActions,
        allRewards,
        all.followedBy(more.all),
        endings == null || more.endings == null ? null : endings.followedBy(more.endings),
        successors == null && more.successors == null
            ? null
            : allSuccessors().followedBy(more.allSuccessors()));
  }

  private Successors allSuccessors() {
    return successors == null ? successors(IntStream.range(0, rows()).toArray()) : successors;
  }

  /** The first so many transitions of each episode. */
  Demonstrations shorten(int[] lengths) {
    int[] rows =
        IntStream.range(0, episodes())
            .flatMap(
                episode -> IntStream.range(firstRow(episode), firstRow(episode) + lengths[episode]))
            .toArray();
    return rows.length == rows()
        ? this
        : keep(rows, Episodes.of(lengths, all.returns()), null, null);
  }

  /** What follows chosen rows here. */
  private Successors successors(int[] rows) {
    boolean[] known = new boolean[rows.length];
    boolean[] terminal = new boolean[rows.length];
    int[] following = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      int row = rows[i];
      known[i] = hasSuccessor(row);
      terminal[i] = terminates(row);
      if (successors != null || !known[i]) {
        following[i] = row;
      } else {
        following[i] = all.isLast(row) ? rows() + all.of(row) : row + 1;
      }
    }
    ObservationRows from = observations;
    if (successors != null) {
      from = successors.observations();
    } else if (endings != null) {
      from = ObservationRows.join(observations, endings.observations());
    }
    return new Successors(from.select(following), known, terminal);
  }

  private Demonstrations keep(
      int[] rows, Episodes episodes, Endings keptEndings, Successors keptSuccessors) {
    ActionBatch keptActions = allocateActions(rows.length);
    float[] keptRewards = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      actions.copyTo(rows[i], keptActions, i, 1);
      keptRewards[i] = rewards[rows[i]];
    }
    return new Demonstrations(
        observationShape,
        observations.select(rows),
        keptActions,
        keptRewards,
        episodes,
        keptEndings,
        keptSuccessors);
  }

  /** SHA-256 of the content in hexadecimal; independent of the file that it came from. */
  public String digest() {
    ContentDigest digest = new ContentDigest("apprentice-demonstrations-1");
    digest.add(observationShape);
    digest.add(all.firstRows());
    digest.add(all.returns());
    observations.addTo(digest);
    digest.add(actions);
    digest.add(rewards);
    if (endings != null) {
      endings.observations().addTo(digest);
      digest.add(endings.terminated());
    }
    return digest.hexadecimal();
  }

  /** All observations in memory; the live batch where they are already. */
  ObservationBatch observations() {
    return observations.whole();
  }

  /** Wherever they lie. */
  ObservationRows observationRows() {
    return observations;
  }

  /** Null if not known. */
  Endings endings() {
    return endings;
  }

  /** The live batch, for readers in this package. */
  ActionBatch actions() {
    return actions;
  }

  private static ActionBatch allocateActions(ActionBatch like, int rows) {
    return like instanceof ActionBatch.Continuous real
        ? new ActionBatch.Continuous(new float[rows * real.width()], rows, real.width())
        : new ActionBatch.Discrete(new int[rows]);
  }
}
