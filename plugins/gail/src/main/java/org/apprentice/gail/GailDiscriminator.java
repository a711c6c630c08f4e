package org.apprentice.gail;

import com.google.inject.Inject;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apprentice.nn.Adam;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.ShuffledIndices;
import org.apprentice.rl.demonstrations.DemonstrationSequences;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.rl.imitation.Discriminator;
import org.apprentice.rl.imitation.DiscriminatorLoss;
import org.apprentice.rl.imitation.Experience;
import org.apprentice.rl.imitation.ExpertDemonstrations;
import org.apprentice.rl.imitation.ExpertMemories;
import org.apprentice.rl.imitation.GradientPenalty;
import org.apprentice.rl.imitation.SequenceColumns;
import org.apprentice.rl.imitation.SpectralNorm;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Network;
import org.apprentice.spi.Pass;
import org.apprentice.spi.PolicyOptimizer;
import org.apprentice.spi.Rollout;
import org.apprentice.spi.TrainingSettings;

/**
 * Judges transitions by observation and action, or, with a recurrent network, by what came before
 * them in the episode too.
 *
 * <p>A recurrent one learns from sequences of the expert's and the policy's episodes (truncated
 * backpropagation through time). Each begins with the memory that the discriminator, as it was when
 * the round began, has after the steps before it. A rollout that begins in the middle of an episode
 * goes on with the memory with which the rollout before was judged.
 */
final class GailDiscriminator implements Discriminator {
  private final GailConfig.DiscriminatorConfig config;
  private final ImitationReward reward;
  private final double rewardClip;
  private final Judge judge;
  private final Network network;
  private final Optional<SpectralNorm> spectralNorm;
  private final Optional<GradientPenalty> penalty;
  private final Adam adam;
  private final DiscriminatorLoss loss;
  private final RandomGenerator random;
  private final Optional<AbsorbingState> absorbing;
  private final DemonstrationSequences expert;

  /** Sequences of the expert, and steps in the absorbing state behind them. */
  private final int expertPool;

  private final ShuffledIndices expertOrder;
  private final ExpertMemories expertMemories;
  private final RolloutSequences rollouts;
  private final ShuffledIndices policyOrder;
  private final RolloutMemories policyMemories;
  private int policyPool;
  private final int expertColumns;
  private final int policyColumns;

  /** Of the whole round, {@code [updates x expertColumns]}. */
  private final int[] experts;

  private final int[] policies;
  private final SequenceColumns columns;
  private final DiscriminatorLoss.Label[] labels;
  private final boolean[] absorbed;
  private final Pass pass;
  private final float[] logitGradient;
  private final float[][] headGradients;
  private final float[] gradient;

  @Inject
  GailDiscriminator(
      GailConfig config,
      ExpertDemonstrations demonstrations,
      EnvironmentFactory environments,
      PolicyOptimizer generator,
      TrainingSettings training,
      RandomStreams random) {
    this(
        config,
        environments.spec(),
        demonstrations,
        new Rollouts(
            generator.rolloutLength(), environments.trainingCopies(), generator.discount()),
        training.threads(),
        random);
  }

  /**
   * What the generator's rollouts are.
   *
   * @param length steps per copy
   * @param discount gamma of the generator's returns
   */
  record Rollouts(int length, int copies, double discount) {}

