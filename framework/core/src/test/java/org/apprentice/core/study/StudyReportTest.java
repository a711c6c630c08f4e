package org.apprentice.core.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apprentice.core.trial.TrialStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class StudyReportTest {
  /** Means something to every format. */
  private static final String NASTY = "<b>\"x\" & 'y' | *z*, [1]</b>";

  @TempDir Path folder;

  static Comparison comparison() {
    Runs runs = new Runs();
    double[] baseline = {7, 9, 8, 7.5, 8.5};
    for (int seed = 1; seed <= 5; seed++) {
      runs.wiggly("baseline", Map.of(), seed, baseline[seed - 1]);
      runs.wiggly(NASTY, Map.of("algorithm.note", NASTY), seed, baseline[seed - 1] + 1);
      runs.wiggly("clip", Map.of("algorithm.clip", "0.1"), seed, 2 * seed);
    }
    runs.unfinished("clip", Map.of("algorithm.clip", "0.1"), 6, TrialStatus.State.FAILED, NASTY);
    return runs.compare();
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(it -> it.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void longNamesAreWrittenOutInPictures() throws IOException {
    String name =
        "algorithm.reward=neg-log-one-minus-d algorithm.generator=trpo network=gru epochs=";
    Runs runs = new Runs().variant("baseline", Map.of(), 1, 2, 3, 4, 5);
    for (String epochs : List.of("3", "7")) {
      runs.variant(name + epochs, Map.of("algorithm.epochs", epochs), 1, 2, 3, 4, 5);
    }
    new StudyReport(runs.compare()).write(folder);
    assertThat(Files.readString(folder.resolve("scores.svg")))
        .contains(">" + name + "3<", ">" + name + "7<");
  }

  @Test
  void writesEveryFileAndReplacesThemAll() throws IOException {
    StudyReport report = new StudyReport(comparison());
    assertThat(report.write(folder)).isEqualTo(folder.resolve("report.html"));
    List<String> files = files();
    assertThat(files)
        .containsExactly(
            "differences.svg",
            "learning-curves.svg",
            "report.csv",
            "report.html",
            "report.md",
            "runs.csv",
            "scores.svg");
    byte[] first = Files.readAllBytes(folder.resolve("report.html"));
    report.write(folder);
    assertThat(folder.resolve("report.html")).hasBinaryContent(first);
    assertThat(files()).isEqualTo(files);
  }

  @Test
  void thePageNeedsNothingElseAndLetsNothingThrough() throws IOException {
    String page = Files.readString(new StudyReport(comparison()).write(folder));
    assertThat(page)
        .doesNotContain("<b>")
        .doesNotContain("http:", "https:", "url(", "@import", "<link")
        .contains("&lt;b&gt;&quot;x&quot; &amp; 'y' | *z*, [1]&lt;/b&gt;")
        .contains("default-src 'none'");
    assertThat(page.split("src=\"data:image/svg\\+xml;base64,", -1)).hasSize(4);
    assertThat(page.replace("src=\"data:", "")).doesNotContain(" src=", " href=");
  }

  @Test
  void picturesAreWholeXml() throws Exception {
    new StudyReport(comparison()).write(folder);
    for (String name : List.of("scores", "differences", "learning-curves")) {
      Document picture =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(folder.resolve(name + ".svg").toFile());
      assertThat(picture.getDocumentElement().getAttribute("viewBox")).startsWith("0 0 900 ");
      assertThat(picture.getElementsByTagName("path").getLength()).isPositive();
    }
    assertThat(Files.readString(folder.resolve("scores.svg"))).contains("&lt;b&gt;", ">clip<");
  }

  /** Names stand beside their rows, not upon each other, however few rows there are. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 30})
  void namesStandBesideTheirRows(int variants) throws Exception {
    Runs runs = new Runs().variant("baseline", Map.of(), 1, 2);
    for (int i = 1; i <= variants; i++) {
      runs.variant("v" + i, Map.of("algorithm.size", "" + i), 1 + i, 2 + i);
    }
    new StudyReport(runs.compare()).write(folder);
    for (String picture : List.of("scores.svg", "differences.svg")) {
      int rows = picture.startsWith("scores") ? variants + 1 : variants;
      List<Double> names = heights(picture, "text", "y");
      List<Double> points = heights(picture, "circle", "cy");
      assertThat(names).hasSize(rows);
      assertThat(points).hasSizeGreaterThanOrEqualTo(rows);
      for (int row = 0; row < rows; row++) {
        assertThat(names.get(row) - points.get(row))
            .as(picture + " row " + row)
            .isBetween(0.0, 8.0);
      }
    }
  }

  private List<Double> heights(String picture, String element, String attribute) throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(folder.resolve(picture).toFile());
    NodeList found = document.getElementsByTagName(element);
    List<Double> heights = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      heights.add(Double.valueOf(((Element) found.item(i)).getAttribute(attribute)));
    }
    return heights;
  }

  @Test
  void tablesInMarkdownKeepTheirColumns() throws IOException {
    new StudyReport(comparison()).write(folder);
    List<String> lines = Files.readAllLines(folder.resolve("report.md"));
    int header =
        lines.indexOf(
            lines.stream().filter(it -> it.startsWith("| Variant")).findFirst().orElseThrow());
    for (int row = header; row < header + 5; row++) {
      assertThat(lines.get(row).split("(?<!\\\\)\\|", -1)).as(lines.get(row)).hasSize(11);
    }
    assertThat(String.join("\n", lines))
        .doesNotContain("<b>")
        .contains("![scores](scores.svg)", "| clip | algorithm.clip | 0.2 | 0.1 |");
  }

  @Test
  void valuesSeparatedByCommasAreQuoted() throws IOException {
    new StudyReport(comparison()).write(folder);
    String csv = Files.readString(folder.resolve("report.csv"));
    assertThat(csv.lines()).hasSize(4);
    assertThat(csv).contains("\"<b>\"\"x\"\" & 'y' | *z*, [1]</b>\",5,");
    assertThat(csv).contains("\r\nbaseline,5,,8.0,");
    assertThat(Files.readString(folder.resolve("runs.csv")).lines()).hasSize(16);
  }

  @Test
  void theTextSaysWhatDiffersAndWhatWasLeftOut() {
    assertThat(new StudyReport(comparison()).text())
        .startsWith("toy: 3 variants, 15 runs on cartpole, by evaluation/return-mean\n")
        .contains("clip: algorithm.clip = 0.1 (baseline 0.2)")
        .contains("Left out\n  toy clip seed 6 failed: " + NASTY);
  }

  @Test
  void manyVariantsHavePicturesOfTheirOwn() throws IOException {
    Runs runs = new Runs();
    for (int variant = 0; variant < 10; variant++) {
      String name = variant == 0 ? "baseline" : "v" + variant;
      Map<String, String> changes = Map.of("algorithm.size", String.valueOf(variant));
      runs.wiggly(name, changes, 1, 5 + variant).wiggly(name, changes, 2, 6 + variant);
    }
    new StudyReport(runs.compare()).write(folder);
    assertThat(files())
        .contains("learning-curves-variant-1.svg", "learning-curves-variant-9.svg")
        .doesNotContain("learning-curves.svg");
  }

  @Test
  void aSingleRunHasAReportToo() throws IOException {
    Comparison comparison = new Runs().variant("baseline", Map.of(), 5).compare();
    new StudyReport(comparison).write(folder);
    assertThat(files()).contains("scores.svg").doesNotContain("differences.svg");
  }

  @Test
  void severalTasksHaveACurveEach() throws IOException {
    Runs runs = new Runs();
    for (String task : List.of("cartpole", "acrobot")) {
      runs.with("environment.plugin", task)
          .variant("baseline", Map.of(), 1, 2)
          .variant("clip", Map.of("algorithm.clip", "0.1"), 3, 4);
    }
    Comparison comparison = runs.compare();
    new StudyReport(comparison).write(folder);
    assertThat(files()).contains("learning-curves-1.svg", "learning-curves-2.svg");
    assertThat(Files.readString(folder.resolve("report.md"))).contains("Raw scores by task");
    assertThat(new StudyReport(comparison).text())
        .contains("2 variants, 8 runs on cartpole, acrobot");
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    StudyReport report = new StudyReport(comparison());
    assertThatThrownBy(() -> report.write(file.resolve("report")))
        .isInstanceOf(ComparisonException.class)
        .hasMessageStartingWith("cannot write the report to " + file.resolve("report"))
        .hasMessageEndingWith("choose another folder");
  }

  @Test
  void folderNamesAreHarmless() {
    Path results = Path.of("results");
    assertThat(StudyReport.folder(results, "my study-1.2"))
        .isEqualTo(Path.of("results/studies/my study-1.2"));
    assertThat(StudyReport.folder(results, "../a/b")).isEqualTo(Path.of("results/studies/__a_b"));
    assertThat(StudyReport.folder(results, "..")).isEqualTo(Path.of("results/studies/_"));
  }
}
