package org.apprentice.tracking;

import java.time.Duration;
import org.apprentice.spi.TrackingException;

/** A tracking server did not do as asked. */
final class ServerException extends TrackingException {
  private static final long serialVersionUID = 1L;

  /** No answer came, or none that can be trusted. */
  static final int NO_ANSWER = 0;

  private final int status;
  private final String errorCode;

  private ServerException(
      String message,
      Throwable cause,
      boolean temporary,
      Duration retryAfter,
      int status,
      String errorCode) {
    super(message, cause, temporary, retryAfter);
    this.status = status;
    this.errorCode = errorCode;
  }

  /** There was no answer, or one that is none of MLflow's: the same call may succeed later. */
  static ServerException unanswered(String message, Throwable cause) {
    return new ServerException(message, cause, true, null, NO_ANSWER, "");
  }

  /** The server is busy or out of order, or wants other credentials. */
  static ServerException away(String message, int status, Duration retryAfter) {
    return new ServerException(message, null, true, retryAfter, status, "");
  }

  /** The server understood the request and refuses it: asking again would not help. */
  static ServerException refused(String message, int status, String errorCode) {
    return new ServerException(message, null, false, null, status, errorCode);
  }

  /** HTTP's status, or {@link #NO_ANSWER}. */
  int status() {
    return status;
  }

  /** Whether MLflow refused the request with such an {@code error_code}. */
  boolean says(String code) {
    return errorCode.equals(code);
  }
}
