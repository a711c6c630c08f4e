package org.apprentice.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apprentice.spi.RunEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceiptsTest {
  @TempDir Path folder;

  @Test
  void aReceiptTellsOfOnePlaceAndOneLength() throws IOException {
    Path run = folder.resolve("run");
    long length;
    try (Journal journal = Journal.open(run)) {
      journal.append(new RunEvent.Tag("one", "1"));
      length = journal.sync();
      Receipts.sign(run, "sqlite", length);
      assertThat(Receipts.isComplete(run, "sqlite")).isTrue();
      assertThat(Receipts.isComplete(run, "sqlit")).isFalse();
      journal.append(new RunEvent.Tag("two", "2"));
      journal.sync();
    }
    assertThat(Receipts.isComplete(run, "sqlite")).isFalse();
    Receipts.sign(run, "sqlite", length);
    assertThat(Receipts.isComplete(run, "sqlite")).as("too short a part").isFalse();
    Receipts.sign(run, "sqlite", Journal.length(run));
    assertThat(Receipts.isComplete(run, "sqlite")).isTrue();
    Path receipt = run.resolve("delivered");
    Files.writeString(receipt, Files.readString(receipt).strip());
    assertThat(Receipts.isComplete(run, "sqlite")).as("cut off").isFalse();
  }

  @Test
  void placesDoNotDisturbEachOther() throws IOException {
    Path run = folder.resolve("run");
    try (Journal journal = Journal.open(run)) {
      journal.append(new RunEvent.Tag("one", "1"));
      long length = journal.sync();
      Receipts.sign(run, "sqlite", length);
      Receipts.sign(run, "http://localhost:5000", length);
    }
    assertThat(Receipts.isComplete(run, "sqlite")).isTrue();
    assertThat(Receipts.isComplete(run, "http://localhost:5000")).isTrue();
    assertThat(Receipts.isComplete(run, "http://localhost")).isFalse();
  }
}
