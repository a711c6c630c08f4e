package org.apprentice.core.config;

import com.typesafe.config.ConfigUtil;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apprentice.spi.Choice;

/**
 * A bound experiment as text: HOCON to read back, parameters to log, and the key. All three come
 * from the bound values, so that {@code 1e-3} and {@code .001}, and a default given or left out,
 * are the same.
 */
final class Rendering {
  /** Part of every key: raise it when the meaning of a bound value changes. */
  private static final int FORMAT = 1;

  /** What does not change the result of a trial. */
  private static final Set<String> NOT_IN_KEY = Set.of("name", "notes", "tracking", "control");

  private final Map<String, Object> tree;

  /**
   * @param experiment maps, lists and scalars are read from its records
   */
  Rendering(Experiment experiment) {
    tree = fields(experiment);
  }

  /** HOCON with one key per line. */
  String hocon() {
    StringBuilder text = new StringBuilder();
    tree.forEach((key, value) -> write(text, key, value, ""));
    return text.toString();
  }

  /**
   * Scalars and lists as text by path, in the order of {@link #hocon()}; without what is absent.
   */
  Map<String, String> parameters() {
    Map<String, String> parameters = new LinkedHashMap<>();
    tree.forEach(
        (key, value) -> {
          if (!NOT_IN_KEY.contains(key)) {
            flatten(key, value, parameters);
          }
        });
    return parameters;
  }

  /**
   * 16 hexadecimal digits.
   *
   * @param content identifies what a file holds
   */
  String key(Function<Path, String> content) {
    Map<String, Object> kept = new TreeMap<>(tree);
    kept.keySet().removeAll(NOT_IN_KEY);
    String canonical = "apprentice trial " + FORMAT + "\n" + canonical(kept, content);
    return sha256(canonical.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static Map<String, Object> fields(Record config) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (RecordComponent component : config.getClass().getRecordComponents()) {
      fields.put(Types.kebab(component.getName()), node(Types.read(component, config)));
    }
    return fields;
  }

  /** Maps, lists, scalars, and the empty {@code Optional}. */
  private static Object node(Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.isPresent() ? node(optional.get()) : optional;
    }
    if (value instanceof Choice<?> choice) {
      return component(choice, Map.of());
    }
    if (value instanceof Experiment.Environment environment) {
      return component(environment.component(), Map.of("copies", environment.copies()));
    }
    if (value instanceof NetworkNode.Single single) {
      return component(single.component(), Map.of());
    }
    if (value instanceof Record config) {
      return fields(config);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Rendering::node).toList();
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> nodes = new LinkedHashMap<>();
      map.forEach((key, it) -> nodes.put((String) key, node(it)));
      return nodes;
    }
    return value;
  }

  private static Map<String, Object> component(Choice<?> choice, Map<String, Object> common) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put(NodeMerger.PLUGIN, choice.plugin().name());
    node.putAll(common);
    node.putAll(fields(choice.config()));
    return node;
  }

  private static void write(StringBuilder text, String key, Object value, String indent) {
    text.append(indent).append(ConfigUtil.joinPath(key));
    if (value instanceof Map<?, ?> map) {
      text.append(" {\n");
      map.forEach((name, it) -> write(text, (String) name, it, indent + "  "));
      text.append(indent).append("}\n");
    } else {
      text.append(" = ").append(inline(value)).append('\n');
    }
  }

  private static String inline(Object value) {
    return canonical(value, Path::toString);
  }

  /** HOCON on one line, with sorted keys. */
  private static String canonical(Object value, Function<Path, String> path) {
    if (value instanceof Map<?, ?> map) {
      List<String> fields = new ArrayList<>();
      new TreeMap<>(map)
          .forEach((key, it) -> fields.add(quoted((String) key) + " = " + canonical(it, path)));
      return "{ " + String.join(", ", fields) + " }";
    }
    if (value instanceof List<?> list) {
      List<String> elements = list.stream().map(it -> canonical(it, path)).toList();
      return "[" + String.join(", ", elements) + "]";
    }
    if (value instanceof Path it) {
      return quoted(path.apply(it));
    }
    if (value instanceof String || value instanceof Enum<?> || value instanceof Duration) {
      return quoted(plain(value));
    }
    return plain(value);
  }

  private static void flatten(String path, Object value, Map<String, String> parameters) {
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, it) -> flatten(path + "." + key, it, parameters));
    } else if (!value.equals(Optional.empty())) {
      parameters.put(path, value instanceof List<?> ? inline(value) : plain(value));
    }
  }

  private static String plain(Object scalar) {
    if (scalar instanceof Optional<?>) {
      return "null";
    }
    if (scalar instanceof Enum<?> constant) {
      return Types.kebab(constant);
    }
    return scalar instanceof Duration duration ? plain(duration) : scalar.toString();
  }

  /** In the largest unit that gives a whole number. */
  private static String plain(Duration duration) {
    long nanoseconds = duration.toNanos();
    if (nanoseconds % 1_000_000_000 == 0) {
      return duration.toSeconds() + "s";
    }
    return nanoseconds % 1_000_000 == 0 ? duration.toMillis() + "ms" : nanoseconds + "ns";
  }

  private static String quoted(String text) {
    return ConfigUtil.quoteString(text);
  }
}
