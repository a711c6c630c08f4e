package org.apprentice.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.TrackingException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CourierTest {
  private static final int POINTS = 2500;
  private static final Retry.Pauses SHORT =
      new Retry.Pauses(Duration.ofMillis(1), Duration.ofMillis(2));

  @TempDir Path folder;
  private RunSpec spec;

  @BeforeEach
  void writeJournal() {
    spec = Events.spec(folder);
    try (Journal journal = Journal.open(folder)) {
      for (int step = 0; step < POINTS; step++) {
        journal.append(Events.loss(step));
      }
    }
  }

  private static Courier courier(Place place, Duration patience) {
    return new Courier(place, "place", SHORT, patience);
  }

  @Test
  void aJournalArrivesWholeAndIsSignedFor() throws IOException {
    Place place = new Place();
    List<Long> progress = new ArrayList<>();
    try (Courier courier = courier(place, Duration.ofMinutes(1))) {
      assertThat(courier.hasDelivered(spec)).isFalse();
      long length = courier.deliver(spec, progress::add);
      assertThat(length).isEqualTo(Journal.length(folder));
      assertThat(progress).isSorted().hasSize(3).endsWith(length);
      assertThat(courier.hasDelivered(spec)).isTrue();
    }
    assertThat(place.runs.get(spec.uid())).isEqualTo(Events.read(folder));
    assertThat(place.closed).isTrue();
  }

  @Test
  void aPlaceThatIsAwayForAMomentIsTriedAgain() {
    AtomicInteger failures = new AtomicInteger(5);
    Place place =
        new Place(
            run -> {},
            () -> {
              if (failures.getAndDecrement() > 0) {
                throw TrackingException.temporary("away", null);
              }
            });
    try (Courier courier = courier(place, Duration.ofMinutes(1))) {
      courier.deliver(spec, arrived -> {});
    }
    assertThat(place.runs.get(spec.uid())).isEqualTo(Events.read(folder));
  }

  @Test
  void patienceEnds() throws IOException {
    AtomicInteger attempts = new AtomicInteger();
    Place place =
        new Place(
            run -> {
              attempts.incrementAndGet();
              throw TrackingException.temporary("away", null);
            },
            () -> {});
    try (Courier courier = courier(place, Duration.ofMillis(20))) {
      assertThatThrownBy(() -> courier.deliver(spec, arrived -> {}))
          .isInstanceOf(TrackingException.class)
          .hasMessage("away");
      assertThat(courier.hasDelivered(spec)).isFalse();
    }
    assertThat(attempts).hasPositiveValue();
  }

  @Test
  void aRefusalIsFinal() {
    AtomicInteger attempts = new AtomicInteger();
    Place place =
        new Place(
            run -> {
              attempts.incrementAndGet();
              throw new TrackingException("never");
            },
            () -> {});
    try (Courier courier = courier(place, Duration.ofMinutes(1))) {
      assertThatThrownBy(() -> courier.deliver(spec, arrived -> {})).hasMessage("never");
    }
    assertThat(attempts).hasValue(1);
  }
}
