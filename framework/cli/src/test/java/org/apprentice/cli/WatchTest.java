package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.apprentice.core.film.Film;
import org.apprentice.spi.RunEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Episodes as animated pictures: of a trained policy, and of the evaluations of a run. */
class WatchTest {
  @TempDir Path folder;
  private Workplace workplace;
  private Path experiment;

  @BeforeEach
  void writeExperiment() throws IOException {
    workplace = new Workplace(folder.resolve("results"));
    experiment =
        Workplace.write(
            folder.resolve("it.conf"),
            """
            environment { plugin = cartpole, copies = 1, max-episode-steps = 50 }
            algorithm { plugin = sarsa, iteration-steps = 100 }
            training.steps = 1000
            evaluation { episodes = 5, copies = 2, every = 500, solved.mean = 10 }
            checkpoint { every = 500, keep = 3 }
            """);
  }

  private String run(String... overrides) {
    List<String> arguments = new java.util.ArrayList<>(List.of("run", experiment.toString()));
    arguments.addAll(List.of(overrides));
    Workplace.Outcome outcome = workplace.run(arguments.toArray(String[]::new));
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    return Workplace.trial(experiment, overrides).key();
  }

  private static int frames(Path gif) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (ImageInputStream in = ImageIO.createImageInputStream(gif.toFile())) {
      reader.setInput(in);
      assertThat(reader.getWidth(0)).isEqualTo(300);
      return reader.getNumImages(true);
    } finally {
      reader.dispose();
    }
  }

  @Test
  void anEpisodeOfARunIsFilmed() throws IOException {
    String key = run("tracking.uri=none");
    Workplace.Outcome outcome = workplace.run("watch", key, "--seed", "3");
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    Path gif = workplace.folder(key).resolve("videos/watch-1000-seed-3.gif");
    int length = length(outcome);
    assertThat(outcome.text()).contains(gif.toString(), "return %d.00".formatted(length));
    assertThat(frames(gif)).isEqualTo(length);

    Path saved = folder.resolve("some/where.gif");
    outcome =
        workplace.run(
            "watch", key, "--seed", "3", "--checkpoint", "500", "--save", saved.toString());
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    assertThat(frames(saved)).isEqualTo(length(outcome));
    assertThat(workplace.run("watch", key, "--save", "it.avi").text())
        .contains(
            "--save writes an animated GIF or an MP4, so FILE must end in .gif or .mp4: it.avi");
    Path impossible = experiment.resolve("it.gif");
    assertThat(workplace.run("watch", key, "--save", impossible.toString()).text())
        .contains("cannot write the video " + impossible + "; choose a file in a folder that can");
  }

  @Test
  void aNetworksThoughtsAreShownBesideTheEpisode() throws IOException {
    String key =
        run(
            "tracking.uri=none",
            "algorithm={ plugin = ppo, rollout-length = 100, minibatch-size = 50 }",
            "network={ plugin = mlp, hidden = [8] }",
            "evaluation.video=final-explained");
    Path logged = workplace.folder(key).resolve("videos/episode-1000.gif");
    Path watched = folder.resolve("it.gif");
    Workplace.Outcome outcome =
        workplace.run("watch", key, "--explain", "--save", watched.toString());
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    for (Path gif : List.of(logged, watched)) {
      assertThat(ImageIO.read(gif.toFile()).getWidth())
          .as("the picture, the observation and the thoughts")
          .isEqualTo(300 + 12 + 352 + 12 + 230 + 12);
    }
    outcome = workplace.run("watch", key, "--explain");
    assertThat(outcome.text()).contains("videos/watch-1000-seed-1-explained.gif");
    boolean mp4 = outcome.text().contains("videos/watch-1000-seed-1-explained.mp4");
    assertThat(mp4).isEqualTo(Film.canWriteMp4());
  }

  private static int length(Workplace.Outcome outcome) {
    return Integer.parseInt(outcome.text().strip().replaceFirst("(?s).*length ", ""));
  }

  @Test
  void checkpointsAreChosenByProgressOrReturn() throws IOException {
    String key = run("tracking.uri=none");
    List<Double> returns =
        workplace.journal(key).stream()
            .filter(RunEvent.Metric.class::isInstance)
            .map(RunEvent.Metric.class::cast)
            .filter(it -> it.key().equals("evaluation/return-mean"))
            .map(RunEvent.Metric::value)
            .toList();
    assertThat(returns).hasSize(2);
    String best = returns.get(0) > returns.get(1) ? "500" : "1000";
    assertThat(workplace.run("evaluate", key, "--checkpoint", "best").text())
        .contains("checkpoints/" + best + "\n");
    assertThat(workplace.run("evaluate", key, "--checkpoint", "500").text())
        .contains("checkpoints/500\n");
    assertThat(workplace.run("evaluate", key, "--checkpoint", "last").text())
        .contains("checkpoints/1000\n");
    assertThat(workplace.run("evaluate", key, "--checkpoint", "7").text())
        .contains("has no checkpoint 7; expected last, best or one of [500, 1000]");
    Path checkpoint = workplace.checkpoints(key).get(0);
    assertThat(workplace.run("evaluate", checkpoint.toString(), "--checkpoint", "1000").text())
        .contains("is one checkpoint; to choose another, name its run " + key);
  }

  @Test
  void videosOfEvaluationsAreArtifactsAndChangeNothing() throws IOException {
    String without = run("tracking.uri=none");
    String every = run("evaluation.video=every");
    String last = run("tracking.uri=none", "evaluation.video=final");
    assertThat(workplace.metrics(every)).isEqualTo(workplace.metrics(without));
    assertThat(workplace.metrics(last)).isEqualTo(workplace.metrics(without));
    assertThat(Files.readAllBytes(algorithm(every)))
        .isEqualTo(Files.readAllBytes(algorithm(without)));

    assertThat(videos(without)).isEmpty();
    assertThat(videos(every)).containsExactly("episode-1000.gif", "episode-500.gif");
    assertThat(videos(last)).containsExactly("episode-1000.gif");
    Path gif = Path.of("videos/episode-1000.gif");
    assertThat(frames(workplace.folder(every).resolve(gif))).isBetween(8, 50);
    String uid = workplace.status(every).uid();
    try (Stream<Path> artifacts = Files.walk(workplace.results())) {
      assertThat(artifacts.filter(it -> it.toString().contains(uid) && it.endsWith(gif)))
          .hasSize(1)
          .allSatisfy(
              it -> assertThat(it).hasSameBinaryContentAs(workplace.folder(every).resolve(gif)));
    }
  }

  private Path algorithm(String key) {
    return workplace.folder(key).resolve("checkpoints/1000/algorithm/sarsa.bin");
  }

  private List<String> videos(String key) throws IOException {
    Path videos = workplace.folder(key).resolve("videos");
    if (!Files.exists(videos)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(videos)) {
      return files.map(it -> it.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void whatCannotBeDrawnIsNotWatched() throws IOException {
    String key = run("tracking.uri=none", "environment={ plugin = identity, copies = 1 }");
    Workplace.Outcome outcome = workplace.run("watch", key);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.text())
        .contains(
            "environment identity cannot be drawn, so there can be no video of it; apprentice"
                + " evaluate plays it without pictures")
        .doesNotContain("\tat ");
  }
}
