package org.apprentice.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.Tracker;
import org.apprentice.spi.TrackingException;

/** Whatever the network and the server do, the server holds in the end what the journals hold. */
class ServerFaultsTest {
  /** Faults of the requests of a schedule; after them the network is sound. */
  private static final int MAX_FAULTS = 9;

  private static final Duration SHORT = Duration.ofMillis(40);
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final int FAILURES_BEFORE_HEALING = 40;

  private static MlflowServerStub stub;

  @BeforeContainer
  static void start() throws IOException {
    stub = MlflowServerStub.start();
  }

  @AfterContainer
  static void stop() throws IOException {
    stub.close();
  }

  @Property(tries = 25, seed = "1", shrinking = ShrinkingMode.OFF)
  void theServerHoldsEveryJournalOnceAfterAnyFaults(@ForAll long seed) throws Exception {
    new Schedule(seed).run();
  }

  @Tag("learning")
  @Property(tries = 1000, seed = "2", shrinking = ShrinkingMode.OFF)
  void theServerHoldsEveryJournalOnceAfterAThousandSchedules(@ForAll long seed) throws Exception {
    new Schedule(seed).run();
  }

  @Example
  void deliveriesBringAJournalThroughAStormWhileItGrows() throws Exception {
    Path folder = Files.createTempDirectory("server-storm");
    Random faults = new Random(3);
    FaultProxy.Fault[] all = FaultProxy.Fault.values();
    Supplier<FaultProxy.Fault> storm =
        () -> faults.nextInt(3) == 0 ? all[faults.nextInt(all.length)] : FaultProxy.Fault.NONE;
    RunSpec spec = Events.spec(folder);
    try (FaultProxy proxy = new FaultProxy(stub.port(), storm)) {
      ServerAddress address =
          ServerAddress.of(proxy.uri(), name -> null).withTimeout(Duration.ofMillis(200));
      Delivery delivery =
          Delivery.to(
              new ServerTracker(new MlflowServer(address), folder),
              (run, length) -> {},
              new Retry.Pauses(Duration.ofMillis(1), Duration.ofMillis(5)));
      try (Journal journal = Journal.open(folder)) {
        delivery.track(journal, spec);
        for (int step = 0; step < 5000; step++) {
          journal.append(Events.loss(step));
          if (step % 1000 == 0) {
            journal.sync();
          }
        }
        journal.append(new RunEvent.Finished(RunEvent.Status.FINISHED, Events.TIME));
      }
      assertThat(delivery.close(Duration.ofMinutes(1)).events()).isZero();
      proxy.heal();
      List<StubRun> held = stub.store().runs(spec.uid());
      assertThat(held).hasSize(1);
      assertThat(held.get(0).points()).hasSize(5000);
      assertThat(held.get(0).status()).isEqualTo("FINISHED");
    } finally {
      Schedule.delete(folder);
    }
  }

  /** Journals of a study's run and one of its trials, and what happens while they are delivered. */
  private static final class Schedule implements Supplier<FaultProxy.Fault> {
    private static final FaultProxy.Fault[] FAULTS = FaultProxy.Fault.values();

    private final Random random;
    private final Random faults;
    private final Path results;
    private final RunSpec parent;
    private final RunSpec child;
    private int faultsLeft = MAX_FAULTS;
    private FaultProxy.Fault storm;
    private int stormLeft;
    private String lastFailure;

    Schedule(long seed) throws IOException {
      random = new Random(seed);
      faults = new Random(~seed);
      results = Files.createTempDirectory("server-faults");
      String experiment = "experiment-" + RunSpec.newUid();
      parent = spec(experiment, "studies/study");
      child = spec(experiment, "runs/trial");
    }

    private RunSpec spec(String experiment, String folder) throws IOException {
      Path directory = Files.createDirectories(results.resolve(folder));
      String name = directory.getFileName().toString();
      return new RunSpec(RunSpec.newUid(), experiment, name, Events.TIME, directory);
    }

    @Override
    public synchronized FaultProxy.Fault get() {
      if (stormLeft > 0) {
        stormLeft--;
        return storm;
      }
      if (faultsLeft == 0 || faults.nextInt(3) > 0) {
        return FaultProxy.Fault.NONE;
      }
      faultsLeft--;
      storm = FAULTS[1 + faults.nextInt(FAULTS.length - 1)];
      stormLeft = storm.name().startsWith("TOO_MANY") ? faults.nextInt(6) : 0;
      return storm;
    }

    void run() throws Exception {
      try (FaultProxy proxy = new FaultProxy(stub.port(), this)) {
        List<RunEvent> parents = journal(parent, List.of());
        List<RunEvent> children =
            journal(child, List.of(new RunEvent.Tag("mlflow.parentRunId", parent.uid())));
        if (random.nextBoolean()) {
          RunManifest.write(parent, proxy.uri(), 0);
        }
        deliver(proxy, SHORT, random.nextInt(FAILURES_BEFORE_HEALING));
        if (!deliver(proxy, SHORT, FAILURES_BEFORE_HEALING)) {
          proxy.heal();
          assertThat(deliver(proxy, LONG, 1)).as(lastFailure).isTrue();
        }
        proxy.heal();
        check(parent, parents, Map.of());
        String parentId = stub.store().runs(parent.uid()).get(0).id();
        check(child, children, Map.of("mlflow.parentRunId", parentId));
      } finally {
        delete(results);
      }
    }

