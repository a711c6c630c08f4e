package org.apprentice.airl;

import com.google.inject.Inject;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.ShuffledIndices;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.rl.imitation.Discriminator;
import org.apprentice.rl.imitation.DiscriminatorLoss;
import org.apprentice.rl.imitation.Experience;
import org.apprentice.rl.imitation.ExpertDemonstrations;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.PolicyOptimizer;
import org.apprentice.spi.Rollout;
import org.apprentice.spi.TrainingSettings;

/**
 * Judges a transition by what the shaped reward says of it against how likely the policy is to do
 * it (Fu, Luo and Levine 2018, section 5):
 *
 * <pre>  D = exp f(s, a, s') / (exp f(s, a, s') + pi(a|s)),  logit = f - log pi(a|s)</pre>
 *
 * <p>The policy's reward is {@code log D - log(1 - D)}, which is this logit.
 */
final class AirlDiscriminator implements Discriminator {
  private final AirlConfig.DiscriminatorConfig config;
  private final Demonstrations expert;
  private final ShapedReward shaped;
  private final DiscriminatorLoss loss;
  private final ExpertLikelihoods likelihoods;

  /** Rows of the demonstrations whose successor is known. */
  private final int[] usable;

  private final ShuffledIndices expertOrder;
  private final ShuffledIndices policyOrder;
  private final int rolloutRows;

  /** The expert's rows of a batch, which come first. */
  private final int[] experts;

  private final int policyRows;
  private final DiscriminatorLoss.Label[] labels;
  private final float[] logLikelihoods;
  private final float[] logits;
  private final float[] logitGradient;

  @Inject
  AirlDiscriminator(
      AirlConfig config,
      ExpertDemonstrations demonstrations,
      EnvironmentFactory environments,
      PolicyOptimizer generator,
      TrainingSettings training,
      RandomStreams random) {
    this(
        config.discriminator(),
        environments.spec(),
        demonstrations,
        generator,
        environments.trainingCopies(),
        training.threads(),
        random);
  }

  AirlDiscriminator(
      AirlConfig.DiscriminatorConfig config,
      EnvironmentSpec environment,
      ExpertDemonstrations demonstrations,
      PolicyOptimizer generator,
      int copies,
      int threads,
      RandomStreams random) {
    this.config = config;
    expert = demonstrations.all();
    rolloutRows = generator.rolloutLength() * copies;
    policyRows = config.batchSize();
    experts = new int[demonstrations.withheld() ? 0 : config.batchSize()];
    int batch = experts.length + policyRows;
    shaped =
        new ShapedReward(
            config,
            environment,
            batch,
            generator.discount(),
            random.seed("discriminator"),
            threads);
    loss = new DiscriminatorLoss(config.entropy());
    likelihoods =
        new ExpertLikelihoods(
            generator.policy(), expert, experts.length, random.stream("discriminator"));
    if (likelihoods.recurrent()) {
      demonstrations.requireWholeEpisodes(generator.network());
    }
    usable = IntStream.range(0, expert.rows()).filter(expert::hasSuccessor).toArray();
    expertOrder = new ShuffledIndices(usable.length, random.stream("demonstrations"));
    policyOrder = new ShuffledIndices(rolloutRows, random.stream("discriminator"));
    labels = new DiscriminatorLoss.Label[batch];
    Arrays.fill(labels, 0, experts.length, DiscriminatorLoss.Label.EXPERT);
    Arrays.fill(labels, experts.length, batch, DiscriminatorLoss.Label.POLICY);
    logLikelihoods = new float[batch];
    logits = new float[batch];
    logitGradient = new float[batch];
  }

  @Override
  public boolean needsSuccessors() {
    return true;
  }

  ShapedReward shaped() {
    return shaped;
  }

  @Override
  public void train(Experience experience, Map<String, Double> metrics) {
    loss.clear();
    likelihoods.refresh();
    policyOrder.restart(rolloutRows);
    for (int update = 0; update < config.updates(); update++) {
      selectBatch(experience);
      shaped.step(gradient(), config.learningRate());
    }
    loss.addMetrics(metrics);
  }

  /** Fills the batch with the expert's and, behind them, the policy's transitions. */
  void selectBatch(Experience experience) {
    shaped.begin(experts.length + policyRows);
    for (int row = 0; row < experts.length; row++) {
      experts[row] = usable[expertOrder.next()];
      expert.copyRow(experts[row], shaped.observations(), shaped.actions(), row);
      expert.copySuccessor(experts[row], shaped.observations(), shaped.successor(row));
      shaped.terminal()[row] = expert.terminates(experts[row]);
    }
    likelihoods.of(experts, logLikelihoods);
    for (int row = experts.length; row < experts.length + policyRows; row++) {
      select(experience, nextPolicy(), row);
    }
    shaped.updateNormalizer();
  }

  /** Always from the identity: the order is no state to be saved. */
  private int nextPolicy() {
    if (policyOrder.exhausted()) {
      policyOrder.restart(rolloutRows);
    }
    return policyOrder.next();
  }

  private void select(Experience experience, int source, int row) {
    Rollout rollout = experience.rollout();
    rollout.observations().copyTo(source, shaped.observations(), row, 1);
    experience.successors().copyTo(source, shaped.observations(), shaped.successor(row), 1);
    rollout.actions().copyTo(source, shaped.actions(), row, 1);
    shaped.terminal()[row] = rollout.terminated()[source];
    logLikelihoods[row] = rollout.logProbabilities()[source];
  }

  /** Gradient of the loss on the batch by {@code f}; overwritten by the next call. */
  float[] gradient() {
    int rows = experts.length + policyRows;
    judge(rows);
    loss.evaluate(logits, labels, rows, logitGradient);
    return logitGradient;
  }

  private void judge(int rows) {
    float[] f = shaped.forward();
    for (int row = 0; row < rows; row++) {
      logits[row] = f[row] - logLikelihoods[row];
    }
  }

  @Override
  public void relabel(Experience experience) {
    int most = experts.length + policyRows;
    for (int start = 0; start < rolloutRows; start += most) {
      int count = Math.min(most, rolloutRows - start);
      shaped.begin(count);
      for (int row = 0; row < count; row++) {
        select(experience, start + row, row);
      }
      judge(count);
      System.arraycopy(logits, 0, experience.rollout().rewards(), start, count);
    }
  }

  @Override
  public void save(DataOutput out) throws IOException {
    shaped.save(out);
    expertOrder.save(out);
  }

  @Override
  public void restore(DataInput in) throws IOException {
    shaped.restore(in);
    expertOrder.restore(in);
  }
}