  GailDiscriminator(
      GailConfig gail,
      EnvironmentSpec environment,
      ExpertDemonstrations demonstrations,
      Rollouts generated,
      int threads,
      RandomStreams streams) {
    config = gail.discriminator();
    reward = gail.reward();
    rewardClip = gail.rewardClip().orElse(Double.POSITIVE_INFINITY);
    random = streams.stream("discriminator");
    absorbing =
        gail.absorbingHorizon()
            .map(it -> new AbsorbingState(it, generated.discount(), generated.copies()));
    network =
        Judge.network(
            config.network(),
            environment,
            config.crop(),
            absorbing.isPresent(),
            streams.seed("discriminator"),
            threads);
    demonstrations.requireWholeEpisodes(network);
    requireFeedForwardIfAbsorbing();
    int length = sequenceLength(demonstrations.all(), generated.length());
    expert = new DemonstrationSequences(demonstrations.all(), length);
    expertPool =
        expert.count()
            + absorbing
                .map(it -> it.steps(demonstrations.all(), demonstrations.subsample()))
                .orElse(0);
    rollouts = new RolloutSequences(generated.length(), generated.copies(), length);
    expertColumns = demonstrations.withheld() ? 0 : columns(expertPool);
    policyColumns = columns(rollouts.count());
    policyPool = rollouts.count();
    int maxColumns = expertColumns + policyColumns;
    judge =
        new Judge(
            network,
            config.normalizeObservations(),
            environment,
            config.crop(),
            length * Math.max(maxColumns, generated.copies()));
    spectralNorm =
        config.spectralNorm()
            ? Optional.of(new SpectralNorm(network, streams.stream("spectral-norm")))
            : Optional.empty();
    penalty =
        config.gradientPenalty() > 0
            ? Optional.of(new GradientPenalty(network, config.gradientPenalty(), policyColumns))
            : Optional.empty();
    adam = new Adam(network.parameters().length, 0.9, 0.999, config.adamEpsilon());
    loss = new DiscriminatorLoss(config.entropy());
    expertOrder = new ShuffledIndices(expertPool, streams.stream("demonstrations"));
    policyOrder = new ShuffledIndices(rollouts.count(), random);
    experts = new int[config.updates() * expertColumns];
    policies = new int[policyColumns];
    columns = new SequenceColumns(environment, length, maxColumns, recurrent());
    labels = new DiscriminatorLoss.Label[length * maxColumns];
    absorbed = new boolean[length * Math.max(maxColumns, generated.copies())];
    pass = network.pass(length, maxColumns);
    expertMemories = new ExpertMemories(expert, network, columns, maxColumns);
    policyMemories = new RolloutMemories(rollouts, judge, environment);
    logitGradient = new float[length * maxColumns];
    headGradients = new float[][] {logitGradient};
    gradient = new float[network.parameters().length];
  }

  private void requireFeedForwardIfAbsorbing() {
    if (absorbing.isPresent() && recurrent()) {
      throw new IllegalArgumentException(
          "absorbing-horizon needs a feed-forward discriminator, and discriminator.network carries"
              + " a state from step to step");
    }
    if (absorbing.isPresent() && config.batchSize().isEmpty()) {
      throw new IllegalArgumentException(
          "absorbing-horizon needs discriminator.batch-size: how many steps of a rollout are in the"
              + " absorbing state is not known before it");
    }
  }

  private boolean recurrent() {
    return network.stateWidth() > 0;
  }

  /** No longer than anything that will be seen. */
  private int sequenceLength(Demonstrations demonstrations, int rolloutLength) {
    if (!recurrent()) {
      return 1;
    }
    int longest =
        IntStream.range(0, demonstrations.episodes()).map(demonstrations::length).max().orElse(1);
    return Math.min(config.sequenceLength(), Math.max(rolloutLength, longest));
  }

  /** Sequences of one kind in a gradient step. */
  private int columns(int sequences) {
    return config.batchSize().map(size -> Math.max(1, size / expert.maxLength())).orElse(sequences);
  }

  Network network() {
    return network;
  }

  @Override
  public void train(Experience experience, Map<String, Double> metrics) {
    loss.clear();
    penalty.ifPresent(GradientPenalty::clear);
    drawExperts();
    policyPool = rollouts.count() + absorbing.map(it -> it.steps(experience.rollout())).orElse(0);
    policyOrder.restart(policyPool);
    if (recurrent()) {
      refreshMemories(experience.rollout());
    }
    for (int update = 0; update < config.updates(); update++) {
      selectBatch(experience.rollout(), update);
      descend(gradient());
    }
    loss.addMetrics(metrics);
    penalty.ifPresent(it -> it.addMetrics(metrics));
  }