    private List<RunEvent> journal(RunSpec spec, List<RunEvent> first) throws IOException {
      List<RunEvent> events = new ArrayList<>(first);
      for (int attempt = 0; attempt < 2; attempt++) {
        long time = Events.TIME + 1000L * attempt;
        events.add(new RunEvent.Started(time));
        int points = random.nextInt(10) == 0 ? 2100 : random.nextInt(30);
        for (int i = 0; i < points; i++) {
          events.add(
              Events.metric("m" + random.nextInt(3), random.nextGaussian(), random.nextInt(50)));
        }
        for (int i = 0; i < 3; i++) {
          events.add(new RunEvent.Param("p" + attempt + i, "v" + random.nextInt()));
          events.add(new RunEvent.Tag("t" + random.nextInt(2), "v" + random.nextInt()));
        }
        events.add(Events.dataset("d" + attempt));
        String file = "f" + attempt + ".txt";
        Files.writeString(spec.directory().resolve(file), spec.uid() + attempt);
        events.add(new RunEvent.Artifact(file, "files/" + file));
        events.add(
            new RunEvent.Finished(
                attempt == 0 ? RunEvent.Status.KILLED : RunEvent.Status.FINISHED, time + 999));
      }
      try (Journal journal = Journal.open(spec.directory())) {
        events.forEach(journal::append);
      }
      return events;
    }

    /** As a process does that begins anew; false if it gave up after so many failures. */
    private boolean deliver(FaultProxy proxy, Duration timeout, int failures) {
      ServerAddress address = ServerAddress.of(proxy.uri(), name -> null).withTimeout(timeout);
      Delivery.Followed followed = new Delivery.Followed();
      followed.end();
      List<Outbox> outboxes =
          new ArrayList<>(List.of(Outbox.of(followed, parent), Outbox.of(followed, child)));
      Collections.shuffle(outboxes, random);
      int left = failures;
      try (Tracker tracker = new ServerTracker(new MlflowServer(address), results)) {
        for (Outbox outbox : outboxes) {
          while (!outbox.isComplete()) {
            try {
              outbox.deliver(tracker, true);
            } catch (TrackingException e) {
              if (!e.isTemporary()) {
                throw e;
              }
              lastFailure = e.toString();
              if (left-- == 0) {
                return false;
              }
            }
          }
        }
      }
      return true;
    }

    private static void check(RunSpec spec, List<RunEvent> events, Map<String, String> translated)
        throws IOException {
      Set<RunEvent.Metric> points = new LinkedHashSet<>();
      Map<String, String> params = new LinkedHashMap<>();
      Map<String, String> tags = new LinkedHashMap<>();
      tags.put("run-uid", spec.uid());
      tags.put("mlflow.runName", spec.name());
      Map<String, String> files = new LinkedHashMap<>();
      Set<String> datasets = new LinkedHashSet<>();
      RunEvent.Finished end = null;
      for (RunEvent event : events) {
        if (event instanceof RunEvent.Metric metric) {
          points.add(metric);
        } else if (event instanceof RunEvent.Param param) {
          params.put(param.key(), param.value());
        } else if (event instanceof RunEvent.Tag tag) {
          tags.put(tag.key(), translated.getOrDefault(tag.key(), tag.value()));
        } else if (event instanceof RunEvent.Artifact file) {
          files.put(file.path(), Files.readString(spec.directory().resolve(file.file())));
        } else if (event instanceof RunEvent.Dataset dataset) {
          datasets.add(dataset.name());
        } else if (event instanceof RunEvent.Finished finished) {
          end = finished;
        }
      }
      List<StubRun> held = stub.store().runs(spec.uid());
      assertThat(held).hasSize(1);
      StubRun run = held.get(0);
      assertThat(run.points()).isEqualTo(points);
      assertThat(run.params()).isEqualTo(params);
      assertThat(run.tags()).isEqualTo(tags);
      assertThat(run.name()).isEqualTo(spec.name());
      assertThat(run.status()).isEqualTo(end.status().name());
      assertThat(run.endTime()).isEqualTo(end.timestampMillis());
      assertThat(run.inputs()).hasSameSizeAs(datasets);
      Map<String, String> arrived = new LinkedHashMap<>();
      for (Map.Entry<String, Path> file : stub.store().files(run).entrySet()) {
        arrived.put(file.getKey(), Files.readString(file.getValue()));
      }
      assertThat(arrived).isEqualTo(files);
    }

    private static void delete(Path folder) throws IOException {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
