package org.apprentice.core.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code key=value} arguments of the command line.
 *
 * @param layer of those with one value
 * @param axes of those with several, split at commas outside brackets and quotes: statements that
 *     set one value each, by key
 */
record Overrides(Layer layer, Map<String, List<ConfigObject>> axes) {
  static Overrides parse(List<String> arguments, List<Problem> problems) {
    List<ConfigObject> statements = new ArrayList<>();
    Map<String, List<ConfigObject>> axes = new LinkedHashMap<>();
    for (String argument : arguments) {
      int separator = argument.indexOf('=');
      List<String> path = separator < 1 ? List.of() : path(argument.substring(0, separator));
      if (path.isEmpty()) {
        problems.add(
            new Problem(
                "expected key=value, for example training.seed=2, found '" + argument + "'",
                Position.COMMAND_LINE,
                Optional.empty()));
        continue;
      }
      List<ConfigObject> values =
          splitAtCommas(argument.substring(separator + 1)).stream()
              .map(value -> assignment(path, value))
              .toList();
      if (values.size() == 1) {
        statements.add(values.get(0));
      } else {
        axes.put(ConfigUtil.joinPath(path), values);
      }
    }
    return new Overrides(new Layer(Position.COMMAND_LINE, statements), axes);
  }

  private static List<String> path(String key) {
    try {
      return ConfigUtil.splitPath(key.trim());
    } catch (ConfigException e) {
      return List.of();
    }
  }

  /** HOCON if it is, else the text as it stands. */
  private static ConfigObject assignment(List<String> path, String value) {
    String key = ConfigUtil.joinPath(path);
    if (!value.isBlank() && !hasComment(value)) {
      try {
        return Hocon.parse(key + " = " + value, Position.COMMAND_LINE);
      } catch (ConfigException e) {
        // Such as http://localhost:5000: meant as it stands.
      }
    }
    return Hocon.parse(
        key + " = " + ConfigValueFactory.fromAnyRef(value).render(), Position.COMMAND_LINE);
  }

  /** Whether HOCON would drop the end of the value. */
  private static boolean hasComment(String value) {
    boolean quoted = false;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' && (i == 0 || value.charAt(i - 1) != '\\')) {
        quoted = !quoted;
      }
      if (!quoted && (c == '#' || value.startsWith("//", i))) {
        return true;
      }
    }
    return false;
  }

  private static List<String> splitAtCommas(String value) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' && (i == 0 || value.charAt(i - 1) != '\\')) {
        quoted = !quoted;
      } else if (!quoted && (c == '[' || c == '{')) {
        depth++;
      } else if (!quoted && (c == ']' || c == '}')) {
        depth--;
      } else if (!quoted && depth == 0 && c == ',') {
        parts.add(value.substring(start, i).trim());
        start = i + 1;
      }
    }
    parts.add(value.substring(start).trim());
    return parts;
  }
}
