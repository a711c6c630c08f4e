package org.apprentice.core.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apprentice.spi.RunEvent;
import org.apprentice.tracking.Journal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRunsTest {
  @TempDir Path results;
  private LocalRuns source;
  private int runs;

  @BeforeEach
  void makeRuns() throws IOException {
    source = new LocalRuns(results, "losses/value");
    write("aa11", "cart seed 1", "cart", "baseline", "mlp", 1, 0.5);
    write("aa22", "cart seed 2", "cart", "baseline", "mlp", 2, 0.25);
    write("bb33", "cart lstm seed 1", "cart", "lstm", "lstm", 1, 0.125);
    write("cc44", "other seed 1", "other", "baseline", "gru", 1, 0.75);
  }

  private Path write(
      String key, String name, String study, String variant, String network, int seed, double loss)
      throws IOException {
    Path folder = Files.createDirectories(results.resolve("runs").resolve(key));
    try (Journal journal = Journal.open(folder)) {
      journal.append(new RunEvent.Param("network.plugin", network));
      journal.append(new RunEvent.Param("training.seed", String.valueOf(seed)));
      journal.append(new RunEvent.Tag("variant", variant));
      journal.append(new RunEvent.Metric("losses/value", 2 * loss, 10, 0));
      journal.append(new RunEvent.Metric("losses/value", loss, 20, 0));
      journal.append(new RunEvent.Metric("time/steps-per-second", 1e5, 20, 0));
      journal.sync();
    }
    Files.writeString(
        folder.resolve("studies.json"),
        """
        [ { "study" : "%s", "variant" : "%s", "point" : { } } ]
        """
            .formatted(study, variant));
    // As an earlier version wrote it, without budget and cost.
    Files.writeString(
        folder.resolve("status.json"),
        """
        { "key" : "%s", "uid" : "u%s", "name" : "%s", "state" : "FINISHED", "startMillis" : %d,
          "result" : { "progress" : 20, "unit" : "ENVIRONMENT_STEPS", "environmentSteps" : 20,
            "trainingSeconds" : 2.0, "episodes" : 3, "meanReturn" : 9.5, "standardDeviation" : 0.0,
            "minimumReturn" : 9.5, "maximumReturn" : 9.5 } }
        """
            .formatted(key, key, name, runs++));
    return folder;
  }

  @Test
  void runsThatWereFetchedAreFoundBesideTheOthers() throws IOException {
    Path fetched = write("0f0f", "cart gru seed 1", "cart", "gru", "gru", 1, 0.5);
    Path folder = Files.createDirectories(results.resolve("imported")).resolve("99887766");
    Files.move(fetched, folder);
    assertThat(ids(source.ofStudy("cart"))).containsExactly("aa11", "aa22", "bb33", "99887766");
    for (String name : List.of("99887766", "9988", "0f0f", "0f", "cart gru seed 1")) {
      assertThat(ids(source.named(List.of(name)))).as(name).containsExactly("99887766");
    }
    assertThat(source.named(List.of("9988")).runs().get(0).resumable()).isFalse();
    assertThat(source.named(List.of("aa11")).runs().get(0).resumable()).isTrue();
    write("0f1f", "own seed 1", "own", "baseline", "gru", 1, 0.5);
    assertThat(ids(source.named(List.of("0f"))))
        .as("runs of this machine first")
        .containsExactly("0f1f");
  }

  private static List<String> ids(RunSource.Found found) {
    return found.runs().stream().map(RecordedRun::id).toList();
  }

  @Test
  void readsWhatARunsFilesTell() throws IOException {
    RecordedRun run = source.named(List.of("bb33")).runs().get(0);
    assertThat(run.status().name()).isEqualTo("cart lstm seed 1");
    assertThat(run.parameters()).containsEntry("network.plugin", "lstm");
    assertThat(run.tags()).containsEntry("variant", "lstm");
    assertThat(run.metrics()).containsEntry("losses/value", 0.125);
    assertThat(run.curves()).containsOnlyKeys("losses/value");
    assertThat(run.curves().get("losses/value").values()).containsExactly(0.25, 0.125);
    assertThat(run.memberships().get(0).label()).isEqualTo("lstm");
    assertThat(run.seed()).isEqualTo(1);
    assertThat(run.isFinished()).isTrue();
  }

  @Test
  void findsRunsByKeyFolderBeginningNameAndStudy() throws IOException {
    assertThat(ids(source.named(List.of("aa22", "aa11")))).containsExactly("aa22", "aa11");
    assertThat(ids(source.named(List.of(results.resolve("runs/aa11").toString()))))
        .containsExactly("aa11");
    assertThat(ids(source.named(List.of("bb")))).containsExactly("bb33");
    assertThat(ids(source.named(List.of("cart seed 2")))).containsExactly("aa22");
    assertThat(ids(source.named(List.of("other", "cart", "aa11"))))
        .containsExactly("cc44", "aa11", "aa22", "bb33");
    assertThat(ids(source.ofStudy("cart"))).containsExactly("aa11", "aa22", "bb33");
    assertThat(ids(source.matching(RunFilter.parse("metrics.losses/value > 0.2"))))
        .containsExactly("aa11", "aa22", "cc44");
  }

  @Test
  void runsOfAStudyAreInTheOrderInWhichTheyWereBegun() throws IOException {
    write("0000", "cart late seed 1", "cart", "late", "gru", 1, 0.5);
    assertThat(ids(source.ofStudy("cart"))).containsExactly("aa11", "aa22", "bb33", "0000");
    assertThat(ids(source.matching(RunFilter.parse("params.network = 'gru'"))))
        .containsExactly("cc44", "0000");
  }

  @Test
  void whatCannotBeFoundIsNamedWithWhatThereIs() {
    assertThatThrownBy(() -> source.named(List.of("aa11", "nothing")))
        .isInstanceOf(ComparisonException.class)
        .hasMessageContaining("no run 'nothing' in " + results.resolve("runs"))
        .hasMessageContaining("The name of a run or of a study would do too");
    assertThatThrownBy(() -> source.named(List.of("aa")))
        .hasMessageContaining("'aa' fits 2 runs: [aa11, aa22]; give more of the key");
    assertThatThrownBy(() -> source.ofStudy("carts"))
        .hasMessageContaining("no runs of a study 'carts'")
        .hasMessageEndingWith("there are [cart, other]");
    assertThatThrownBy(() -> source.matching(RunFilter.parse("params.network = 'cnn'")))
        .hasMessageContaining("none of the 4 runs in")
        .hasMessageEndingWith("matches the filter params.network = 'cnn'");
    assertThatThrownBy(() -> new LocalRuns(results.resolve("empty"), "x").ofStudy("cart"))
        .hasMessageEndingWith("there are none of any");
  }

  @Test
  void aDamagedRunIsPassedOverWithItsReason() throws IOException {
    Path folder = results.resolve("runs/aa22");
    Files.writeString(folder.resolve("status.json"), "{ \"key\" : \"aa");
    RunSource.Found found = source.ofStudy("cart");
    assertThat(ids(found)).containsExactly("aa11", "bb33");
    assertThat(found.damaged())
        .singleElement()
        .asString()
        .startsWith(folder.resolve("status.json") + " is damaged");
    assertThatThrownBy(() -> source.named(List.of("aa22")))
        .hasMessageContaining("status.json is damaged");
  }

  @Test
  void aRunWithoutAJournalOrItsSettingsIsPassedOver() throws IOException {
    Files.delete(results.resolve("runs/aa11/journal.jsonl"));
    Path empty = results.resolve("runs/aa22/journal.jsonl");
    Files.write(empty, new byte[0]);
    Files.writeString(results.resolve("runs/cc44/studies.json"), "no json");
    RunSource.Found found = source.matching(RunFilter.parse("params.network LIKE '%'"));
    assertThat(ids(found)).containsExactly("bb33");
    assertThat(found.damaged())
        .satisfiesExactly(
            it -> assertThat(it).startsWith("cannot read the journal"),
            it -> assertThat(it).contains("does not tell the run's settings"),
            it -> assertThat(it).contains("studies.json is damaged; delete it"));
  }

  @Test
  void aFolderThatIsNoRunIsNoMatter() throws IOException {
    Files.createDirectories(results.resolve("runs/stray"));
    assertThat(source.ofStudy("cart").damaged()).isEmpty();
  }

  @Test
  void runsOfEarlierVersionsCanBeCompared() throws IOException {
    Comparison comparison =
        Comparison.of(
            "cart",
            source.ofStudy("cart"),
            new Comparison.Options(
                "losses/value", true, Optional.empty(), Optional.empty(), Optional.of("cart")));
    assertThat(comparison.variants()).extracting(Variant::name).containsExactly("baseline", "lstm");
    assertThat(comparison.baseline().cost().cpuSeconds()).isEmpty();
    assertThat(new StudyReport(comparison).text()).contains("lstm");
  }
}
