package org.apprentice.core.execution;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import org.apprentice.core.config.WrittenTrial;
import org.apprentice.core.trial.TrialStatus;
import org.apprentice.spi.ProgressUnit;

/** What a worker process and its parent say to each other, a line of JSON each. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "message")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Message.Train.class, name = "train"),
  @JsonSubTypes.Type(value = Message.Stop.class, name = "stop"),
  @JsonSubTypes.Type(value = Message.Started.class, name = "started"),
  @JsonSubTypes.Type(value = Message.Progressed.class, name = "progressed"),
  @JsonSubTypes.Type(value = Message.Evaluated.class, name = "evaluated"),
  @JsonSubTypes.Type(value = Message.Warned.class, name = "warned"),
  @JsonSubTypes.Type(value = Message.Ended.class, name = "ended"),
  @JsonSubTypes.Type(value = Message.Refused.class, name = "refused")
})
@JsonInclude(JsonInclude.Include.NON_NULL)
sealed interface Message {
  /** To the worker: a training; {@code until} and {@code parent} may be null. */
  record Train(WrittenTrial trial, String source, Long until, boolean fresh, String parent)
      implements Message {}

  /** To the worker: end soon, with a checkpoint. The end of its input says the same. */
  record Stop() implements Message {}

  record Started(long resumedAt) implements Message {}

  /** Numbers that JSON does not know are null. */
  record Progressed(
      long done,
      long total,
      ProgressUnit unit,
      long environmentSteps,
      Double stepsPerSecond,
      Double meanReturn)
      implements Message {}

  record Evaluated(double meanReturn) implements Message {}

  record Warned(String text) implements Message {}

  /** The training ended or paused, well or not; the worker is free again. */
  record Ended(TrialStatus status) implements Message {}

  /** The training could not begin; the worker is free again. */
  record Refused(String reason) implements Message {}

  /**
   * Begins a message, so that what native code prints to the same stream cannot be taken for one.
   */
  char MARK = '\u001e';

  ObjectMapper JSON = new ObjectMapper();

  default String line() {
    try {
      return MARK + JSON.writerFor(Message.class).writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a message cannot be written: " + this, e);
    }
  }

  /** Empty if the line holds something else. */
  static Optional<Message> parse(String line) {
    int start = line.indexOf(MARK);
    if (start < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(line.substring(start + 1), Message.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
