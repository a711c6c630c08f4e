package org.apprentice.core.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page as a browser shows it. */
class BrowserTest {
  private static final int PATIENCE_SECONDS = 120;

  /**
   * Writes what it finds, a line each, into the page: the order of variants after clicks on titles
   * of columns, the pictures, and what is wider than the page.
   */
  private static final String PROBE =
      """
      <script>addEventListener('load', () => {
        const lines = [];
        const order = (name) => lines.push(name + ': '
            + [...document.querySelectorAll('#scores tbody tr')]
                .map((row) => row.cells[0].textContent.slice(0, 3)).join(' '));
        const click = (column) => [...document.querySelectorAll('#scores th button')]
            .find((it) => it.textContent === column).click();
        order('at first');
        for (const column of ['IQM', 'IQM', 'Difference', 'Difference', 'Variant']) {
          click(column);
          const sorted = document.querySelectorAll('#scores th[aria-sort]');
          order(column + ' ' + [...sorted].map((it) => it.getAttribute('aria-sort')));
        }
        for (const image of document.images) {
          lines.push(image.alt + (image.complete && image.naturalWidth > 400
              && image.getBoundingClientRect().height > 100 ? ' is shown' : ' is missing'));
        }
        const all = [document.documentElement, ...document.querySelectorAll('.wide')];
        lines.push('too wide: ' + all.filter((it) => it.scrollWidth > it.clientWidth).length);
        const found = document.createElement('pre');
        found.id = 'found';
        found.textContent = lines.join('\\n');
        document.body.append(found);
      });</script>
      </body>
      """;

  @TempDir static Path folder;
  private static Path page;
  private static String browser;

  @BeforeAll
  static void writePage() {
    Optional<Path> found =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .flatMap(
                path ->
                    Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(Path.of(path)::resolve))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(
        found.isPresent(),
        "no Chromium on the PATH, so nobody looks at the report; install chromium");
    browser = found.orElseThrow().toString();
    page = new StudyReport(StudyReportTest.comparison()).write(folder.resolve("report"));
  }

  private static String run(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--window-size=1100,2400",
                "--user-data-dir=" + folder.resolve("profile")));
    command.addAll(List.of(arguments));
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(folder.resolve("errors").toFile())
            .start();
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("in time").isTrue();
      assertThat(process.exitValue()).as(Files.readString(folder.resolve("errors"))).isZero();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(output, StandardCharsets.UTF_8);
  }

  private static List<String> probe() throws IOException, InterruptedException {
    Path probed = folder.resolve("probed.html");
    Files.writeString(probed, Files.readString(page).replace("</body>", PROBE));
    String dom = run("--dump-dom", probed.toUri().toString());
    Matcher found = Pattern.compile("(?s)<pre id=\"found\">(.*?)</pre>").matcher(dom);
    assertThat(found.find()).as(dom).isTrue();
    return found.group(1).lines().toList();
  }

  /** Interquartile means are 8, 9 and 6; the baseline has no difference from itself. */
  @Test
  void tablesSortAndPicturesAreShown() throws Exception {
    assertThat(probe())
        .containsExactly(
            "at first: bas &lt;b&gt; cli",
            "IQM ascending: cli bas &lt;b&gt;",
            "IQM descending: &lt;b&gt; bas cli",
            "Difference ascending: cli &lt;b&gt; bas",
            "Difference descending: &lt;b&gt; cli bas",
            "Variant ascending: &lt;b&gt; bas cli",
            "scores is shown",
            "differences is shown",
            "learning-curves is shown",
            "too wide: 0");
  }

  /** Lines and bands in the colours of the variants show that something is drawn. */
  @Test
  void theCurvesCanBeSeen() throws Exception {
    Path picture = folder.resolve("page.png");
    run("--screenshot=" + picture, page.toUri().toString());
    BufferedImage image = ImageIO.read(picture.toFile());
    for (int color : new int[] {0x222222, 0x0072B2, 0xD55E00}) {
      assertThat(pixels(image, color)).as("pixels of %06x", color).isGreaterThan(100);
    }
  }

  private static long pixels(BufferedImage image, int color) {
    long count = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        count += (image.getRGB(x, y) & 0xffffff) == color ? 1 : 0;
      }
    }
    return count;
  }
}
