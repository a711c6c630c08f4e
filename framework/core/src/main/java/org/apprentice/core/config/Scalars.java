package org.apprentice.core.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.apprentice.core.plugin.Suggestion;

/** Single values, by the type they were written in: text is no number and a number is no text. */
final class Scalars {
  private static final Pattern RUN_KEY = Pattern.compile("[0-9a-f]{1,16}(-[0-9]+)?");

  /** HOCON reads a number that begins with its point as text. */
  private static final Pattern POINT_FIRST = Pattern.compile("[+-]?\\.\\d+([eE][+-]?\\d+)?");

  private static final Pattern UNQUOTED =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?|true|false");

  private Scalars() {}

  /**
   * @throws IllegalArgumentException whose message continues the key's name
   */
  static Object bind(Class<?> type, ConfigValue value) {
    if (type == int.class || type == Integer.class) {
      return (int) whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    if (type == long.class || type == Long.class) {
      return whole(value, Long.MIN_VALUE, Long.MAX_VALUE);
    }
    if (type == float.class || type == Float.class) {
      float number = (float) number(value);
      if (Float.isInfinite(number)) {
        throw wanted("a number of single precision", value);
      }
      return number;
    }
    if (type == double.class || type == Double.class) {
      return number(value);
    }
    if (type == boolean.class || type == Boolean.class) {
      if (!(value.unwrapped() instanceof Boolean truth)) {
        throw wanted("true or false", value);
      }
      return truth;
    }
    if (type == String.class) {
      return text(value, "text");
    }
    if (type.isEnum()) {
      return constant(type, value);
    }
    if (type == Path.class) {
      return path(value);
    }
    if (type == Duration.class) {
      return duration(value);
    }
    throw new IllegalStateException("a config record cannot hold a " + type.getName());
  }

  /** Variables are texts, whatever they stand for: a number or a truth value, if it looks so. */
  static ConfigValue ofEnvironment(ConfigValue value) {
    boolean plain = value.unwrapped() instanceof String text && UNQUOTED.matcher(text).matches();
    return plain
        ? Hocon.parse("it = " + value.unwrapped(), "it").get("it").withOrigin(value.origin())
        : value;
  }

  private static long whole(ConfigValue value, long least, long most) {
    if (value.unwrapped() instanceof Number number) {
      BigDecimal exact = new BigDecimal(number.toString());
      boolean isWhole = exact.stripTrailingZeros().scale() <= 0;
      if (isWhole
          && exact.compareTo(BigDecimal.valueOf(least)) >= 0
          && exact.compareTo(BigDecimal.valueOf(most)) <= 0) {
        return exact.longValueExact();
      }
      if (isWhole) {
        throw new IllegalArgumentException(
            "must be between %d and %d, found %s".formatted(least, most, number));
      }
    }
    throw wanted("a whole number", value);
  }

  private static double number(ConfigValue value) {
    Object found = value.unwrapped();
    double number = Double.NaN;
    if (found instanceof Number it) {
      number = it.doubleValue();
    } else if (found instanceof String text && POINT_FIRST.matcher(text).matches()) {
      number = Double.parseDouble(text);
    }
    if (!Double.isFinite(number)) {
      throw wanted("a number", value);
    }
    return number;
  }

  private static String text(ConfigValue value, String expected) {
    if (!(value.unwrapped() instanceof String text)) {
      throw wanted(expected, value);
    }
    return text;
  }

  private static Object constant(Class<?> type, ConfigValue value) {
    List<String> names =
        Arrays.stream(type.getEnumConstants()).map(it -> Types.kebab((Enum<?>) it)).toList();
    String expected = "one of " + String.join(", ", names);
    String name = text(value, expected);
    if (!names.contains(name)) {
      throw new IllegalArgumentException(
          "must be %s, found %s%s".formatted(expected, name, Suggestion.question(name, names)));
    }
    return type.getEnumConstants()[names.indexOf(name)];
  }

  /**
   * An absolute path to a file or folder that exists, or else the key of a run, or its beginning.
   */
  static Path fileOrRun(ConfigValue value) {
    if (value.valueType() == ConfigValueType.NUMBER) {
      return Path.of(value.atKey("it").getString("it")); // a key of digits, as it is written
    }
    try {
      return path(value);
    } catch (IllegalArgumentException e) {
      String text = String.valueOf(value.unwrapped());
      if (RUN_KEY.matcher(text).matches()) {
        return Path.of(text);
      }
      throw new IllegalArgumentException(
          e.getMessage() + "; expected the zip of a model, or the folder or key of a run", e);
    }
  }

  /** Absolute; the file or folder must exist. */
  private static Path path(ConfigValue value) {
    String text = text(value, "a path in quotes");
    try {
      Path path = Position.of(value).directory().resolve(text).normalize();
      if (!Files.exists(path)) {
        throw new IllegalArgumentException("names no existing file: " + path);
      }
      return path.toAbsolutePath();
    } catch (InvalidPathException e) {
      throw wanted("a path in quotes", value);
    }
  }

  private static Duration duration(ConfigValue value) {
    String expected = "a duration such as 10s or 500ms";
    text(value, expected);
    try {
      return value.atKey("it").getDuration("it");
    } catch (ConfigException e) {
      throw wanted(expected, value);
    }
  }

  private static IllegalArgumentException wanted(String expected, ConfigValue value) {
    String mend = "";
    if (value.valueType() == ConfigValueType.STRING && !expected.equals("text")) {
      String text = (String) value.unwrapped();
      boolean unquotes =
          (expected.contains("number") && text.matches("[+-]?[0-9.eE+-]+"))
              || text.equals("true")
              || text.equals("false");
      mend = unquotes ? " (text; remove the quotes)" : " (text)";
    } else if (expected.equals("text")) {
      mend = " (put it in quotes)";
    }
    return new IllegalArgumentException(
        "must be %s, found %s%s".formatted(expected, Binder.shown(value), mend));
  }
}
