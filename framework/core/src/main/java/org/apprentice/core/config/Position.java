package org.apprentice.core.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a value was written.
 *
 * @param source a file, {@link #COMMAND_LINE}, or the defaults of a component
 */
record Position(String source, Optional<Integer> line) {
  static final String COMMAND_LINE = "command line";

  /** Two sources of one value, the one that counts first. */
  private static final String MERGED = "merge of ";

  /** How the source of a component's defaults begins. */
  static final String DEFAULTS = "defaults of ";

  /** The source of the defaults of core's own keys. */
  static final String CORE = DEFAULTS + "experiments";

  /** The library appends ": 7", or ": 7-9" where it merged neighbours. */
  private static final Pattern LINE = Pattern.compile("(.*): (\\d+)(-\\d+)?");

  static Position of(ConfigOrigin origin) {
    String description = origin.description();
    if (description.startsWith(MERGED)) {
      description = description.substring(MERGED.length()).split(",", 2)[0];
    }
    Matcher matcher = LINE.matcher(description);
    if (!matcher.matches()) {
      return new Position(description, Optional.empty());
    }
    Optional<Integer> line = Optional.of(Integer.valueOf(matcher.group(2)));
    String source = matcher.group(1);
    return new Position(source, source.equals(COMMAND_LINE) ? Optional.empty() : line);
  }

  /** A merged object has no line of its own; it stands where its choice or first own key stands. */
  static Position of(ConfigValue value) {
    Position own = of(value.origin());
    if (!(value instanceof ConfigObject object)) {
      return own;
    }
    try {
      ConfigValue plugin = object.get(NodeMerger.PLUGIN);
      if (plugin != null) {
        return of(plugin.origin());
      }
      return object.values().stream()
          .map(Position::of)
          .filter(position -> !position.isDefault())
          .min(Comparator.comparing(position -> position.line().orElse(0)))
          .orElse(own);
    } catch (ConfigException.NotResolved e) {
      return own;
    }
  }

  /** {@code experiments/cartpole.conf:7} */
  String place() {
    return source + line.map(number -> ":" + number).orElse("");
  }

  boolean isDefault() {
    return source.startsWith(DEFAULTS);
  }

  /** What relative paths written here start from. */
  Path directory() {
    if (source.equals(COMMAND_LINE) || isDefault()) {
      return Path.of("");
    }
    Path parent = Path.of(source).getParent();
    return parent == null ? Path.of("") : parent;
  }
}
