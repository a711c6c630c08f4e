package org.apprentice.tracking;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;

/** Journaled events for tests. */
final class Events {
  static final long TIME = 1_790_000_000_000L;

  private Events() {}

  static RunEvent.Metric metric(String key, double value, long step) {
    return new RunEvent.Metric(key, value, step, TIME + step);
  }

  /** A metric whose value has no short decimal form. */
  static RunEvent.Metric loss(int step) {
    return metric("loss", 1.0 / (step + 3), step);
  }

  static RunEvent.Dataset dataset(String name) {
    return new RunEvent.Dataset(
        name,
        "abcd1234",
        "local",
        "{\"uri\": \"d.npz\"}",
        "{\"observations\": [4]}",
        null,
        "demonstrations");
  }

  static RunSpec spec(Path directory) {
    return new RunSpec(RunSpec.newUid(), "cartpole", "trial", TIME, directory);
  }

  static List<RunEvent> read(Path directory) {
    List<RunEvent> events = new ArrayList<>();
    Journal.read(directory, events::add);
    return events;
  }

  /** Events with any text and any double; metrics rise in step so that none repeats another. */
  static Arbitrary<List<RunEvent>> lists() {
    Arbitrary<String> text = Arbitraries.strings().ofMaxLength(20);
    Arbitrary<Long> time = Arbitraries.longs();
    Arbitrary<Double> value =
        Arbitraries.oneOf(
            Arbitraries.longs().map(Double::longBitsToDouble),
            Arbitraries.of(
                0.0,
                -0.0,
                Double.MIN_VALUE,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY));
    return Arbitraries.<RunEvent>oneOf(
            Combinators.combine(text, value, Arbitraries.longs(), time).as(RunEvent.Metric::new),
            Combinators.combine(text, text).as(RunEvent.Artifact::new),
            Combinators.combine(text, text).as(RunEvent.ExperimentTag::new),
            Combinators.combine(
                    text, text, text, text, text.injectNull(0.5), text.injectNull(0.5), text)
                .as(RunEvent.Dataset::new),
            time.map(RunEvent.Started::new),
            Combinators.combine(Arbitraries.of(RunEvent.Status.class), time)
                .as(RunEvent.Finished::new))
        .list()
        .ofMaxSize(12)
        .map(events -> events.stream().distinct().toList());
  }
}
