package org.apprentice.spi;

import java.util.Set;

/**
 * Something an experiment file can name.
 *
 * <p>Its documented defaults are the class-path resource {@code /<kind>/<name>.conf} of the jar
 * that holds {@link #configType()}, for example {@code /algorithm/ppo.conf}: HOCON with a comment
 * above every key. A config type without components needs no such resource.
 *
 * @param <C> the record that the component's node of the experiment is bound to. Keys are its
 *     component names in kebab-case; values are {@code int}, {@code long}, {@code float}, {@code
 *     double}, {@code boolean}, {@code String}, enums, {@code java.nio.file.Path} (relative to the
 *     file that names it), {@code java.time.Duration}, nested records, {@link Choice}, {@code
 *     List}, {@code Optional} and {@code Map<String, ...>} of these. Its compact constructor checks
 *     ranges and throws {@link IllegalArgumentException} whose message reads {@code "clip must be
 *     in (0, 1), found 1.5"}.
 */
public interface Component<C extends Record> {
  /** Kebab-case, unique within its kind. */
  String name();

  Class<C> configType();

  /**
   * Keys that choose this component where a node names none: {@code network { torso = cnn, memory =
   * lstm }} needs no {@code plugin}.
   */
  default Set<String> impliedBy() {
    return Set.of();
  }

  /** One line for {@code apprentice plugins}. */
  String description();
}
