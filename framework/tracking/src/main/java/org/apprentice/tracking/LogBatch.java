package org.apprentice.tracking;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apprentice.spi.RunEvent;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.RunTag;

/** Entries that a server takes in one request, within its limits. */
record LogBatch(List<Entry> entries) {
  private static final int MAX_ENTRIES = 1000;
  private static final int MAX_PARAMS = 100;
  private static final int MAX_TAGS = 100;

  /** MLflow's limit is 1 MB for the whole request. */
  private static final int MAX_BYTES = 900_000;

  /** What is around keys and values in JSON, times and steps included. */
  private static final int ENTRY_BYTES = 150;

  /**
   * A metric, param or tag as the server takes it.
   *
   * @param event that it stands for
   * @param key allowed by the server
   * @param value not longer than allowed; empty for metrics
   */
  record Entry(RunEvent event, String key, String value) {
    /** At most; JSON writes some characters in six. */
    private int bytes() {
      return ENTRY_BYTES + jsonBytes(key) + jsonBytes(value);
    }

    private static int jsonBytes(String text) {
      int bytes = text.getBytes(StandardCharsets.UTF_8).length;
      int escaped = 0;
      for (int i = 0; i < text.length(); i++) {
        char character = text.charAt(i);
        if (character < ' '
            || "\"\\<>&='\u2028\u2029\u007f".indexOf(character) >= 0
            || Character.isSurrogate(character)) {
          escaped++;
        }
      }
      return bytes + 5 * escaped;
    }
  }

  /** As few requests as possible, in order. */
  static List<LogBatch> split(List<Entry> entries) {
    List<LogBatch> batches = new ArrayList<>();
    List<Entry> batch = new ArrayList<>();
    int params = 0;
    int tags = 0;
    int bytes = 0;
    for (Entry entry : entries) {
      int paramCount = entry.event() instanceof RunEvent.Param ? 1 : 0;
      int tagCount = entry.event() instanceof RunEvent.Tag ? 1 : 0;
      boolean full =
          batch.size() == MAX_ENTRIES
              || params + paramCount > MAX_PARAMS
              || tags + tagCount > MAX_TAGS
              || bytes + entry.bytes() > MAX_BYTES;
      if (full && !batch.isEmpty()) {
        batches.add(new LogBatch(List.copyOf(batch)));
        batch.clear();
        params = 0;
        tags = 0;
        bytes = 0;
      }
      batch.add(entry);
      params += paramCount;
      tags += tagCount;
      bytes += entry.bytes();
    }
    if (!batch.isEmpty()) {
      batches.add(new LogBatch(List.copyOf(batch)));
    }
    return batches;
  }

  /** Two of at least one entry each, for a batch of more than one. */
  List<LogBatch> halves() {
    int middle = entries.size() / 2;
    return List.of(
        new LogBatch(entries.subList(0, middle)),
        new LogBatch(entries.subList(middle, entries.size())));
  }

  void send(MlflowServer server, String run) {
    List<Metric> metrics = new ArrayList<>();
    List<Param> params = new ArrayList<>();
    List<RunTag> tags = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.event() instanceof RunEvent.Metric metric) {
        metrics.add(
            Metric.newBuilder()
                .setKey(entry.key())
                .setValue(MlflowLimits.finite(metric.value()))
                .setTimestamp(metric.timestampMillis())
                .setStep(metric.step())
                .build());
      } else if (entry.event() instanceof RunEvent.Param) {
        params.add(Param.newBuilder().setKey(entry.key()).setValue(entry.value()).build());
      } else {
        tags.add(RunTag.newBuilder().setKey(entry.key()).setValue(entry.value()).build());
      }
    }
    server.logBatch(run, metrics, params, tags);
  }
}
