package org.apprentice.core.execution;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apprentice.core.config.Composer;
import org.apprentice.core.config.Secrets;
import org.apprentice.core.config.Trial;
import org.apprentice.core.plugin.PluginLoader;
import org.apprentice.core.trial.LeftToFollower;
import org.apprentice.core.trial.StopSignal;
import org.apprentice.core.trial.TrialListener;
import org.apprentice.core.trial.TrialRunner;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.rl.Evaluation;
import org.apprentice.spi.Progress;

/**
 * The main of a worker process: trains what its parent asks for, one training after the other,
 * until its input ends, which the parent's death brings about too. It speaks through standard
 * output; whatever else is printed goes to standard error, which is its log.
 */
public final class Worker {
  /** The exit code that the virtual machine has for {@code -XX:+ExitOnOutOfMemoryError}. */
  static final int OUT_OF_MEMORY = 3;

  private static final long REPORT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final PrintStream parent;
  private final Composer composer;
  private final Path results;
  private final StopSignal stop;
  private final LeftToFollower journals;
  private final BlockingQueue<Message> requests = new LinkedBlockingQueue<>();

  private Worker(PrintStream parent, Composer composer, Path results, StopSignal stop) {
    this.parent = parent;
    this.composer = composer;
    this.results = results;
    this.stop = stop;
    journals = new LeftToFollower();
  }

  /**
   * @param arguments the folder of results, and perhaps the folder of plugins
   */
  public static void main(String[] arguments) throws InterruptedException {
    PrintStream parent =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    System.setOut(System.err);
    LibraryWarnings.configure();
    Optional<Path> plugins =
        arguments.length > 1 ? Optional.of(Path.of(arguments[1])) : Optional.empty();
    Composer composer = new Composer(PluginLoader.load(plugins));
    StopSignal stop = StopSignal.onShutdown();
    new Worker(parent, composer, Path.of(arguments[0]), stop).work();
    stop.done();
    System.exit(0);
  }

  private void work() throws InterruptedException {
    Thread listening = new Thread(this::listen, "requests");
    listening.setDaemon(true);
    listening.start();
    while (requests.take() instanceof Message.Train request) {
      Message answer = answer(request);
      tell(answer);
      if (stop.getAsBoolean()) {
        return;
      }
    }
  }

  private void listen() {
    try (BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      String line = input.readLine();
      while (line != null) {
        Message request = Message.parse(line).orElse(new Message.Stop());
        if (request instanceof Message.Stop) {
          break;
        }
        requests.add(request);
        line = input.readLine();
      }
    } catch (IOException e) {
      // As if the parent were gone, which it probably is.
      System.err.println("apprentice: lost the parent process: " + e.getMessage());
    }
    stop.request();
    requests.add(new Message.Stop());
  }

  private Message answer(Message.Train request) {
    try {
      Trial trial = composer.compose(request.trial());
      return new Message.Ended(train(trial, request));
    } catch (OutOfMemoryError e) {
      // Native memory; of the heap's end the virtual machine itself dies.
      System.err.println("apprentice: out of memory: " + e.getMessage());
      Runtime.getRuntime().halt(OUT_OF_MEMORY);
      throw e;
    } catch (IOException | RuntimeException | LinkageError | StackOverflowError e) {
      log(e);
      return new Message.Refused(
          Secrets.hidden(e.getMessage() == null ? e.toString() : e.getMessage()));
    }
  }

  private TrialStatus train(Trial trial, Message.Train request) throws IOException {
    Reports reports = new Reports();
    TrialRunner runner = new TrialRunner(results, journals, reports, stop, true);
    try {
      return runner.run(
          trial,
          Path.of(request.source()),
          request.fresh(),
          request.until() == null ? OptionalLong.empty() : OptionalLong.of(request.until()),
          Optional.ofNullable(request.parent()));
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      if (reports.ended == null) {
        throw e;
      }
      log(e);
      return reports.ended;
    }
  }

  /** The log is for finding causes; what the user reads is the message alone. */
  private static void log(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    System.err.print(Secrets.hidden(trace.toString()));
  }

  private void tell(Message message) {
    synchronized (parent) {
      parent.print(message.line() + "\n");
      parent.flush();
    }
  }

  /** Passes on what the parent shows; not all of it, as nobody reads so fast. */
  private final class Reports implements TrialListener {
    private TrialStatus ended;
    private long reportedAt = System.nanoTime() - REPORT_NANOS;

    @Override
    public void started(Trial trial, Path runFolder, long resumedAt) {
      tell(new Message.Started(resumedAt));
    }

    @Override
    public void progressed(Progress progress, double stepsPerSecond, double meanReturn) {
      if (System.nanoTime() - reportedAt >= REPORT_NANOS) {
        reportedAt = System.nanoTime();
        tell(
            new Message.Progressed(
                progress.done(),
                progress.total(),
                progress.unit(),
                progress.environmentSteps(),
                finite(stepsPerSecond),
                finite(meanReturn)));
      }
    }

    private static Double finite(double value) {
      return Double.isFinite(value) ? (Double) value : null;
    }

    @Override
    public void evaluated(Progress progress, Evaluation evaluation) {
      tell(new Message.Evaluated(evaluation.mean()));
    }

    @Override
    public void warned(String message) {
      tell(new Message.Warned(Secrets.hidden(message)));
    }

    @Override
    public void ended(Trial trial, Path runFolder, TrialStatus status) {
      ended = status;
    }
  }
}
