package org.apprentice.tracking;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a process that {@linkplain Delivery#follow follows} the journals of this one see, within
 * half a second or so, what is appended to them. It costs a write and no wait for the disk: making
 * the lines durable is up to the follower. A process that delivers its journals itself needs none.
 */
public final class JournalFlusher implements AutoCloseable {
  private static final long PAUSE_MILLIS = 500;

  private final Queue<Journal> journals = new ConcurrentLinkedQueue<>();
  private final CountDownLatch closing = new CountDownLatch(1);

  public JournalFlusher() {
    Thread thread = new Thread(this::run, "journal-flusher");
    thread.setDaemon(true);
    thread.start();
  }

  /** Takes care of a journal until it is closed. */
  public void add(Journal journal) {
    journals.add(journal);
  }

  private void run() {
    try {
      while (!closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
        journals.removeIf(journal -> !journal.expose());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes care of none any more; closing a journal writes what it still holds. */
  @Override
  public void close() {
    closing.countDown();
  }
}
