package org.apprentice.nn;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The sequences of a batch cut where they are reset, each piece a row of its own: DL4J knows no
 * resets, but each row may begin at its own state. Shorter pieces are padded behind their ends,
 * where nothing depends on them.
 */
final class Segments {
  private final List<Segment> segments = new ArrayList<>();
  private final int batch;
  private int length;

  private record Segment(int sequence, int from, int to) {}

  /**
   * @param resets {@code [steps x batch]}, or null for none
   */
  Segments(int steps, int batch, boolean[] resets) {
    this.batch = batch;
    for (int sequence = 0; sequence < batch; sequence++) {
      int from = 0;
      for (int step = 1; step <= steps; step++) {
        if (step == steps || (resets != null && resets[step * batch + sequence])) {
          segments.add(new Segment(sequence, from, step));
          length = Math.max(length, step - from);
          from = step;
        }
      }
    }
  }

  int count() {
    return segments.size();
  }

  /** The states at which the segments begin. */
  float[] states(float[] carried, int width, boolean[] resets) {
    float[] states = new float[segments.size() * width];
    for (int row = 0; row < segments.size(); row++) {
      Segment segment = segments.get(row);
      if (segment.from() == 0 && (resets == null || !resets[segment.sequence()])) {
        System.arraycopy(carried, segment.sequence() * width, states, row * width, width);
      }
    }
    return states;
  }

  /** {@code [steps x batch x width]} as {@code [segments, width, length]}. */
  INDArray cut(float[] rows, int width) {
    float[] cut = new float[segments.size() * width * length];
    for (int row = 0; row < segments.size(); row++) {
      Segment segment = segments.get(row);
      for (int step = segment.from(); step < segment.to(); step++) {
        int from = (step * batch + segment.sequence()) * width;
        for (int i = 0; i < width; i++) {
          cut[(row * width + i) * length + step - segment.from()] = rows[from + i];
        }
      }
    }
    return Nd4j.createFromArray(cut).reshape(segments.size(), width, length);
  }

  /** The reverse of {@link #cut}, to rows of {@code stride} from a column on. */
  void join(INDArray sequences, int width, float[] rows, int stride, int column) {
    float[] cut = sequences.dup('c').ravel().toFloatVector();
    for (int row = 0; row < segments.size(); row++) {
      Segment segment = segments.get(row);
      for (int step = segment.from(); step < segment.to(); step++) {
        int to = (step * batch + segment.sequence()) * stride + column;
        for (int i = 0; i < width; i++) {
          rows[to + i] = cut[(row * width + i) * length + step - segment.from()];
        }
      }
    }
  }
}
