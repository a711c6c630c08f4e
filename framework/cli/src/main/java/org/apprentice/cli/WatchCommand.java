package org.apprentice.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apprentice.core.film.Film;
import org.apprentice.core.trial.TrainedPolicy;
import org.apprentice.rl.Evaluation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code apprentice watch RUN}. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    description = {
      "Plays an episode with the policy of a run or checkpoint into an animated GIF,",
      "and an MP4 where ffmpeg is on the path: one picture per action."
    })
final class WatchCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private PolicyOptions policyOptions;

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description = {
        "The file to write: FILE.gif or FILE.mp4, for which ffmpeg has to be on the path",
        "(default: in the run's folder, below videos, a GIF and, with ffmpeg, an MP4)."
      })
  private Path file;

  @Option(
      names = "--explain",
      description = {
        "Show beside each picture what the network sees, the probabilities of actions,",
        "and the value over time."
      })
  private boolean explain;

  @Option(names = "--episodes", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  private int episodes;

  @Override
  public Integer call() throws IOException {
    PolicyOptions.checkEpisodes(episodes);
    if (file != null) {
      checkFile();
    }
    try (TrainedPolicy policy = policyOptions.open(options)) {
      List<Path> files = file == null ? standardFiles(policy) : List.of(file);
      Evaluation evaluation =
          policy.film(
              files, episodes, policyOptions.deterministic(), policyOptions.seed(), explain);
      files.forEach(System.out::println);
      for (int episode = 0; episode < episodes; episode++) {
        System.out.printf(
            Locale.ROOT,
            "return %.2f, length %d%n",
            evaluation.returns()[episode],
            evaluation.lengths()[episode]);
      }
    }
    return 0;
  }

  private void checkFile() {
    if (TrainedPolicy.isMp4(file)) {
      if (!Film.canWriteMp4()) {
        throw new UsageException(
            "--save FILE.mp4 needs ffmpeg, which is not on the path; install it (Debian: apt-get"
                + " install ffmpeg), or save FILE.gif");
      }
    } else if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".gif")) {
      throw new UsageException(
          "--save writes an animated GIF or an MP4, so FILE must end in .gif or .mp4: " + file);
    }
  }

  private List<Path> standardFiles(TrainedPolicy policy) {
    String name =
        "watch-%s-seed-%d%s%s"
            .formatted(
                policy.checkpoint().getFileName(),
                policyOptions.seed(),
                policyOptions.deterministic() ? "" : "-stochastic",
                explain ? "-explained" : "");
    Path videos = policy.runFolder().resolve("videos");
    Path gif = videos.resolve(name + ".gif");
    return Film.canWriteMp4() ? List.of(gif, videos.resolve(name + ".mp4")) : List.of(gif);
  }
}
