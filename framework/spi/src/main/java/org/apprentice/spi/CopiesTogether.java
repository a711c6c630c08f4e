package org.apprentice.spi;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * Single environments stepped together, in one thread or in several. Each environment is made, used
 * and closed by one thread alone. What comes out does not depend on the number of threads.
 *
 * <p>An end that is not the end of the game (a lost life) goes on with {@link
 * Environment#nextLife()}, any other with {@link Environment#reset()}.
 */
public final class CopiesTogether implements VectorEnvironment {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final EnvironmentSpec spec;
  private final Environment[] copies;
  private final Environment.Outcome[] outcomes;
  private final int[] lengths;
  private final boolean[] actionMask;
  private final Owner[] owners;
  private ActionBatch actions;
  private StepBatch outcome;
  private boolean started;

  /**
   * @param single makes one environment
   * @param threads in which copies are stepped; 1 for the caller's own, from call to call the same
   */
  public CopiesTogether(
      EnvironmentSpec spec, Supplier<Environment> single, int copies, int threads) {
    if (copies < 1 || threads < 1) {
      throw new IllegalArgumentException(
          "copies and threads must be at least 1, found " + copies + " and " + threads);
    }
    this.spec = spec;
    this.copies = new Environment[copies];
    outcomes = new Environment.Outcome[copies];
    Arrays.setAll(outcomes, copy -> new Environment.Outcome());
    lengths = new int[copies];
    owners = threads == 1 ? new Owner[0] : new Owner[Math.min(threads, copies)];
    for (int i = 0; i < owners.length; i++) {
      owners[i] = new Owner(i);
    }
    try {
      each(copy -> this.copies[copy] = single.get());
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
    actionMask =
        this.copies[0].actionMask() == null
            ? null
            : new boolean[copies * spec.actionSpace().width()];
  }

  @Override
  public int size() {
    return copies.length;
  }

  @Override
  public EnvironmentSpec spec() {
    return spec;
  }

  @Override
  public void reset(long seed, ObservationBatch out) {
    requireRows("observations", out.rows());
    each(
        copy -> {
          copies[copy].seed(mix(mix(seed + GOLDEN) + (copy + 1L) * GOLDEN));
          copies[copy].reset();
          copies[copy].observe(out, copy);
          lengths[copy] = 0;
          outcomes[copy].episodeReturn = 0;
          remember(copy);
        });
    started = true;
  }

  /** The finaliser of SplitMix64: neighbouring seeds and copies share nothing. */
  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  @Override
  public void step(ActionBatch in, StepBatch out) {
    if (!started) {
      throw new IllegalStateException("reset must be called before the first step");
    }
    requireRows("actions", in.rows());
    requireRows("the outcome", out.rewards().length);
    actions = in;
    outcome = out;
    each(stepping);
  }

  /** Made once: a step allocates nothing. */
  private final IntConsumer stepping = this::step;

  private void step(int copy) {
    Environment environment = copies[copy];
    Environment.Outcome result = outcomes[copy];
    environment.step(actions, copy, result);
    lengths[copy]++;
    outcome.rewards()[copy] = (float) result.reward;
    outcome.terminated()[copy] = result.terminated;
    outcome.truncated()[copy] = result.truncated && !result.terminated;
    outcome.episodeEnded()[copy] = result.episodeEnded;
    if (result.terminated || result.truncated) {
      environment.observe(outcome.finalObservations(), copy);
      if (result.episodeEnded) {
        outcome.episodeReturn()[copy] = result.episodeReturn;
        outcome.episodeLength()[copy] = lengths[copy];
        lengths[copy] = 0;
        environment.reset();
      } else {
        environment.nextLife();
      }
    }
    environment.observe(outcome.observations(), copy);
    remember(copy);
  }

  private void remember(int copy) {
    if (actionMask != null) {
      boolean[] own = copies[copy].actionMask();
      System.arraycopy(own, 0, actionMask, copy * own.length, own.length);
    }
  }

  @Override
  public boolean[] actionMask() {
    return actionMask;
  }

  @Override
  public byte[] save() {
    byte[][] states = new byte[copies.length][];
    each(copy -> states[copy] = saved(copy));
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeInt(copies.length);
      for (byte[] state : states) {
        out.writeInt(state.length);
        out.write(state);
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot be written to", e);
    }
  }

  private byte[] saved(int copy) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeBoolean(started);
      out.writeInt(lengths[copy]);
      copies[copy].save(out);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot be written to", e);
    }
  }

  @Override
  public void restore(byte[] state) {
    byte[][] states = new byte[copies.length][];
    try {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(state));
      int found = in.readInt();
      if (found != copies.length) {
        throw new IllegalArgumentException(
            "the state is one of %d copies, and there are %d".formatted(found, copies.length));
      }
      for (int copy = 0; copy < found; copy++) {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
          throw new IOException("it ends too soon");
        }
        states[copy] = in.readNBytes(length);
      }
      if (in.available() > 0) {
        throw new IOException("something follows it");
      }
    } catch (IOException e) {
      throw damaged(e);
    }
    boolean[] running = new boolean[copies.length];
    each(copy -> running[copy] = restored(copy, states[copy]));
    started = running[0];
  }

  private boolean restored(int copy, byte[] state) {
    try {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(state));
      boolean running = in.readBoolean();
      lengths[copy] = in.readInt();
      copies[copy].restore(in);
      if (in.available() > 0) {
        throw new IOException("something follows it");
      }
      remember(copy);
      return running;
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  private static IllegalArgumentException damaged(IOException cause) {
    return new IllegalArgumentException(
        "the state is not one of these environments: " + cause.getMessage(), cause);
  }

  @Override
  public Frame render(int copy) {
    Frame[] frame = new Frame[1];
    Objects.checkIndex(copy, copies.length);
    one(copy, it -> frame[0] = copies[it].render());
    return frame[0];
  }

  @Override
  public void close() {
    try {
      each(
          copy -> {
            if (copies[copy] != null) {
              copies[copy].close();
            }
          });
    } finally {
      for (Owner owner : owners) {
        owner.end();
      }
    }
  }

  private void requireRows(String what, int rows) {
    if (rows != copies.length) {
      throw new IllegalArgumentException(
          what + " must have " + copies.length + " rows, found " + rows);
    }
  }

  private void each(IntConsumer task) {
    if (owners.length == 0) {
      for (int copy = 0; copy < copies.length; copy++) {
        task.accept(copy);
      }
      return;
    }
    for (Owner owner : owners) {
      owner.begin(task, owner.first, owners.length);
    }
    await();
  }

  private void one(int copy, IntConsumer task) {
    if (owners.length == 0) {
      task.accept(copy);
      return;
    }
    owners[copy % owners.length].begin(task, copy, copies.length);
    await();
  }

  /** Waits for all; what the first of them threw is thrown here. */
  private void await() {
    Throwable thrown = null;
    for (Owner owner : owners) {
      Throwable now = owner.await();
      thrown = thrown == null ? now : thrown;
    }
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown != null) {
      throw (RuntimeException) thrown;
    }
  }

  /** The thread that every n-th copy belongs to. */
  private final class Owner extends Thread {
    private final int first;
    private IntConsumer task;
    private int from;
    private int stride;
    private Throwable thrown;
    private Thread caller;

    /** Tasks so far; written by the caller only. */
    private volatile int begun;

    /** Tasks done so far; written by this thread only. */
    private volatile int done;

    Owner(int first) {
      super("environments-" + first);
      this.first = first;
      setDaemon(true);
      start();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void begin(IntConsumer next, int firstCopy, int every) {
      task = next;
      from = firstCopy;
      stride = every;
      caller = Thread.currentThread();
      begun++;
      LockSupport.unpark(this);
    }

    /** What the task threw, null if nothing. */
    Throwable await() {
      while (done != begun) {
        LockSupport.park(this);
      }
      Throwable result = thrown;
      thrown = null;
      return result;
    }

    void end() {
      begin(null, 0, 1);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    public void run() {
      while (true) {
        while (done == begun) {
          LockSupport.park(this);
        }
        if (task == null) {
          return;
        }
        try {
          for (int copy = from; copy < copies.length; copy += stride) {
            task.accept(copy);
          }
        } catch (RuntimeException | Error e) {
          thrown = e;
        }
        Thread waiting = caller;
        done++;
        LockSupport.unpark(waiting);
      }
    }
  }
}
