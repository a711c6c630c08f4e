package org.apprentice.gail;

import com.google.inject.Inject;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apprentice.nn.Adam;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.ShuffledIndices;
import org.apprentice.rl.demonstrations.DemonstrationLoader;
import org.apprentice.rl.demonstrations.DemonstrationSequences;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.rl.imitation.Cloning;
import org.apprentice.rl.imitation.Discriminator;
import org.apprentice.rl.imitation.DiscriminatorLoss;
import org.apprentice.rl.imitation.Experience;
import org.apprentice.rl.imitation.ExpertMemories;
import org.apprentice.rl.imitation.SequenceColumns;
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
  private final Adam adam;
  private final DiscriminatorLoss loss;
  private final RandomGenerator random;
  private final DemonstrationSequences expert;
  private final ShuffledIndices expertOrder;
  private final ExpertMemories expertMemories;
  private final RolloutSequences rollouts;
  private final ShuffledIndices policyOrder;
  private final RolloutMemories policyMemories;
  private final int expertColumns;
  private final int policyColumns;

  /** Of the whole round, {@code [updates x expertColumns]}. */
  private final int[] experts;

  private final int[] policies;
  private final SequenceColumns columns;
  private final DiscriminatorLoss.Label[] labels;
  private final Pass pass;
  private final float[] logitGradient;
  private final float[][] headGradients;
  private final float[] gradient;

  @Inject
  GailDiscriminator(
      GailConfig config,
      DemonstrationLoader loader,
      EnvironmentFactory environments,
      PolicyOptimizer generator,
      TrainingSettings training,
      RandomStreams random) {
    this(
        config,
        environments.spec(),
        loader.load(config.demonstrations()),
        generator.rolloutLength(),
        environments.trainingCopies(),
        training.threads(),
        random);
    Cloning.requireWholeEpisodes(config.demonstrations(), network);
  }

  GailDiscriminator(
      GailConfig gail,
      EnvironmentSpec environment,
      Demonstrations demonstrations,
      int rolloutLength,
      int copies,
      int threads,
      RandomStreams streams) {
    config = gail.discriminator();
    reward = gail.reward();
    rewardClip = gail.rewardClip().orElse(Double.POSITIVE_INFINITY);
    random = streams.stream("discriminator");
    network = Judge.network(config.network(), environment, streams.seed("discriminator"), threads);
    int length = sequenceLength(demonstrations, rolloutLength);
    expert = new DemonstrationSequences(demonstrations, length);
    rollouts = new RolloutSequences(rolloutLength, copies, length);
    expertColumns = columns(expert.count());
    policyColumns = columns(rollouts.count());
    int maxColumns = expertColumns + policyColumns;
    judge =
        new Judge(
            network,
            config.normalizeObservations(),
            environment,
            length * Math.max(maxColumns, copies));
    adam = new Adam(network.parameters().length, 0.9, 0.999, config.adamEpsilon());
    loss = new DiscriminatorLoss(config.entropy());
    expertOrder = new ShuffledIndices(expert.count(), streams.stream("demonstrations"));
    policyOrder = new ShuffledIndices(rollouts.count(), random);
    experts = new int[config.updates() * expertColumns];
    policies = new int[policyColumns];
    columns = new SequenceColumns(environment, length, maxColumns, recurrent());
    labels = new DiscriminatorLoss.Label[length * maxColumns];
    pass = network.pass(length, maxColumns);
    expertMemories = new ExpertMemories(expert, network, columns, maxColumns);
    policyMemories = new RolloutMemories(rollouts, judge, environment);
    logitGradient = new float[length * maxColumns];
    headGradients = new float[][] {logitGradient};
    gradient = new float[network.parameters().length];
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
    drawExperts();
    policyOrder.restart(rollouts.count());
    if (recurrent()) {
      refreshMemories(experience.rollout());
    }
    for (int update = 0; update < config.updates(); update++) {
      selectBatch(experience.rollout(), update);
      adam.step(network.parameters(), gradient(), config.learningRate(), Double.POSITIVE_INFINITY);
      network.parametersChanged();
    }
    loss.addMetrics(metrics);
  }

  /** The expert's sequences of the whole round: their memories are needed before it. */
  void drawExperts() {
    for (int i = 0; i < experts.length; i++) {
      experts[i] = config.batchSize().isPresent() ? expertOrder.next() : i % expertColumns;
    }
  }

  private void refreshMemories(Rollout rollout) {
    int[] episodes = IntStream.of(experts).map(expert::episode).distinct().sorted().toArray();
    expertMemories.follow(episodes, (filled, walk) -> judge.forward(filled, walk, 0, random));
    policyMemories.follow(rollout, (filled, walk, row) -> judge.forward(filled, walk, 0, random));
  }

  /** Fills the batch with the expert's sequences and, to their right, the policy's. */
  void selectBatch(Rollout rollout, int update) {
    int steps = 0;
    for (int column = 0; column < expertColumns; column++) {
      steps = Math.max(steps, expert.length(experts[update * expertColumns + column]));
    }
    for (int column = 0; column < policyColumns; column++) {
      policies[column] = config.batchSize().isPresent() ? nextPolicy() : column;
      steps = Math.max(steps, rollouts.length(policies[column]));
    }
    columns.begin(steps, expertColumns + policyColumns);
    for (int column = 0; column < expertColumns; column++) {
      int sequence = experts[update * expertColumns + column];
      columns.copy(column, expert, sequence);
      expertMemories.load(sequence, pass, column);
    }
    for (int i = 0; i < policyColumns; i++) {
      int sequence = policies[i];
      int column = expertColumns + i;
      columns.copy(column, rollout, rollouts.firstRow(sequence), rollouts.length(sequence));
      policyMemories.load(sequence, pass, column);
    }
    judge.updateNormalizer(columns);
    label();
  }

  /** Always from the identity: the order is no state to be saved. */
  private int nextPolicy() {
    if (policyOrder.exhausted()) {
      policyOrder.restart(rollouts.count());
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
    judge.forward(columns, pass, config.actionNoise(), random);
    loss.evaluate(pass.output(0), labels, columns.rows(), logitGradient);
    network.backward(pass, headGradients, gradient, null);
    return gradient;
  }

  @Override
  public void relabel(Experience experience) {
    Rollout rollout = experience.rollout();
    if (recurrent()) {
      policyMemories.follow(rollout, (filled, walk, row) -> judge(filled, walk, rollout, row));
      policyMemories.advance();
      return;
    }
    int most = expertColumns + policyColumns;
    for (int start = 0; start < rollout.rows(); start += most) {
      int count = Math.min(most, rollout.rows() - start);
      columns.begin(1, count);
      for (int column = 0; column < count; column++) {
        columns.copy(column, rollout, start + column, 1);
      }
      judge(columns, pass, rollout, start);
    }
  }

  private void judge(SequenceColumns filled, Pass walk, Rollout rollout, int firstRow) {
    judge.forward(filled, walk, 0, random);
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
                        + " imitated: compare with a control (reward = %s), or set reward = logit.")
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
    adam.save(out);
    expertOrder.save(out);
    policyMemories.save(out);
  }

  @Override
  public void restore(DataInput in) throws IOException {
    judge.restore(in);
    adam.restore(in);
    expertOrder.restore(in);
    policyMemories.restore(in);
  }
}
