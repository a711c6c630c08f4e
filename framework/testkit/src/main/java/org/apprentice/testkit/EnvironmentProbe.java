package org.apprentice.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.apprentice.rl.RandomStreams;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.StepBatch;
import org.apprentice.spi.VectorEnvironment;

/** Drives an environment with random actions and writes down, as text, everything that it says. */
final class EnvironmentProbe {
  private final VectorEnvironment environment;
  private final ActionBatch actions;
  private StepBatch outcome;
  private java.util.random.RandomGenerator random = new RandomStreams(1).stream("actions");

  EnvironmentProbe(VectorEnvironment environment) {
    this.environment = environment;
    actions = ActionBatch.allocate(environment.spec().actionSpace(), environment.size());
    outcome = StepBatch.allocate(environment.spec().observationSpace(), environment.size());
  }

  ActionBatch actions() {
    return actions;
  }

  StepBatch outcome() {
    return outcome;
  }

  /** Gives the environment other batches from now on. */
  EnvironmentProbe useFreshBatches() {
    outcome = StepBatch.allocate(environment.spec().observationSpace(), environment.size());
    return this;
  }

  /** Draws actions from another sequence from now on. */
  EnvironmentProbe drawActions(long seed) {
    random = new RandomStreams(seed).stream("actions");
    return this;
  }

  /** Resets; the first line of a transcript. */
  List<String> reset(long seed) {
    environment.reset(seed, outcome.observations());
    List<String> transcript = new ArrayList<>();
    for (int copy = 0; copy < environment.size(); copy++) {
      transcript.add("reset, copy " + copy + ": shows " + digest(outcome.observations(), copy));
    }
    return transcript;
  }

  void step() {
    drawActions();
    environment.step(actions, outcome);
  }

  /** A line per step and copy. Only what is valid is written down. */
  List<String> steps(int count) {
    List<String> transcript = new ArrayList<>();
    for (int step = 0; step < count; step++) {
      step();
      for (int copy = 0; copy < environment.size(); copy++) {
        transcript.add("step " + step + ", copy " + copy + ": " + describe(copy));
      }
    }
    return transcript;
  }

  private String describe(int copy) {
    StringBuilder line = new StringBuilder();
    line.append("reward ").append(outcome.rewards()[copy]);
    line.append(", shows ").append(digest(outcome.observations(), copy));
    if (outcome.terminated()[copy] || outcome.truncated()[copy]) {
      line.append(outcome.terminated()[copy] ? ", terminated" : "");
      line.append(outcome.truncated()[copy] ? ", truncated" : "");
      line.append(", last shown ").append(digest(outcome.finalObservations(), copy));
    }
    if (outcome.episodeEnded()[copy]) {
      line.append(", episode of ").append(outcome.episodeLength()[copy]);
      line.append(" steps returned ").append(outcome.episodeReturn()[copy]);
    }
    return line.toString();
  }

  /**
   * Uniform over the allowed actions, or over the bounds and a little beyond, which environments
   * have to clip.
   */
  void drawActions() {
    ActionSpace space = environment.spec().actionSpace();
    if (actions instanceof ActionBatch.Discrete discrete) {
      for (int copy = 0; copy < discrete.rows(); copy++) {
        discrete.values()[copy] = drawAllowed(copy, space.width());
      }
    } else if (actions instanceof ActionBatch.Continuous continuous
        && space instanceof ActionSpace.Continuous box) {
      for (int i = 0; i < continuous.values().length; i++) {
        float low = Math.max(box.low()[i % box.width()], -1e3f);
        float high = Math.min(box.high()[i % box.width()], 1e3f);
        continuous.values()[i] = (float) (low + (random.nextDouble() * 1.2 - 0.1) * (high - low));
      }
    }
  }

  private int drawAllowed(int copy, int count) {
    boolean[] mask = environment.actionMask();
    int action = random.nextInt(count);
    while (mask != null && !mask[copy * count + action]) {
      action = random.nextInt(count);
    }
    return action;
  }

  /** Overwrites everything of the batches, so that what the environment leaves out is seen. */
  void scribble(byte filler) {
    for (ObservationBatch batch : List.of(outcome.observations(), outcome.finalObservations())) {
      if (batch instanceof ObservationBatch.UInt8 bytes) {
        Arrays.fill(bytes.values(), filler);
      } else if (batch instanceof ObservationBatch.Float32 floats) {
        Arrays.fill(floats.values(), Float.intBitsToFloat(0x7FC00000 + filler));
      }
    }
    Arrays.fill(outcome.rewards(), filler);
    Arrays.fill(outcome.terminated(), filler % 2 != 0);
    Arrays.fill(outcome.truncated(), filler % 2 != 0);
    Arrays.fill(outcome.episodeEnded(), filler % 2 != 0);
    Arrays.fill(outcome.episodeReturn(), filler);
    Arrays.fill(outcome.episodeLength(), filler);
  }

  /** The first numbers of a row, and a checksum of all its bits. */
  static String digest(ObservationBatch batch, int row) {
    CRC32 checksum = new CRC32();
    StringBuilder start = new StringBuilder("[");
    for (int i = 0; i < batch.width(); i++) {
      int bits = bits(batch, row * batch.width() + i);
      checksum.update(bits >>> 24);
      checksum.update(bits >>> 16);
      checksum.update(bits >>> 8);
      checksum.update(bits);
      if (i < 4) {
        start.append(i == 0 ? "" : ", ");
        start.append(batch instanceof ObservationBatch.UInt8 ? bits : Float.intBitsToFloat(bits));
      }
    }
    return start.append("]#") + Long.toHexString(checksum.getValue());
  }

  private static int bits(ObservationBatch batch, int index) {
    return batch instanceof ObservationBatch.UInt8 bytes
        ? bytes.values()[index] & 0xFF
        : Float.floatToRawIntBits(((ObservationBatch.Float32) batch).values()[index]);
  }
}
