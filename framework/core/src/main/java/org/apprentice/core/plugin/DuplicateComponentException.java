package org.apprentice.core.plugin;

/** Two plugins offer a component of the same kind and name: no jar may be skipped to mend that. */
final class DuplicateComponentException extends PluginException {
  private static final long serialVersionUID = 1;

  DuplicateComponentException(String message) {
    super(message);
  }
}