  private void descend(float[] direction) {
    float[] parameters = network.parameters();
    if (spectralNorm.isPresent()) {
      spectralNorm.get().toRaw(direction);
      parameters = spectralNorm.get().rawParameters();
    }
    adam.step(parameters, direction, config.learningRate(), Double.POSITIVE_INFINITY);
    spectralNorm.ifPresentOrElse(SpectralNorm::normalize, network::parametersChanged);
  }

  /** The expert's sequences of the whole round: their memories are needed before it. */
  void drawExperts() {
    for (int i = 0; i < experts.length; i++) {
      experts[i] = config.batchSize().isPresent() ? expertOrder.next() : i % expertColumns;
    }
  }

  private void refreshMemories(Rollout rollout) {
    int[] episodes = IntStream.of(experts).map(expert::episode).distinct().sorted().toArray();
    expertMemories.follow(
        episodes, (filled, walk) -> judge.forward(filled, walk, absorbed, 0, random));
    policyMemories.follow(
        rollout, (filled, walk, row) -> judge.forward(filled, walk, absorbed, 0, random));
  }

  /** Fills the batch with the expert's sequences and, to their right, the policy's. */
  void selectBatch(Rollout rollout, int update) {
    int first = update * expertColumns;
    int steps = 1;
    for (int column = 0; column < expertColumns; column++) {
      steps = Math.max(steps, lengthOfExpert(experts[first + column]));
    }
    for (int column = 0; column < policyColumns; column++) {
      policies[column] = config.batchSize().isPresent() ? nextPolicy() : column;
      steps = Math.max(steps, lengthOfPolicy(policies[column]));
    }
    columns.begin(steps, expertColumns + policyColumns);
    Arrays.fill(absorbed, false);
    for (int column = 0; column < expertColumns; column++) {
      selectExpert(experts[first + column], column);
    }
    for (int i = 0; i < policyColumns; i++) {
      selectPolicy(rollout, policies[i], expertColumns + i);
    }
    judge.updateNormalizer(columns, absorbed);
    label();
  }

  private int lengthOfExpert(int sequence) {
    return sequence < expert.count() ? expert.length(sequence) : 1;
  }

  private int lengthOfPolicy(int sequence) {
    return sequence < rollouts.count() ? rollouts.length(sequence) : 1;
  }

  private void selectExpert(int sequence, int column) {
    if (sequence < expert.count()) {
      columns.copy(column, expert, sequence);
      expertMemories.load(sequence, pass, column);
    } else {
      selectAbsorbing(column);
    }
  }

  private void selectPolicy(Rollout rollout, int sequence, int column) {
    if (sequence < rollouts.count()) {
      columns.copy(column, rollout, rollouts.firstRow(sequence), rollouts.length(sequence));
      policyMemories.load(sequence, pass, column);
    } else {
      selectAbsorbing(column);
    }
  }

  private void selectAbsorbing(int column) {
    columns.clear(column);
    absorbed[column] = true;
  }

  /** Always from the identity: the order is no state to be saved. */
  private int nextPolicy() {
    if (policyOrder.exhausted()) {
      policyOrder.restart(policyPool);
    }
    return policyOrder.next();
  }

  private void label() {
    for (int row = 0; row < columns.rows(); row++) {
      if (columns.isPadding(row)) {
        labels[row] = DiscriminatorLoss.Label.PADDING;
      } else {
        labels[row] =
            row % columns.columns() < expertColumns
                ? DiscriminatorLoss.Label.EXPERT
                : DiscriminatorLoss.Label.POLICY;
      }
    }
  }

