package org.apprentice.trpo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The documented defaults, with changes written as in an experiment file: {@code "clip = 0.1"}. */
final class Defaults {
  private Defaults() {}

  static TrpoConfig with(String... changes) {
    Map<String, String> values = new LinkedHashMap<>();
    lines().forEach(line -> put(values, line));
    for (String change : changes) {
      if (!values.containsKey(key(change))) {
        throw new IllegalArgumentException("there is no key " + key(change));
      }
      put(values, change);
    }
    RecordComponent[] components = TrpoConfig.class.getRecordComponents();
    Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      arguments[i] = parse(values.get(kebab(components[i].getName())), components[i]);
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return TrpoConfig.class.getDeclaredConstructor(types).newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw refused;
      }
      throw new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Those that hold a value. */
  private static List<String> lines() {
    try (InputStream in = TrpoConfig.class.getResourceAsStream("/algorithm/trpo.conf")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String kebab(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  static String key(String line) {
    return line.substring(0, line.indexOf('=')).strip();
  }

  private static void put(Map<String, String> values, String line) {
    values.put(key(line), line.substring(line.indexOf('=') + 1).strip());
  }

  private static Object parse(String value, RecordComponent component) {
    Class<?> type = component.getType();
    if (type != Optional.class) {
      return parse(value, type);
    }
    ParameterizedType optional = (ParameterizedType) component.getGenericType();
    return value.equals("null")
        ? Optional.empty()
        : Optional.of(parse(value, (Class<?>) optional.getActualTypeArguments()[0]));
  }

  private static Object parse(String value, Class<?> type) {
    if (type == int.class || type == Integer.class) {
      return Integer.valueOf(value);
    }
    if (type == double.class || type == Double.class) {
      return Double.valueOf(value);
    }
    if (type == boolean.class) {
      return Boolean.valueOf(value);
    }
    String constant = value.toUpperCase(Locale.ROOT).replace('-', '_');
    return Arrays.stream(type.getEnumConstants())
        .filter(it -> it.toString().equals(constant))
        .findFirst()
        .orElseThrow();
  }
}
