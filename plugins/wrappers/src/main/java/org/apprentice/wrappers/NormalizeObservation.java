package org.apprentice.wrappers;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.Environment;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ObservationBatch;

/**
 * Shows {@code (x - mean) / sqrt(variance + epsilon)} within bounds, element by element, by the
 * statistics of all observations of this environment so far, the one that is shown included.
 */
final class NormalizeObservation extends Wrapper {
  private final NormalizeObservationConfig config;
  private final ObservationBatch.Float32 raw;
  private final RunningStatistics statistics;

  NormalizeObservation(NormalizeObservationConfig config, Environment inner) {
    super(inner, spec(config, inner.spec()));
    this.config = config;
    raw = (ObservationBatch.Float32) ObservationBatch.allocate(Checks.vectors(inner.spec()), 1);
    statistics = new RunningStatistics(raw.width());
  }

  static EnvironmentSpec spec(NormalizeObservationConfig config, EnvironmentSpec inner) {
    BoxSpace box = Checks.vectors(inner);
    float[] low = new float[box.width()];
    float[] high = new float[box.width()];
    Arrays.fill(low, (float) -config.clip());
    Arrays.fill(high, (float) config.clip());
    return Checks.showing(new BoxSpace(box.shape(), low, high), inner);
  }

  @Override
  public void reset() {
    inner.reset();
    add();
  }

  @Override
  public void nextLife() {
    inner.nextLife();
    add();
  }

  @Override
  public void step(ActionBatch actions, int row, Outcome out) {
    inner.step(actions, row, out);
    add();
  }

  private void add() {
    inner.observe(raw, 0);
    statistics.add(raw.values());
  }

  @Override
  public void observe(ObservationBatch out, int row) {
    float[] shown = ((ObservationBatch.Float32) out).values();
    double clip = config.clip();
    for (int i = 0; i < raw.width(); i++) {
      double deviation = Math.sqrt(statistics.variance(i) + config.epsilon());
      double value = (raw.values()[i] - statistics.mean(i)) / deviation;
      shown[row * raw.width() + i] = (float) Math.max(-clip, Math.min(clip, value));
    }
  }

  @Override
  public void save(DataOutput out) throws IOException {
    statistics.save(out);
    inner.save(out);
  }

  @Override
  public void restore(DataInput in) throws IOException {
    statistics.restore(in);
    inner.restore(in);
    inner.observe(raw, 0);
  }
}
