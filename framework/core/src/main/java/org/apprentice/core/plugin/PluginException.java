package org.apprentice.core.plugin;

/** Plugins cannot be loaded, or a component is not among them; the message says what to do. */
public class PluginException extends RuntimeException {
  private static final long serialVersionUID = 1;

  PluginException(String message) {
    super(message);
  }

  PluginException(String message, Throwable cause) {
    super(message, cause);
  }
}
