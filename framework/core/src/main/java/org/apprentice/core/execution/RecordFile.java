package org.apprentice.core.execution;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The file {@value #FILE} in a study's folder, a line for each {@link RecordEntry}, on disk before
 * the next one. A process may die at any byte of it: opening drops a torn last line.
 */
final class RecordFile implements AutoCloseable {
  static final String FILE = "record.jsonl";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FileChannel channel;
  private final List<RecordEntry> entries;

  private RecordFile(FileChannel channel, List<RecordEntry> entries) {
    this.channel = channel;
    this.entries = entries;
  }

  /**
   * Opens or begins the record in an existing folder.
   *
   * @throws IOException if the file cannot be written, or is damaged before its last line
   */
  static RecordFile open(Path folder) throws IOException {
    Path path = folder.resolve(FILE);
    String text = Files.exists(path) ? Files.readString(path) : "";
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    List<RecordEntry> entries = new ArrayList<>();
    for (String line : whole.lines().toList()) {
      try {
        entries.add(JSON.readValue(line, RecordEntry.class));
      } catch (JsonProcessingException e) {
        throw new IOException(
            "%s:%d is damaged; delete this file and %s beside it, and the study gets a new run in MLflow"
                .formatted(path, entries.size() + 1, "journal.jsonl"),
            e);
      }
    }
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      channel.truncate(whole.getBytes(StandardCharsets.UTF_8).length);
      channel.position(channel.size());
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return new RecordFile(channel, entries);
  }

  /** Those that were there when it was opened. */
  List<RecordEntry> entries() {
    return entries;
  }

  void append(RecordEntry entry) throws IOException {
    String line = JSON.writerFor(RecordEntry.class).writeValueAsString(entry) + "\n";
    ByteBuffer left = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    while (left.hasRemaining()) {
      channel.write(left);
    }
    channel.force(false);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
