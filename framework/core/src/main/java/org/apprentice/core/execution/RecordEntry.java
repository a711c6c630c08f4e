package org.apprentice.core.execution;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What the record of a study tells, in the order in which it happened. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "entry")
@JsonSubTypes({
  @JsonSubTypes.Type(value = RecordEntry.Begun.class, name = "begun"),
  @JsonSubTypes.Type(value = RecordEntry.TrialEnded.class, name = "trial"),
  @JsonSubTypes.Type(value = RecordEntry.CellEnded.class, name = "cell"),
  @JsonSubTypes.Type(value = RecordEntry.Drawn.class, name = "drawn")
})
@JsonInclude(JsonInclude.Include.NON_NULL)
sealed interface RecordEntry {
  /**
   * The first entry.
   *
   * @param uid of the study's own run
   * @param startMillis milliseconds since the epoch
   */
  record Begun(String uid, long startMillis) implements RecordEntry {}

  /** What may become of a trial. */
  enum End {
    FINISHED,
    FAILED,
    PRUNED
  }

  /**
   * @param trainedBy another study; null if this one has trained it
   */
  record TrialEnded(String key, String cell, long seed, End end, String trainedBy)
      implements RecordEntry {}

  /**
   * @param objective larger is better; null if it failed
   */
  record CellEnded(String cell, Double objective) implements RecordEntry {}

  /**
   * The curves of a cell are in the journal.
   *
   * @param runs how many they aggregate
   */
  record Drawn(String cell, int runs) implements RecordEntry {}
}
