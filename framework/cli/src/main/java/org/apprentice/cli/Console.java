package org.apprentice.cli;

import java.nio.file.Path;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.apprentice.core.config.Secrets;
import org.apprentice.core.config.Trial;
import org.apprentice.core.trial.Summary;
import org.apprentice.core.trial.TrialListener;
import org.apprentice.core.trial.TrialResult;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.rl.Evaluation;
import org.apprentice.spi.Progress;

/** Shows trials: a progress bar on a terminal, plain lines otherwise. */
final class Console implements TrialListener {
  private static final int LINES_PER_TRIAL = 10;

  private final boolean terminal = isTerminal();

  private ProgressBar bar;
  private long linesPrinted;
  private String evaluated = "";

  /** Since Java 22 there is a console object without a terminal too, which then says so. */
  @SuppressWarnings("SystemConsoleNull")
  static boolean isTerminal() {
    java.io.Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException before22) {
      return true;
    }
  }

  @Override
  public void started(Trial trial, Path runFolder, long resumedAt) {
    System.out.printf(
        "%s (%s)%s%n",
        Summary.name(trial), trial.key(), resumedAt > 0 ? ", resumed at " + resumedAt : "");
    linesPrinted = 0;
    evaluated = "";
  }

  @Override
  public void reused(Trial trial, Path runFolder, TrialStatus status) {
    System.out.printf("%s (%s), trained before%n", Summary.name(trial), trial.key());
    printResult(runFolder, status.result());
  }

  @Override
  public void progressed(Progress progress, double stepsPerSecond, double meanReturn) {
    String state =
        (stepsPerSecond > 0 ? String.format(Locale.ROOT, " %.0f steps/s", stepsPerSecond) : "")
            + (Double.isNaN(meanReturn)
                ? ""
                : String.format(Locale.ROOT, ", return %.1f", meanReturn))
            + evaluated;
    if (terminal) {
      showBar(progress, state);
    } else {
      long due = progress.done() * LINES_PER_TRIAL / Math.max(1, progress.total());
      if (due > linesPrinted) {
        linesPrinted = due;
        System.out.printf(
            "  %d/%d %s%s%n", progress.done(), progress.total(), progress.unit(), state);
      }
    }
  }

  private void showBar(Progress progress, String state) {
    if (bar == null) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("  training")
              .setUnit(" " + progress.unit(), 1)
              .setInitialMax(progress.total())
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(200)
              .continuousUpdate()
              .build();
    }
    bar.setExtraMessage(state);
    bar.stepTo(progress.done());
  }

  @Override
  public void evaluated(Progress progress, Evaluation evaluation) {
    evaluated = String.format(Locale.ROOT, ", evaluation %.1f", evaluation.mean());
  }

  @Override
  public void warned(String message) {
    System.err.println("apprentice: " + Secrets.hidden(message));
  }

  @Override
  public void ended(Trial trial, Path runFolder, TrialStatus status) {
    if (bar != null) {
      bar.close();
      bar = null;
    }
    if (status.state() == TrialStatus.State.KILLED) {
      System.out.printf(
          "  interrupted; go on with: apprentice resume %s%n", runFolder.getFileName());
    } else if (status.state() == TrialStatus.State.FINISHED) {
      printResult(runFolder, status.result());
    }
  }

  private static void printResult(Path runFolder, TrialResult result) {
    System.out.printf("  result   %s%n", Summary.returns(result));
    Summary.comparison(result).ifPresent(it -> System.out.printf("  expert   %s%n", it));
    System.out.printf("  effort   %s%n", Summary.effort(result));
    result.warnings().forEach(it -> System.out.printf("  warning  %s%n", it));
    Path model = runFolder.resolve("model.zip");
    if (model.toFile().exists()) {
      System.out.printf("  model    %s%n", model);
    }
    System.out.printf("  run      %s%n", runFolder);
  }

  void printHowToView(String command) {
    System.out.printf("see all runs with: %s%n", command);
  }
}
