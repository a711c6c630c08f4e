package org.apprentice.core.execution;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Map;

/**
 * A line of a study's ledger. Every one has the time, in milliseconds since the epoch; most have
 * the key of a trial.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "entry")
@JsonSubTypes({
  @JsonSubTypes.Type(value = LedgerEntry.Began.class, name = "began"),
  @JsonSubTypes.Type(value = LedgerEntry.Planned.class, name = "planned"),
  @JsonSubTypes.Type(value = LedgerEntry.Started.class, name = "started"),
  @JsonSubTypes.Type(value = LedgerEntry.Died.class, name = "died"),
  @JsonSubTypes.Type(value = LedgerEntry.Ended.class, name = "ended"),
  @JsonSubTypes.Type(value = LedgerEntry.Reused.class, name = "reused"),
  @JsonSubTypes.Type(value = LedgerEntry.Pruned.class, name = "pruned"),
  @JsonSubTypes.Type(value = LedgerEntry.Left.class, name = "left")
})
@JsonInclude(JsonInclude.Include.NON_NULL)
sealed interface LedgerEntry {
  long at();

  /**
   * A process took the study up, for the first time or again.
   *
   * @param commit of the experiment file's git checkout; null outside of one
   */
  record Began(long at, long process, int workers, String commit) implements LedgerEntry {}

  /** A trial belongs to the study. Said anew each time that the study is taken up. */
  record Planned(
      long at, String key, String name, String variant, Map<String, String> point, long seed)
      implements LedgerEntry {}

  /** A trial's training began, or went on from a checkpoint at {@code resumedAt}. */
  record Started(long at, String key, int worker, long resumedAt) implements LedgerEntry {}

  /** A trial's worker died. */
  record Died(long at, String key, String how) implements LedgerEntry {}

  /**
   * A trial's training ended, or paused.
   *
   * @param state as in the run's status
   * @param score its mean return; null if it has none
   */
  record Ended(long at, String key, String state, Double score, String message)
      implements LedgerEntry {}

  /** A trial had been trained before, by the studies named. */
  record Reused(long at, String key, String trainedBy) implements LedgerEntry {}

  /** A trial does not go on, since its point did worse than others. */
  record Pruned(long at, String key, String why) implements LedgerEntry {}

  /**
   * The process that took the study up left it.
   *
   * @param how as {@link StudyRunner.End}
   */
  record Left(long at, String how) implements LedgerEntry {}
}
