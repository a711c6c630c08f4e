package org.apprentice.rl.demonstrations;

import java.nio.file.Path;
import java.util.Arrays;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ObservationBatch;

/**
 * OpenAI Baselines' archives: {@code obs [episodes x steps x ...]}, {@code acs [episodes x steps (x
 * width)]}, {@code rews [episodes x steps]}, {@code ep_rets [episodes]}; its evaluation writes
 * {@code lens} and {@code rets} instead of the last two. Where {@code lens} is missing, an episode
 * ends before its trailing steps in which observation, action and reward are all exactly 0: those
 * pad short episodes.
 */
final class BaselinesLayout {
  private BaselinesLayout() {}

  static Demonstrations read(NpzArchive archive, Path file) {
    NpyArray obs = archive.array("obs");
    NpyArray acs = archive.array("acs");
    requireAxes(archive, "obs", obs, obs);
    requireAxes(archive, "acs", acs, obs);
    int episodes = obs.shape()[0];
    int steps = obs.shape()[1];
    int paddedRows = episodes * steps;
    RowsLayout.require(paddedRows > 0, file + " holds no transition");
    float[] rewards = new float[paddedRows];
    if (archive.has("rews")) {
      NpyArray rews = archive.array("rews");
      requireAxes(archive, "rews", rews, obs);
      RowsLayout.require(
          rews.count() == paddedRows,
          archive.label("rews")
              + " must have one reward per step, found shape "
              + Arrays.toString(rews.shape()));
      rewards = rews.floats();
    }
    double[] returns = perEpisode(archive, archive.has("ep_rets") ? "ep_rets" : "rets", episodes);
    int[] fullLengths = new int[episodes];
    Arrays.fill(fullLengths, steps);
    Demonstrations padded =
        new Demonstrations(
            RowsLayout.elementShape(obs.shape(), 2),
            RowsLayout.observations(obs, paddedRows, 2),
            RowsLayout.actions(archive, "acs", acs, paddedRows, 2),
            rewards,
            Episodes.firstRows(fullLengths),
            returns);
    return padded.shorten(
        archive.has("lens") ? lengths(archive, episodes, steps) : lengthsWithoutPadding(padded));
  }

  private static void requireAxes(NpzArchive archive, String name, NpyArray array, NpyArray obs) {
    int[] shape = array.shape();
    RowsLayout.require(
        shape.length >= 2 && shape[0] == obs.shape()[0] && shape[1] == obs.shape()[1],
        archive.label(name)
            + " has shape "
            + Arrays.toString(shape)
            + ", expected [episodes x steps x ...] with the episodes and steps of 'obs', whose shape"
            + " is "
            + Arrays.toString(obs.shape()));
  }

  private static double[] perEpisode(NpzArchive archive, String name, int episodes) {
    double[] values = archive.array(name).doubles();
    RowsLayout.require(
        values.length == episodes,
        archive.label(name)
            + " has "
            + values.length
            + " elements, 'obs' has "
            + episodes
            + " episodes");
    return values;
  }

  private static int[] lengths(NpzArchive archive, int episodes, int steps) {
    int[] lengths = new int[episodes];
    double[] found = perEpisode(archive, "lens", episodes);
    for (int episode = 0; episode < episodes; episode++) {
      lengths[episode] = (int) found[episode];
      RowsLayout.require(
          lengths[episode] >= 1 && lengths[episode] <= steps,
          archive.label("lens")
              + " holds "
              + found[episode]
              + ", expected lengths of 1 to "
              + steps
              + " steps");
    }
    return lengths;
  }

  private static int[] lengthsWithoutPadding(Demonstrations padded) {
    int[] lengths = new int[padded.episodes()];
    for (int episode = 0; episode < lengths.length; episode++) {
      int end = padded.firstRow(episode + 1);
      while (end > padded.firstRow(episode) + 1 && isZero(padded, end - 1)) {
        end--;
      }
      lengths[episode] = end - padded.firstRow(episode);
    }
    return lengths;
  }

  private static boolean isZero(Demonstrations demonstrations, int row) {
    return demonstrations.reward(row) == 0
        && isZero(demonstrations.observations(), row)
        && isZero(demonstrations.actions(), row);
  }

  private static boolean isZero(ObservationBatch observations, int row) {
    for (int i = row * observations.width(); i < (row + 1) * observations.width(); i++) {
      boolean zero =
          observations instanceof ObservationBatch.Float32 real
              ? real.values()[i] == 0
              : ((ObservationBatch.UInt8) observations).values()[i] == 0;
      if (!zero) {
        return false;
      }
    }
    return true;
  }

  private static boolean isZero(ActionBatch actions, int row) {
    if (actions instanceof ActionBatch.Discrete indices) {
      return indices.values()[row] == 0;
    }
    ActionBatch.Continuous real = (ActionBatch.Continuous) actions;
    for (int i = row * real.width(); i < (row + 1) * real.width(); i++) {
      if (real.values()[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
