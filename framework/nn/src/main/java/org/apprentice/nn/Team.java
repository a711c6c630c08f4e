package org.apprentice.nn;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Persistent daemon threads that run the parts of one task side by side. They spin for a moment
 * before they park, for tasks follow each other within microseconds while a network is trained. The
 * threads end when the team is closed or garbage.
 */
final class Team implements AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();

  /** A thread without work parks after this time. */
  private static final long SPIN_NANOS = 1_000_000;

  private final Shared shared;
  private final Cleaner.Cleanable cleanable;

  /** What a team runs: called once for each part, on a thread each. */
  interface Task {
    void run(int part);
  }

  Team(int parts) {
    shared = new Shared(parts - 1);
    for (int i = 0; i < parts - 1; i++) {
      shared.workers[i] = new Worker(shared, i + 1);
    }
    for (Worker worker : shared.workers) {
      worker.start();
    }
    cleanable = CLEANER.register(this, shared::close);
  }

  /**
   * Runs part 0 on this thread and the others on the team's; returns when all are done. A part that
   * no thread of the team has begun by then is run on this one: where cores are busy, a thread may
   * not get one in time.
   */
  void run(Task task) {
    shared.task = task;
    long generation = shared.generation + 1;
    shared.generation = generation;
    for (Worker worker : shared.workers) {
      if (worker.parked) {
        LockSupport.unpark(worker);
      }
    }
    try {
      task.run(0);
      for (Worker worker : shared.workers) {
        if (worker.claim(generation)) {
          worker.finished = generation;
          task.run(worker.part);
        }
      }
    } finally {
      shared.await(generation);
    }
    for (Worker worker : shared.workers) {
      worker.rethrow();
    }
  }

  @Override
  public void close() {
    cleanable.clean();
  }

  /** Holds no reference to the team, so that the team can become garbage while its threads wait. */
  private static final class Shared {
    final Worker[] workers;
    Task task;
    volatile long generation;
    volatile boolean closed;

    Shared(int workers) {
      this.workers = new Worker[workers];
    }

    void await(long generation) {
      for (Worker worker : workers) {
        if (worker.claim(generation)) {
          worker.finished = generation; // the task failed before this part began
        }
        for (int spins = 0; worker.finished != generation; spins++) {
          if (spins < 10_000) {
            Thread.onSpinWait();
          } else {
            LockSupport.parkNanos(1_000); // more threads than cores: let the worker run
          }
        }
      }
      task = null;
    }

    void close() {
      closed = true;
      for (Worker worker : workers) {
        LockSupport.unpark(worker);
      }
    }
  }

  private static final class Worker extends Thread {
    private final Shared shared;
    private final int part;
    private final AtomicLong claimed = new AtomicLong();
    volatile long finished;
    volatile boolean parked;
    private Throwable failure;

    Worker(Shared shared, int part) {
      super("network-" + part);
      this.shared = shared;
      this.part = part;
      setDaemon(true);
    }

    @Override
    public void run() {
      for (long seen = 0; await(seen); ) {
        seen = shared.generation;
        if (claim(seen)) {
          try {
            shared.task.run(part);
          } catch (RuntimeException | Error e) {
            failure = e;
          }
          finished = seen;
        }
      }
    }

    /** Whether the caller shall run this worker's part of the task of this number. */
    boolean claim(long generation) {
      return claimed.compareAndSet(generation - 1, generation);
    }

    /** Returns false when the team is closed. */
    private boolean await(long seen) {
      long deadline = System.nanoTime() + SPIN_NANOS;
      for (int spins = 0; shared.generation == seen; spins++) {
        if (shared.closed) {
          return false;
        }
        Thread.onSpinWait();
        if ((spins & 63) == 63 && System.nanoTime() > deadline) {
          parked = true;
          if (shared.generation == seen && !shared.closed) {
            LockSupport.park(shared);
          }
          parked = false;
        }
      }
      return true;
    }

    void rethrow() {
      Throwable thrown = failure;
      failure = null;
      if (thrown instanceof Error error) {
        throw error;
      }
      if (thrown != null) {
        throw (RuntimeException) thrown;
      }
    }
  }
}
