package org.apprentice.bc;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apprentice.rl.imitation.ActionConfusion;
import org.apprentice.spi.Table;

/** The confusion of actions after every epoch. */
final class ConfusionHistory {
  private static final String NAME = "confusion";

  private List<String> names = List.of();
  private final List<Entry> entries = new ArrayList<>();

  /**
   * @param counts of the most likely action, where {@code demonstrated} was
   */
  private record Entry(int epoch, String episodes, int demonstrated, long[] counts) {}

  /**
   * @param episodes which ones: those trained on, or those kept out
   */
  void add(int epoch, String episodes, ActionConfusion confusion) {
    names = confusion.names();
    for (int demonstrated = 0; demonstrated < names.size(); demonstrated++) {
      if (confusion.demonstrated(demonstrated) > 0) {
        long[] counts = new long[names.size()];
        for (int likely = 0; likely < counts.length; likely++) {
          counts[likely] = confusion.count(demonstrated, likely);
        }
        entries.add(new Entry(epoch, episodes, demonstrated, counts));
      }
    }
  }

  /** Empty if there are no discrete actions. */
  List<Table> tables() {
    if (entries.isEmpty()) {
      return List.of();
    }
    List<String> columns = new ArrayList<>(List.of("epoch", "episodes", "demonstrated"));
    columns.addAll(names);
    List<List<Object>> rows = new ArrayList<>();
    for (Entry entry : entries) {
      List<Object> row = new ArrayList<>();
      row.add(entry.epoch());
      row.add(entry.episodes());
      row.add(names.get(entry.demonstrated()));
      for (long count : entry.counts()) {
        row.add(count);
      }
      rows.add(row);
    }
    return List.of(new Table(NAME, columns, rows));
  }

  void save(DataOutput out) throws IOException {
    out.writeInt(names.size());
    for (String name : names) {
      out.writeUTF(name);
    }
    out.writeInt(entries.size());
    for (Entry entry : entries) {
      out.writeInt(entry.epoch());
      out.writeUTF(entry.episodes());
      out.writeInt(entry.demonstrated());
      for (long count : entry.counts()) {
        out.writeLong(count);
      }
    }
  }

  void restore(DataInput in) throws IOException {
    List<String> restored = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      restored.add(in.readUTF());
    }
    names = List.copyOf(restored);
    entries.clear();
    for (int left = in.readInt(); left > 0; left--) {
      int epoch = in.readInt();
      String episodes = in.readUTF();
      int demonstrated = in.readInt();
      long[] counts = new long[names.size()];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = in.readLong();
      }
      entries.add(new Entry(epoch, episodes, demonstrated, counts));
    }
  }
}
