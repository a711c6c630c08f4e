package org.apprentice.core.film;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apprentice.rl.Evaluation;
import org.apprentice.spi.Frame;

/**
 * Pictures of episodes, one per step of the policy. It stays small whatever the length of the
 * episodes: when pictures become too many, every second one is dropped and the others are shown for
 * longer, up to a limit: hours become a time lapse.
 */
public final class Film {
  /** Per episode, on average; even. */
  private static final int MOST_FRAMES = 1800;

  /** In a GIF, per episode, on average. */
  private static final int MOST_GIF_FRAMES = 300;

  /** Hundredths of a second per step; viewers do not show less than two. */
  private static final int STEP_DELAY = 3;

  /** Hundredths of a second that one of several pictures is shown at most. */
  private static final int MOST_DELAY = 12;

  private final int episodes;
  private final boolean explained;
  private final int mostFrames;
  private final List<StoredFrame> frames = new ArrayList<>();
  private final List<Double> values = new ArrayList<>();
  private int stepsPerFrame = 1;
  private int steps;
  private int episode;

  /**
   * @param episodes that are filmed, the first ones
   * @param explained whether what the policy saw and thought is shown beside each picture
   */
  public Film(int episodes, boolean explained) {
    this.episodes = episodes;
    this.explained = explained;
    mostFrames = MOST_FRAMES * episodes;
  }

  /** Who holds the camera. */
  public Evaluation.Spectator spectator() {
    return (scene, number) -> {
      if (number < episodes) {
        if (number != episode) {
          episode = number;
          values.clear();
        }
        step(scene);
      }
    };
  }

  private void step(Evaluation.Scene scene) {
    if (explained) {
      values.add(scene.state().explain(0).value().orElse(Double.NaN));
    }
    if (steps % stepsPerFrame == 0) {
      if (frames.size() == mostFrames) {
        for (int i = 0; i < mostFrames / 2; i++) {
          frames.set(i, frames.get(2 * i));
        }
        frames.subList(mostFrames / 2, mostFrames).clear();
        stepsPerFrame *= 2;
      }
      Frame game = PictureSize.fitted(scene.environment().render(0));
      frames.add(StoredFrame.of(explained ? ExplainedPicture.of(game, scene, values) : game));
    }
    steps++;
  }

  /** Replaces the file in one step by an animated GIF that repeats for ever. */
  public void writeGif(Path file) throws IOException {
    int every = 1;
    while (frames.size() > every * MOST_GIF_FRAMES * episodes) {
      every *= 2;
    }
    GifFile.write(file, frames, every, delay(every * stepsPerFrame));
  }

  /**
   * Replaces the file in one step by an MP4 film, which may hold more pictures than a GIF.
   *
   * @throws IOException also if ffmpeg, which does the work, is not there or complains
   */
  public void writeMp4(Path file) throws IOException {
    Mp4File.write(file, frames, delay(stepsPerFrame));
  }

  private static int delay(int stepsPerPicture) {
    return Math.min(MOST_DELAY, STEP_DELAY * stepsPerPicture);
  }

  /** Whether {@link #writeMp4} has what it needs on the path. */
  public static boolean canWriteMp4() {
    return Mp4File.isPossible();
  }
}
