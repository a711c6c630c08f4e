package org.apprentice.rl.imitation;

import java.util.stream.IntStream;
import org.apprentice.rl.NetworkActorCritic;
import org.apprentice.rl.demonstrations.DemonstrationSequences;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.spi.Network;
import org.apprentice.spi.Pass;

/** A body of demonstrations, cut as a policy's network takes them, and the loss on them. */
final class CloningData {
  private final Network network;
  private final DemonstrationSequences sequences;
  private final int maxColumns;
  private final SequenceColumns columns;
  private final CloningLoss loss;
  private final ExpertMemories memories;

  CloningData(Demonstrations demonstrations, NetworkActorCritic policy, Cloning.Settings settings) {
    network = policy.network();
    boolean recurrent = network.stateWidth() > 0;
    int length =
        recurrent ? Math.min(settings.sequenceLength(), longestEpisode(demonstrations)) : 1;
    sequences = new DemonstrationSequences(demonstrations, length);
    maxColumns = Math.min(Math.max(1, settings.batchSize() / length), sequences.count());
    columns = new SequenceColumns(policy.environment(), length, maxColumns, recurrent);
    loss = new CloningLoss(policy, settings.entropy(), columns, length * maxColumns);
    memories = new ExpertMemories(sequences, network, columns, maxColumns);
  }

  private static int longestEpisode(Demonstrations demonstrations) {
    return IntStream.range(0, demonstrations.episodes())
        .map(demonstrations::length)
        .max()
        .orElse(1);
  }

  Demonstrations demonstrations() {
    return sequences.demonstrations();
  }

  CloningLoss loss() {
    return loss;
  }

  /** How many sequences there are to learn from. */
  int sequences() {
    return sequences.count();
  }

  /** Most sequences of a minibatch. */
  int maxColumns() {
    return maxColumns;
  }

  /** For minibatches. */
  Pass pass() {
    return network.pass(sequences.maxLength(), maxColumns);
  }

  /** Makes the memories at the sequences' beginnings those of the network as it is now. */
  void refreshMemories() {
    if (network.stateWidth() > 0) {
      memories.follow(memories.all(), (filled, pass) -> loss.forward(pass));
    }
  }

  /** Lays sequences side by side and evaluates the loss on them. */
  void evaluate(int[] chosen, int count, Pass pass) {
    int steps = 0;
    for (int column = 0; column < count; column++) {
      steps = Math.max(steps, sequences.length(chosen[column]));
    }
    columns.begin(steps, count);
    for (int column = 0; column < count; column++) {
      columns.copy(column, sequences, chosen[column]);
      memories.load(chosen[column], pass, column);
    }
    loss.evaluate(pass);
  }

  /** Adds up the loss of every transition; recurrent networks go through whole episodes. */
  void evaluateAll() {
    loss.clear();
    if (network.stateWidth() > 0) {
      memories.follow(memories.all(), (filled, pass) -> loss.evaluate(pass));
      return;
    }
    Pass pass = pass();
    int[] chosen = new int[maxColumns];
    for (int first = 0; first < sequences.count(); first += maxColumns) {
      int count = Math.min(maxColumns, sequences.count() - first);
      for (int column = 0; column < count; column++) {
        chosen[column] = first + column;
      }
      evaluate(chosen, count, pass);
    }
  }
}
