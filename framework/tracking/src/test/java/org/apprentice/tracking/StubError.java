package org.apprentice.tracking;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** An answer that refuses a request, as MLflow words it. */
final class StubError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String kind;

  private StubError(int status, String code, String kind, String message) {
    super(message);
    this.status = status;
    this.code = code;
    this.kind = kind;
  }

  static StubError invalid(String message) {
    return new StubError(400, "INVALID_PARAMETER_VALUE", "INVALID_PARAMETER_VALUE", message);
  }

  static StubError badRequest(String message) {
    return new StubError(400, "BAD_REQUEST", "INVALID_PARAMETER_VALUE", message);
  }

  static StubError exists(String message) {
    return new StubError(400, "RESOURCE_ALREADY_EXISTS", "RESOURCE_ALREADY_EXISTS", message);
  }

  static StubError absent(String message) {
    return new StubError(404, "RESOURCE_DOES_NOT_EXIST", "RESOURCE_NOT_FOUND", message);
  }

  static StubError internal(String message) {
    return new StubError(500, "INTERNAL_ERROR", "INTERNAL_ERROR", message);
  }

  int status() {
    return status;
  }

  ObjectNode body() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("error_code", code)
        .put("message", getMessage())
        .put("sqlstate", "KAM00")
        .put("error_class", kind);
  }
}
