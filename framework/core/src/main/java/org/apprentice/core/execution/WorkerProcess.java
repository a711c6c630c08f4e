package org.apprentice.core.execution;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apprentice.core.config.Trial;
import org.apprentice.core.config.WrittenTrial;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.spi.Progress;

/** The parent's end of a worker process. */
final class WorkerProcess {
  private static final int TAIL_LINES = 20;
  private static final int TAIL_BYTES = 16 * 1024;
  private static final int SIGNALLED = 128;

  /** Longer than a worker waits for its training to reach a checkpoint. */
  private static final int PATIENCE_SECONDS = 30;

  private record Job(Trial trial, CompletableFuture<TrialStatus> done, long logStart) {}

  private final int slot;
  private final Path log;
  private final LaunchListener listener;
  private final Process process;
  private final BufferedWriter requests;
  private final Thread reading;
  private Job job;

  /**
   * @param slot its number, from 0
   * @param log what it prints is appended there
   * @throws IOException if it cannot be started
   */
  WorkerProcess(int slot, WorkerCommand command, Path log, LaunchListener listener)
      throws IOException {
    this.slot = slot;
    this.log = log;
    this.listener = listener;
    ProcessBuilder builder = new ProcessBuilder(command.line());
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    process = builder.start();
    requests = process.outputWriter(StandardCharsets.UTF_8);
    reading = new Thread(this::read, "worker-" + (slot + 1));
    reading.setDaemon(true);
    reading.start();
  }

  /** Whether it can be asked for something; one that is about to end may still say yes. */
  boolean isAlive() {
    return reading.isAlive() && process.isAlive();
  }

  /** Empty if it is busy. */
  synchronized Optional<CompletableFuture<TrialStatus>> train(Assignment assignment) {
    if (job != null) {
      return Optional.empty();
    }
    CompletableFuture<TrialStatus> done = new CompletableFuture<>();
    job = new Job(assignment.trial(), done, logLength());
    Message request =
        new Message.Train(
            WrittenTrial.of(assignment.trial(), Path.of(assignment.trial().key() + ".conf")),
            assignment.source().toString(),
            assignment.until().isPresent() ? (Long) assignment.until().getAsLong() : null,
            assignment.fresh(),
            assignment.parent().orElse(null));
    try {
      requests.write(request.line());
      requests.newLine();
      requests.flush();
    } catch (IOException e) {
      // It is dead, which its reader is about to notice, or has noticed before there was a job.
      process.destroyForcibly();
      if (!reading.isAlive()) {
        died();
      }
    }
    return Optional.of(done);
  }

  private void read() {
    try (BufferedReader messages = process.inputReader(StandardCharsets.UTF_8)) {
      String line = messages.readLine();
      while (line != null) {
        Message.parse(line).ifPresent(this::heard);
        line = messages.readLine();
      }
    } catch (IOException e) {
      // The same as its end: it can tell nothing more.
      process.destroyForcibly();
    }
    died();
  }

  private void heard(Message message) {
    Job current = current();
    if (message instanceof Message.Warned warned) {
      listener.warned(warned.text());
    }
    if (current == null) {
      return;
    }
    Trial trial = current.trial();
    if (message instanceof Message.Started started) {
      listener.started(slot, trial, started.resumedAt());
    } else if (message instanceof Message.Progressed progressed) {
      listener.progressed(
          slot,
          trial,
          new Progress(
              progressed.done(),
              progressed.total(),
              progressed.unit(),
              progressed.environmentSteps()),
          orNaN(progressed.stepsPerSecond()),
          orNaN(progressed.meanReturn()));
    } else if (message instanceof Message.Evaluated evaluated) {
      listener.evaluated(slot, trial, evaluated.meanReturn());
    } else if (message instanceof Message.Ended ended) {
      end().done().complete(ended.status());
    } else if (message instanceof Message.Refused refused) {
      end().done().completeExceptionally(new ExecutionException(refused.reason()));
    }
  }

  private static double orNaN(Double value) {
    return value == null ? Double.NaN : value;
  }

  private synchronized Job current() {
    return job;
  }

  /** Before anybody hears of it, so that the worker is free by then. */
  private synchronized Job end() {
    Job ended = job;
    job = null;
    return ended;
  }

  private void died() {
    String how = "could not be waited for";
    try {
      how = inWords(process.waitFor());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Job lost = end();
    if (lost != null) {
      lost.done()
          .completeExceptionally(
              new WorkerDiedException("its worker process " + how, tail(lost.logStart())));
    }
  }

  private static String inWords(int exitCode) {
    if (exitCode == Worker.OUT_OF_MEMORY) {
      return "ran out of memory";
    }
    return exitCode > SIGNALLED
        ? "was ended by signal " + (exitCode - SIGNALLED)
        : "ended with exit code " + exitCode;
  }

  private long logLength() {
    try {
      return Files.size(log);
    } catch (IOException e) {
      return 0;
    }
  }

  private String tail(long start) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      file.seek(Math.max(start, file.length() - TAIL_BYTES));
      byte[] bytes = new byte[(int) (file.length() - file.getFilePointer())];
      file.readFully(bytes);
      List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "(its log %s cannot be read: %s)".formatted(log, e.getMessage());
    }
  }

  /** Asks it to end soon. */
  synchronized void stop() {
    try {
      requests.close();
    } catch (IOException e) {
      // Dead already.
      process.destroyForcibly();
    }
  }

  /** Waits for its end, and brings it about if it does not come. */
  void await() {
    try {
      process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      reading.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
      process.destroyForcibly();
    }
  }
}
