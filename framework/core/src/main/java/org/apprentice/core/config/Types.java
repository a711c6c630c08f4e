package org.apprentice.core.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apprentice.spi.Choice;

/** What the types of config records say. */
final class Types {
  private Types() {}

  static Class<?> raw(Type type) {
    if (type instanceof Class<?> plain) {
      return plain;
    }
    if (type instanceof ParameterizedType parameterized) {
      return (Class<?>) parameterized.getRawType();
    }
    if (type instanceof WildcardType wildcard) {
      return raw(wildcard.getUpperBounds()[0]);
    }
    throw new IllegalArgumentException("a config record cannot hold a " + type.getTypeName());
  }

  /**
   * The last type argument: of {@code Optional<X>}, {@code List<X>}, {@code Choice<X>}, {@code
   * Map<String, X>}.
   */
  static Type argument(Type type) {
    if (!(type instanceof ParameterizedType parameterized)) {
      throw new IllegalArgumentException(
          "a config record needs a type argument for " + type.getTypeName());
    }
    Type[] arguments = parameterized.getActualTypeArguments();
    return arguments[arguments.length - 1];
  }

  /** Keys of a record in their order, with the types of their values. */
  static Map<String, Type> keys(Class<?> config) {
    Map<String, Type> keys = new LinkedHashMap<>();
    for (RecordComponent component : config.getRecordComponents()) {
      keys.put(kebab(component.getName()), component.getGenericType());
    }
    return keys;
  }

  /** {@code learningRate} to {@code learning-rate}. */
  static String kebab(String name) {
    return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  /** {@code NEG_LOG_ONE_MINUS_D} to {@code neg-log-one-minus-d}. */
  static String kebab(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Object read(RecordComponent component, Record config) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(config);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  /** Whether a node of this type names a component, or a node within it does. */
  static boolean holdsChoice(Type type) {
    return holdsChoice(type, new HashSet<>());
  }

  private static boolean holdsChoice(Type type, Set<Type> seen) {
    Class<?> raw = raw(type);
    if (raw == Choice.class || raw == NetworkNode.class) {
      return true;
    }
    if (raw.isRecord()) {
      return seen.add(raw)
          && Arrays.stream(raw.getRecordComponents())
              .anyMatch(component -> holdsChoice(component.getGenericType(), seen));
    }
    return type instanceof ParameterizedType && holdsChoice(argument(type), seen);
  }
}
