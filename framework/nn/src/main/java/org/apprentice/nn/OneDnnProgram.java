package org.apprentice.nn;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;

/**
 * Primitives that run one after the other on fixed memories. Made once, since making one costs much
 * more than running it on a small batch; keeps what it runs on.
 */
final class OneDnnProgram {
  private final stream queue = new stream(OneDnn.engine());
  private final List<Step> steps = new ArrayList<>();
  private final List<Object> kept = new ArrayList<>();

  private record Step(primitive operation, IntMemoryMap arguments, Runnable java) {}

  /**
   * Appends a primitive.
   *
   * @param arguments number and memory of each argument in turn
   */
  void add(primitive operation, Object... arguments) {
    IntMemoryMap map = new IntMemoryMap();
    for (int i = 0; i < arguments.length; i += 2) {
      map.put((Integer) arguments[i], (memory) arguments[i + 1]);
      kept.add(arguments[i + 1]);
    }
    steps.add(new Step(operation, map, null));
  }

  /** Appends something that runs in Java on what the primitives before it have computed. */
  void add(Runnable java) {
    steps.add(new Step(null, null, java));
  }

  /** Appends a copy from one layout and type to another. */
  void reorder(memory from, memory to) {
    reorder(from, to, 1);
  }

  /** Appends a copy whose numbers are multiplied by a factor. */
  void reorder(memory from, memory to, float factor) {
    primitive_attr attributes = new primitive_attr();
    if (factor != 1) {
      attributes.set_output_scales(0, new float[] {factor});
    }
    reorder.primitive_desc description =
        new reorder.primitive_desc(
            OneDnn.engine(), from.get_desc(), OneDnn.engine(), to.get_desc(), attributes, false);
    add(new reorder(description), dnnl.DNNL_ARG_FROM, from, dnnl.DNNL_ARG_TO, to);
  }

  /** Numbers in a wanted layout and type: as they are, or as a copy that this program renews. */
  memory as(memory.desc wanted, memory numbers) {
    if (numbers.get_desc().equals(wanted)) {
      return numbers;
    }
    memory copy = OneDnn.allocate(wanted);
    reorder(numbers, copy);
    return copy;
  }

  /** Keeps what a step in Java reads or writes. */
  void keep(Object... things) {
    kept.addAll(List.of(things));
  }

  /** Returns when all is computed. */
  void run() {
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      if (step.operation == null) {
        queue._wait();
        step.java.run();
      } else {
        step.operation.execute(queue, step.arguments);
      }
    }
    queue._wait();
  }
}
