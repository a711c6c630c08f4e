package org.apprentice.tracking;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.apprentice.spi.RunEvent;

/** Reads a journal's lines in order; may read while another thread or process appends. */
final class JournalReader implements AutoCloseable {
  private final RandomAccessFile file;
  private byte[] buffer = new byte[64 * 1024];
  private int start;
  private int end;
  private long position;

  JournalReader(Path journal, long position) throws IOException {
    file = new RandomAccessFile(journal.toFile(), "r");
    this.position = position;
    file.seek(position);
  }

  /** Where the next line begins, in bytes. */
  long position() {
    return position;
  }

  /**
   * The next event; nothing at the end and before a torn or damaged line, where the reader stays.
   */
  Optional<RunEvent> next() throws IOException {
    int length = lineLength();
    if (length < 0) {
      return Optional.empty();
    }
    Optional<RunEvent> event = EventLine.read(buffer, start, length);
    if (event.isPresent()) {
      advance(length);
    }
    return event;
  }

  /** Passes over a damaged line; false if no complete line is left. */
  boolean skip() throws IOException {
    int length = lineLength();
    if (length >= 0) {
      advance(length);
    }
    return length >= 0;
  }

  private void advance(int lineLength) {
    start += lineLength + 1;
    position += lineLength + 1;
  }

  /**
   * Length of the line at {@link #start} without its newline, all of it in the buffer; -1 if it has
   * no newline.
   */
  private int lineLength() throws IOException {
    int searched = start;
    while (true) {
      for (int i = searched; i < end; i++) {
        if (buffer[i] == '\n') {
          return i - start;
        }
      }
      searched = end - start;
      if (!fill()) {
        return -1;
      }
    }
  }

  /** Moves the current line to the front of the buffer and reads more behind it. */
  private boolean fill() throws IOException {
    System.arraycopy(buffer, start, buffer, 0, end - start);
    end -= start;
    start = 0;
    if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
    int count = file.read(buffer, end, buffer.length - end);
    if (count <= 0) {
      return false;
    }
    end += count;
    return true;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
