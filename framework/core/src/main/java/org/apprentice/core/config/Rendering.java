package org.apprentice.core.config;

import com.typesafe.config.ConfigUtil;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
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
import org.apprentice.spi.WrapperPlugin;

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

  private final Environment environment;
  private final Map<String, List<String>> variables;
  private final Map<String, Object> tree;

  /**
   * @param experiment maps, lists and scalars are read from its records
   * @param variables of {@code environment} that values were made of, by path
   */
  Rendering(Experiment experiment, Environment environment, Map<String, List<String>> variables) {
    this.environment = environment;
    this.variables = variables;
    tree = fields(experiment, "");
  }

  /** Whether the value at a path holds a secret. */
  boolean isSecret(String path) {
    Object value = tree;
    for (String key : path.split("\\.")) {
      value = value instanceof Map<?, ?> map ? map.get(key) : null;
    }
    return value instanceof Environment.Veiled;
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

  private static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  /** Of a file of any size. */
  static String sha256(Path file) throws IOException {
    try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file), sha256())) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private Map<String, Object> fields(Record config, String path) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (RecordComponent component : config.getClass().getRecordComponents()) {
      String key = Types.kebab(component.getName());
      fields.put(key, node(Types.read(component, config), join(path, key)));
    }
    return fields;
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** Maps, lists, scalars, secrets without what is secret, and the empty {@code Optional}. */
  private Object node(Object value, String path) {
    if (value instanceof Optional<?> optional) {
      return optional.isPresent() ? node(optional.get(), path) : optional;
    }
    if (value instanceof Choice<?> choice) {
      return component(choice, Map.of(), path);
    }
    if (value instanceof Experiment.Environment node) {
      Map<String, Object> common = new LinkedHashMap<>();
      common.put("copies", node.copies());
      List<Choice<WrapperPlugin<?>>> wrappers = node.wrappers().all();
      if (!wrappers.isEmpty()) {
        String below = join(path, "wrappers");
        common.put("wrappers", node(wrappers.size() == 1 ? wrappers.get(0) : wrappers, below));
      }
      return component(node.component(), common, path);
    }
    if (value instanceof NetworkNode.Single single) {
      return component(single.component(), Map.of(), path);
    }
    if (value instanceof Record config) {
      Map<String, Object> fields = fields(config, path);
      if (value instanceof Experiment.Training training && training.initial().isEmpty()) {
        fields.remove("initial"); // what begins anew has the key it always had
      }
      return fields;
    }
    if (value instanceof List<?> list) {
      List<Object> nodes = new ArrayList<>();
      list.forEach(it -> nodes.add(node(it, path + "[" + nodes.size() + "]")));
      return nodes;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> nodes = new LinkedHashMap<>();
      map.forEach((key, it) -> nodes.put((String) key, node(it, join(path, (String) key))));
      return nodes;
    }
    return scalar(value, path);
  }

  /** A path is no secret: what it leads to may be. */
  private Object scalar(Object value, String path) {
    if (variables.containsKey(path) && !(value instanceof Path)) {
      Environment.Veiled veiled = environment.veil(path, value.toString(), variables.get(path));
      if (veiled != null) {
        return veiled;
      }
    }
    return value instanceof String text ? Secrets.withoutUserInfo(text) : value;
  }

  private Map<String, Object> component(Choice<?> choice, Map<String, Object> common, String path) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put(NodeMerger.PLUGIN, choice.plugin().name());
    node.putAll(common);
    node.putAll(fields(choice.config(), path));
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
    if (value instanceof Environment.Veiled veiled) {
      return veiled.hocon();
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
    if (scalar instanceof Environment.Veiled veiled) {
      return veiled.shown();
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
