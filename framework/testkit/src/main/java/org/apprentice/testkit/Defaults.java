package org.apprentice.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
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

/**
 * The documented defaults of a component without nested components, as its config record.
 *
 * @param type of the record, in the component's jar
 * @param resource where that jar documents the defaults, such as {@code /algorithm/ppo.conf}
 */
public record Defaults<C extends Record>(Class<C> type, String resource) {
  /**
   * @param changes written as in an experiment file: {@code "clip = 0.1"}
   * @throws IllegalArgumentException what the record has against them
   */
  public C with(String... changes) {
    Map<String, String> values = new LinkedHashMap<>();
    lines().forEach(line -> put(values, line));
    for (String change : changes) {
      if (!values.containsKey(key(change))) {
        throw new IllegalArgumentException("there is no key " + key(change));
      }
      put(values, change);
    }
    RecordComponent[] components = type.getRecordComponents();
    Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      arguments[i] = parse(values.get(kebab(components[i].getName())), components[i]);
    }
    Class<?>[] parameters =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<C> constructor = type.getDeclaredConstructor(parameters);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
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
  private List<String> lines() {
    try (InputStream in = type.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In the order of the file. */
  public List<String> keys() {
    return lines().stream().map(Defaults::key).toList();
  }

  /** The key of a record component. */
  public static String kebab(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  private static String key(String line) {
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
