package org.apprentice.core.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apprentice.core.config.Trial;
import org.apprentice.rl.Evaluation;
import org.apprentice.spi.Progress;
import org.apprentice.spi.RunEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrialRunnerTest {
  @TempDir Path folder;
  private Climbing climbing;

  @BeforeEach
  void makeResults() {
    climbing = new Climbing(folder.resolve("results"));
  }

  /** Copies the run's folder at every moment that it hears of, as a killed process leaves it. */
  private final class Photographer implements TrialListener {
    private final List<Climbing> pictures = new ArrayList<>();
    private String key;

    private void take() {
      try {
        Climbing picture = new Climbing(folder.resolve("picture-" + pictures.size()));
        Climbing.copy(climbing.folder(key), picture.folder(key));
        pictures.add(picture);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void started(Trial trial, Path runFolder, long resumedAt) {
      key = trial.key();
      take();
    }

    @Override
    public void progressed(Progress progress, double stepsPerSecond, double meanReturn) {
      take();
    }

    @Override
    public void evaluated(Progress progress, Evaluation evaluation) {
      take();
    }
  }

  @Test
  void goesOnWithTheSameBitsFromWhereverItDied() throws Exception {
    Trial trial = Climbing.trial(folder);
    Photographer photographer = new Photographer();
    climbing.run(trial, false, photographer, () -> false);
    Climbing.Outcome expected = climbing.outcome(trial.key());

    assertThat(photographer.pictures).hasSizeGreaterThan(14);
    for (Climbing picture : photographer.pictures) {
      assertThat(picture.status(trial.key()).state()).isEqualTo(TrialStatus.State.RUNNING);
      assertThat(picture.run(trial).state()).isEqualTo(TrialStatus.State.FINISHED);
      assertThat(picture.outcome(trial.key())).matches(expected::isSameAs);
      assertThat(picture.status(trial.key()).result().warnings())
          .containsExactly(ClimbingPlugin.WARNING);
    }
  }

  @Test
  void aWarningIsHeardOnceAndStaysWithTheResult() throws Exception {
    Trial trial = Climbing.trial(folder);
    List<String> heard = new ArrayList<>();
    TrialListener listener =
        new TrialListener() {
          @Override
          public void warned(String message) {
            heard.add(message);
          }
        };

    climbing.run(trial, false, listener, () -> false);

    assertThat(heard).containsExactly(ClimbingPlugin.WARNING);
    assertThat(climbing.tag(trial.key(), "mlflow.note.content").orElseThrow())
        .contains("warning", ClimbingPlugin.WARNING);
  }

  @Test
  void aRunThatDiedAfterItsLastCheckpointOnlyEnds() throws Exception {
    Trial trial = Climbing.trial(folder, "evaluation.every=0");
    climbing.run(trial);
    Climbing.Outcome expected = climbing.outcome(trial.key());
    int events = climbing.journal(trial.key()).size();
    climbing.status(trial.key()).running().write(climbing.folder(trial.key()));
    Files.delete(climbing.folder(trial.key()).resolve("evaluation.csv"));

    AtomicInteger rounds = new AtomicInteger();
    TrialStatus status =
        climbing.run(
            trial,
            false,
            new TrialListener() {
              @Override
              public void progressed(Progress progress, double steps, double meanReturn) {
                rounds.incrementAndGet();
              }
            },
            () -> false);
    assertThat(rounds).hasValue(0);
    assertThat(status.state()).isEqualTo(TrialStatus.State.FINISHED);
    assertThat(climbing.outcome(trial.key())).matches(expected::isSameAs);
    assertThat(climbing.journal(trial.key()).subList(events, climbing.journal(trial.key()).size()))
        .noneMatch(RunEvent.Metric.class::isInstance);
  }

  @Test
  void isDescribedOnDiskBeforeItsStatus() throws Exception {
    Trial trial = Climbing.trial(folder);
    Photographer photographer = new Photographer();
    climbing.run(trial, false, photographer, () -> false);
    List<RunEvent> described = photographer.pictures.get(0).journal(trial.key());
    assertThat(described)
        .contains(
            new RunEvent.Param("training.steps", "40"),
            new RunEvent.Tag("trial-key", trial.key()),
            new RunEvent.Artifact("resolved.conf", "resolved.conf"));
    assertThat(described.stream().filter(RunEvent.Param.class::isInstance))
        .hasSize(trial.parameters().size());
  }

  @Test
  void aStoppedRunIsKilledWithACheckpointAndGoesOnFromThere() throws Exception {
    Trial trial = Climbing.trial(folder);
    climbing.run(trial);
    Climbing.Outcome expected = climbing.outcome(trial.key());

    for (int after = 0; after < 10; after++) {
      Climbing stopped = new Climbing(folder.resolve("stopped-" + after));
      AtomicInteger asked = new AtomicInteger(after);
      TrialStatus status =
          stopped.run(trial, false, new TrialListener() {}, () -> asked.getAndDecrement() <= 0);
      assertThat(status.state()).isEqualTo(TrialStatus.State.KILLED);
      assertThat(stopped.status(trial.key())).isEqualTo(status);
      List<RunEvent> events = stopped.journal(trial.key());
      assertThat(((RunEvent.Finished) events.get(events.size() - 1)).status())
          .isEqualTo(RunEvent.Status.KILLED);
      assertThat(stopped.checkpoints(trial.key())).contains(String.valueOf(4 * after));

      TrialStatus ended = stopped.resume(trial, trial.key());
      assertThat(ended.state()).isEqualTo(TrialStatus.State.FINISHED);
      assertThat(ended.uid()).isEqualTo(status.uid());
      Climbing.Outcome found = stopped.outcome(trial.key());
      assertThat(found.metrics()).isEqualTo(expected.metrics());
      assertThat(found.last()).isEqualTo(expected.last());
      assertThat(found.evaluation()).isEqualTo(expected.evaluation());
    }
  }

  @Test
  void aFinishedTrialIsReused() throws Exception {
    Trial trial = Climbing.trial(folder);
    TrialStatus first = climbing.run(trial);
    List<String> heard = new ArrayList<>();
    TrialListener listener =
        new TrialListener() {
          @Override
          public void started(Trial started, Path runFolder, long resumedAt) {
            heard.add("started");
          }

          @Override
          public void reused(Trial reused, Path runFolder, TrialStatus status) {
            heard.add("reused " + runFolder.getFileName());
          }
        };
    assertThat(climbing.run(trial, false, listener, () -> false)).isEqualTo(first);
    assertThat(heard).containsExactly("reused " + trial.key());
  }

  @Test
  void freshRunsLieBesideThoseThatEnded() throws Exception {
    Trial trial = Climbing.trial(folder);
    String key = trial.key();
    climbing.run(trial);
    TrialListener none = new TrialListener() {};

    assertThat(climbing.run(trial, true, none, () -> true).state())
        .isEqualTo(TrialStatus.State.KILLED);
    assertThat(climbing.status(key + "-2").state()).isEqualTo(TrialStatus.State.KILLED);
    assertThat(climbing.resume(trial, key + "-2").state()).isEqualTo(TrialStatus.State.FINISHED);

    climbing.run(trial, true, none, () -> true);
    climbing.run(trial, true, none, () -> false);
    assertThat(climbing.status(key + "-3").state()).isEqualTo(TrialStatus.State.FINISHED);
    assertThat(climbing.folder(key + "-4")).doesNotExist();
    assertThat(climbing.outcome(key + "-3")).matches(climbing.outcome(key)::isSameAs);
    assertThat(climbing.status(key + "-3").uid()).isNotEqualTo(climbing.status(key).uid());
  }

  @Test
  void aFreshRunThatWasInterruptedGoesOnWithoutFurtherWords() throws Exception {
    Trial trial = Climbing.trial(folder);
    TrialListener none = new TrialListener() {};
    climbing.run(trial);
    climbing.run(trial, true, none, () -> true);
    assertThat(climbing.run(trial).state()).isEqualTo(TrialStatus.State.FINISHED);
    assertThat(climbing.status(trial.key() + "-2").state()).isEqualTo(TrialStatus.State.FINISHED);
    assertThat(climbing.folder(trial.key() + "-3")).doesNotExist();
  }

  /** The pause was an earlier study's; a study that goes on from one of its own is not fresh. */
  @Test
  void aFreshRunPassesOverOneThatWasPaused() throws Exception {
    Trial trial = Climbing.trial(folder);
    String key = trial.key();
    TrialListener none = new TrialListener() {};
    climbing.runUntil(trial, 12);
    assertThat(climbing.run(trial, true, none, () -> false, OptionalLong.of(20)).pause().progress())
        .isEqualTo(20);
    assertThat(climbing.status(key).pause().progress()).isEqualTo(12);
    assertThat(climbing.run(trial).state()).isEqualTo(TrialStatus.State.FINISHED);
    assertThat(climbing.status(key + "-2").state()).isEqualTo(TrialStatus.State.FINISHED);
    assertThat(climbing.status(key).state()).isEqualTo(TrialStatus.State.KILLED);
  }

  @Test
  void givingUpAFreshRunLeavesTheFinishedOne() throws Exception {
    Trial trial = Climbing.trial(folder);
    climbing.run(trial);
    Deliveries deliveries = new Deliveries(List.of(), climbing.results());
    TrialRunner runner =
        new TrialRunner(climbing.results(), deliveries, new TrialListener() {}, () -> false);
    Path source = folder.resolve("climb.conf");
    assertThat(runner.giveUp(trial, source, false, Optional.empty(), "it died").state())
        .as("finished meanwhile")
        .isEqualTo(TrialStatus.State.FINISHED);
    assertThat(runner.giveUp(trial, source, true, Optional.empty(), "it died").state())
        .isEqualTo(TrialStatus.State.FAILED);
    deliveries.close();
    assertThat(climbing.status(trial.key()).state()).isEqualTo(TrialStatus.State.FINISHED);
    assertThat(climbing.status(trial.key() + "-2").message()).isEqualTo("it died");
  }

  @Test
  void anExceptionIsWrittenDownWithoutItsSecretsAndTheRunCanGoOn() throws Exception {
    Trial trial = Climbing.trial(folder);
    TrialListener failing =
        new TrialListener() {
          @Override
          public void progressed(Progress progress, double steps, double meanReturn) {
            if (progress.done() == 28) {
              throw new IllegalStateException("http://me:password@mountain is closed");
            }
          }
        };
    assertThatThrownBy(() -> climbing.run(trial, false, failing, () -> false))
        .hasMessage("http://me:password@mountain is closed");
    TrialStatus failed = climbing.status(trial.key());
    assertThat(failed.state()).isEqualTo(TrialStatus.State.FAILED);
    assertThat(failed.message()).isEqualTo("http://mountain is closed");
    List<RunEvent> events = climbing.journal(trial.key());
    assertThat(((RunEvent.Finished) events.get(events.size() - 1)).status())
        .isEqualTo(RunEvent.Status.FAILED);
    assertThat(climbing.tag(trial.key(), "mlflow.note.content"))
        .contains("Failed: http://mountain is closed");

    assertThat(climbing.run(trial).state()).isEqualTo(TrialStatus.State.FINISHED);
    Climbing other = new Climbing(folder.resolve("other"));
    other.run(trial);
    assertThat(climbing.outcome(trial.key())).matches(other.outcome(trial.key())::isSameAs);
    assertThat(climbing.tag(trial.key(), "mlflow.note.content").orElseThrow())
        .contains("over 6 episodes");
  }

  @Test
  void divergenceFailsWithAdvice() throws Exception {
    Trial trial = Climbing.trial(folder, "algorithm.diverge-at=16");
    assertThatThrownBy(() -> climbing.run(trial))
        .hasMessageContaining("training diverged: losses/loss is NaN after 16 steps")
        .hasMessageContaining("smaller learning-rate");
    assertThat(climbing.status(trial.key()).state()).isEqualTo(TrialStatus.State.FAILED);
  }

  @Test
  void theNewestCheckpointsAreKept() throws Exception {
    Trial trial = Climbing.trial(folder, "checkpoint.keep=2");
    climbing.run(trial);
    assertThat(climbing.checkpoints(trial.key())).containsExactly("36", "40");
  }

  @Test
  void aCheckpointThatWasNotFinishedIsIgnoredAndCleared() throws Exception {
    Trial trial = Climbing.trial(folder);
    climbing.run(trial);
    Climbing.Outcome expected = climbing.outcome(trial.key());

    Climbing broken = stoppedAt28(trial);
    Path unfinished = broken.folder(trial.key()).resolve("checkpoints/36.unfinished/algorithm");
    Files.createDirectories(unfinished);
    Files.writeString(unfinished.resolve("climb.bin"), "half");
    assertThat(broken.run(trial).state()).isEqualTo(TrialStatus.State.FINISHED);
    assertThat(broken.checkpoints(trial.key())).containsExactly("28", "36", "40");
    assertThat(broken.outcome(trial.key()).last()).isEqualTo(expected.last());
    assertThat(broken.outcome(trial.key()).metrics()).isEqualTo(expected.metrics());
  }

  @Test
  void fallsBackFromADamagedCheckpoint() throws Exception {
    Trial trial = Climbing.trial(folder);
    climbing.run(trial);
    Climbing.Outcome expected = climbing.outcome(trial.key());
    for (String damage : List.of("cut", "flipped", "missing")) {
      Climbing broken = new Climbing(folder.resolve(damage));
      Climbing.copy(stoppedAt28(trial).results(), broken.results());
      Path file = broken.folder(trial.key()).resolve("checkpoints/28/algorithm/climb.bin");
      damage(file, damage);

      List<String> warnings = new ArrayList<>();
      TrialListener listener =
          new TrialListener() {
            @Override
            public void warned(String message) {
              warnings.add(message);
            }
          };
      TrialStatus status = broken.run(trial, false, listener, () -> false);
      assertThat(status.state()).isEqualTo(TrialStatus.State.FINISHED);
      assertThat(warnings).hasSize(1);
      assertThat(warnings.get(0))
          .contains(file.toString())
          .endsWith("the run goes on from the checkpoint before, 24");
      assertThat(broken.outcome(trial.key())).matches(expected::isSameAs);
    }
  }

  private static void damage(Path file, String how) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    switch (how) {
      case "cut" -> Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
      case "flipped" -> {
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
      }
      default -> Files.delete(file);
    }
  }

  @Test
  void theOnlyCheckpointBeingDamagedIsSaidWithAWayOut() throws Exception {
    Trial trial = Climbing.trial(folder, "checkpoint.keep=1");
    Climbing broken = stoppedAt28(trial);
    Path checkpoint = broken.folder(trial.key()).resolve("checkpoints/28");
    damage(checkpoint.resolve("trainer.bin"), "flipped");
    assertThatThrownBy(() -> broken.run(trial))
        .isInstanceOf(TrialException.class)
        .hasMessageContaining(checkpoint.resolve("trainer.bin") + " is damaged")
        .hasMessageContaining("Delete " + checkpoint + " to train the run from its start");
    assertThat(broken.status(trial.key()).state()).isEqualTo(TrialStatus.State.FAILED);

    Climbing.copy(broken.results(), climbing.results());
    Checkpoints checkpoints = new Checkpoints(climbing.folder(trial.key()), 1);
    checkpoints.setAside(checkpoints.newest().orElseThrow());
    assertThat(climbing.run(trial).state()).isEqualTo(TrialStatus.State.FINISHED);
    Climbing alone = new Climbing(folder.resolve("alone"));
    alone.run(trial);
    assertThat(climbing.outcome(trial.key())).matches(alone.outcome(trial.key())::isSameAs);
  }

  /** Its checkpoints are those of 12, 24 and 28 steps, as far as they are kept. */
  private Climbing stoppedAt28(Trial trial) throws IOException {
    Climbing stopped = new Climbing(Files.createTempDirectory(folder, "stopped"));
    AtomicInteger rounds = new AtomicInteger(7);
    stopped.run(trial, false, new TrialListener() {}, () -> rounds.getAndDecrement() == 0);
    return stopped;
  }

  @Test
  void evaluationLeavesTrainingAlone() throws Exception {
    Trial often = Climbing.trial(folder, "evaluation.every=4");
    Trial once = Climbing.trial(folder, "evaluation.every=0");
    climbing.run(often);
    climbing.run(once);
    assertThat(climbing.outcome(once.key()).last()).isEqualTo(climbing.outcome(often.key()).last());
    assertThat(climbing.values(once.key(), "evaluation/return-mean")).hasSize(1);
    assertThat(climbing.values(often.key(), "evaluation/return-mean")).hasSize(10);
  }

  @Test
  void solvedByTheMeanOrByEachEpisode() throws Exception {
    // Heights grow by about one per round of four steps; even copies return 2, odd ones 4 of it.
    Trial mean = Climbing.trial(folder, "evaluation.solved.mean=12");
    Trial each = Climbing.trial(folder, "evaluation.solved.each=12");
    climbing.run(mean);
    climbing.run(each);
    List<Double> means = climbing.values(mean.key(), "evaluation/return-mean");
    List<Double> minima = climbing.values(mean.key(), "evaluation/return-min");
    assertThat(climbing.status(mean.key()).result().solvedAt()).isEqualTo(first(means, 12));
    assertThat(climbing.status(each.key()).result().solvedAt()).isEqualTo(first(minima, 12));
    assertThat(first(minima, 12)).isGreaterThan(first(means, 12));
    assertThat(climbing.values(each.key(), "evaluation/solved-at"))
        .containsExactly((double) first(minima, 12));
  }

  /** Steps at the first evaluation that reached the threshold. */
  private static long first(List<Double> values, double threshold) {
    int evaluation = 0;
    while (values.get(evaluation) < threshold) {
      evaluation++;
    }
    return 8L * (evaluation + 1);
  }

  @Test
  void stopsWhenSolvedAndStaysStopped() throws Exception {
    Trial trial =
        Climbing.trial(folder, "evaluation.solved.mean=12", "evaluation.stop-when-solved=true");
    TrialStatus status = climbing.run(trial);
    assertThat(status.result().progress()).isEqualTo(status.result().solvedAt()).isLessThan(40);
    assertThat(status.result().solved()).isTrue();
    Climbing.Outcome expected = climbing.outcome(trial.key());

    // It died after its last checkpoint, before its status said that it was finished.
    status.running().write(climbing.folder(trial.key()));
    TrialStatus again = climbing.run(trial);
    assertThat(again.result())
        .usingRecursiveComparison()
        .ignoringFields("cost.peakMemory")
        .isEqualTo(status.result());
    assertThat(climbing.outcome(trial.key())).matches(expected::isSameAs);
  }

  @Test
  void theLearningCurveAndTheTableOfReturnsAreLeftBehind() throws Exception {
    Trial trial = Climbing.trial(folder, "evaluation.every=0");
    climbing.run(trial);
    Path picture = climbing.folder(trial.key()).resolve("learning-curve.png");
    assertThat(colors(ImageIO.read(picture.toFile())))
        .as("the evaluation at the very end is in the picture")
        .contains(LearningCurve.EVALUATION.getRGB());
    List<String> table = Files.readAllLines(climbing.folder(trial.key()).resolve("evaluation.csv"));
    assertThat(table).hasSize(7).first().isEqualTo("episode,return,length");
    assertThat(table.get(6)).startsWith("5,").endsWith(",2");
  }

  /** Of the plot, without the legend at its lower right. */
  private static IntStream colors(BufferedImage picture) {
    int[] pixels =
        picture.getRGB(
            0, 0, picture.getWidth(), picture.getHeight() / 2, null, 0, picture.getWidth());
    return IntStream.of(pixels);
  }
}
