package org.apprentice.core.execution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apprentice.core.trial.TrialStatus;

/**
 * Worker processes on this machine. One is started when it is first needed, used for one training
 * after the other, and replaced by a new one when it dies.
 */
public final class WorkerPool implements Launcher {
  private final WorkerProcess[] workers;
  private final WorkerCommand command;
  private final Path logs;
  private final Optional<Path> plugins;
  private final Map<String, String> jars;
  private final LaunchListener listener;
  private boolean stopped;

  /**
   * @param slots most workers at a time
   * @param results the folder of results
   * @param plugins folder of further plugins
   * @param logs folder of what workers print, a file each
   * @throws ExecutionException if the folder of logs cannot be made
   */
  public WorkerPool(
      int slots, Path results, Optional<Path> plugins, Path logs, LaunchListener listener) {
    this.workers = new WorkerProcess[slots];
    this.command = new WorkerCommand(results, plugins, logs, slots);
    this.logs = logs;
    this.plugins = plugins;
    this.jars = CodeState.jars(plugins);
    this.listener = listener;
    try {
      Files.createDirectories(logs);
    } catch (IOException e) {
      throw new ExecutionException("cannot make the folder of logs %s (%s)".formatted(logs, e), e);
    }
  }

  @Override
  public int slots() {
    return workers.length;
  }

  @Override
  public synchronized CompletableFuture<TrialStatus> submit(Assignment assignment) {
    for (int slot = 0; slot < workers.length; slot++) {
      if (workers[slot] == null || !workers[slot].isAlive()) {
        workers[slot] = start(slot);
      }
      Optional<CompletableFuture<TrialStatus>> accepted = workers[slot].train(assignment);
      if (accepted.isPresent()) {
        return accepted.get();
      }
    }
    throw new IllegalStateException("all " + workers.length + " workers are busy");
  }

  /** With the same code as the workers before it: results of a study must not be of two kinds. */
  private WorkerProcess start(int slot) {
    List<String> changed = CodeState.differences(jars, CodeState.jars(plugins));
    if (!changed.isEmpty()) {
      throw new ExecutionException(
          "the code was changed while the study ran: %s; put it back, or run the study again, which goes on with the new code"
              .formatted(String.join(", ", changed)));
    }
    try {
      WorkerProcess worker =
          new WorkerProcess(slot, command, logs.resolve("worker-" + (slot + 1) + ".log"), listener);
      if (stopped) {
        worker.stop();
      }
      return worker;
    } catch (IOException e) {
      throw new ExecutionException("cannot start a worker process: " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized void stop() {
    stopped = true;
    for (WorkerProcess worker : workers) {
      if (worker != null) {
        worker.stop();
      }
    }
  }

  @Override
  public void close() {
    stop();
    for (WorkerProcess worker : workers) {
      if (worker != null) {
        worker.await();
      }
    }
  }
}