  /**
   * Gradient of the loss on the batch by the network's parameters; overwritten by the next call.
   */
  float[] gradient() {
    judge.forward(columns, pass, absorbed, config.actionNoise(), random);
    loss.evaluate(pass.output(0), labels, columns.rows(), logitGradient);
    network.backward(pass, headGradients, gradient, null);
    penalty.ifPresent(this::addPenalty);
    return gradient;
  }

  /** Between pairs of both kinds; at the policy's own rows where there is no expert. */
  private void addPenalty(GradientPenalty of) {
    int points = expertColumns == 0 ? policyColumns : Math.min(expertColumns, policyColumns);
    for (int point = 0; point < points; point++) {
      int row = expertColumns + point;
      int other = expertColumns == 0 ? row : point;
      of.put(point, judge.seen(columns), judge.encoded(), other, row, random.nextDouble());
    }
    of.addGradient(points, gradient);
  }

  @Override
  public void relabel(Experience experience) {
    Rollout rollout = experience.rollout();
    if (recurrent()) {
      policyMemories.follow(rollout, (filled, walk, row) -> judge(filled, walk, rollout, row));
      policyMemories.advance();
      return;
    }
    Arrays.fill(absorbed, false);
    int most = expertColumns + policyColumns;
    for (int start = 0; start < rollout.rows(); start += most) {
      int count = Math.min(most, rollout.rows() - start);
      columns.begin(1, count);
      for (int column = 0; column < count; column++) {
        columns.copy(column, rollout, start + column, 1);
      }
      judge(columns, pass, rollout, start);
    }
    absorbing.ifPresent(it -> it.finish(rollout, rewardOfAbsorbing()));
  }

  private double rewardOfAbsorbing() {
    columns.begin(1, 1);
    selectAbsorbing(0);
    judge.forward(columns, pass, absorbed, 0, random);
    return reward(pass.output(0)[0]);
  }

  private void judge(SequenceColumns filled, Pass walk, Rollout rollout, int firstRow) {
    judge.forward(filled, walk, absorbed, 0, random);
    float[] logits = walk.output(0);
    for (int row = 0; row < filled.rows(); row++) {
      rollout.rewards()[firstRow + row] = (float) reward(logits[row]);
    }
  }

  private double reward(double logit) {
    return Math.max(-rewardClip, Math.min(rewardClip, reward.of(logit)));
  }

  @Override
  public Optional<String> horizonBias() {
    if (absorbing.isPresent()) {
      return Optional.empty();
    }
    String sign =
        switch (reward) {
          case LOG_D -> "positive, so that short episodes";
          case NEG_LOG_ONE_MINUS_D -> "negative, so that long episodes";
          case LOGIT, CONSTANT, NEGATIVE_CONSTANT -> null;
        };
    return Optional.ofNullable(sign)
        .map(
            it ->
                ("Episodes end by themselves and the reward %s is never %s pay whatever was"
                        + " imitated: compare with a control (reward = %s), or set reward = logit or"
                        + " absorbing-horizon.")
                    .formatted(
                        name(reward),
                        it,
                        name(
                            reward == ImitationReward.LOG_D
                                ? ImitationReward.NEGATIVE_CONSTANT
                                : ImitationReward.CONSTANT)));
  }

  private static String name(ImitationReward form) {
    return form.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public void save(DataOutput out) throws IOException {
    judge.save(out);
    if (spectralNorm.isPresent()) {
      spectralNorm.get().save(out);
    }
    adam.save(out);
    expertOrder.save(out);
    policyMemories.save(out);
    if (absorbing.isPresent()) {
      absorbing.get().save(out);
    }
  }

  @Override
  public void restore(DataInput in) throws IOException {
    judge.restore(in);
    if (spectralNorm.isPresent()) {
      spectralNorm.get().restore(in);
    }
    adam.restore(in);
    expertOrder.restore(in);
    policyMemories.restore(in);
    if (absorbing.isPresent()) {
      absorbing.get().restore(in);
    }
  }
}
