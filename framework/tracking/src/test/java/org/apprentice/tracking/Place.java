package org.apprentice.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.Tracker;

/** A place in memory whose calls fail as a test wants. */
final class Place implements Tracker {
  final Map<String, List<RunEvent>> runs = new ConcurrentHashMap<>();
  final Consumer<RunSpec> beforeStart;
  final Runnable beforeDelivery;
  volatile boolean closed;
  volatile LongSupplier progress = () -> 0;

  Place(Consumer<RunSpec> beforeStart, Runnable beforeDelivery) {
    this.beforeStart = beforeStart;
    this.beforeDelivery = beforeDelivery;
  }

  Place() {
    this(spec -> {}, () -> {});
  }

  @Override
  public void check() {}

  @Override
  public String howToView() {
    return "look";
  }

  @Override
  public long progress() {
    return progress.getAsLong();
  }

  @Override
  public Run start(RunSpec spec) {
    beforeStart.accept(spec);
    List<RunEvent> delivered = runs.computeIfAbsent(spec.uid(), uid -> new ArrayList<>());
    return new Run() {
      @Override
      public String id() {
        return spec.uid();
      }

      @Override
      public void deliver(List<RunEvent> events) {
        beforeDelivery.run();
        assertThat(events).hasSizeBetween(1, Tracker.MAX_BATCH);
        delivered.addAll(events);
      }
    };
  }

  @Override
  public void close() {
    closed = true;
  }
}
