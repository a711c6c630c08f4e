package org.apprentice.core.config;

import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigResolver;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The environment variables that substitutions stand for where no key has their name.
 *
 * @param variables texts by name
 */
record Environment(Map<String, String> variables) implements ConfigResolver {
  /** How the origin of a variable's value begins. */
  private static final String ORIGIN = "environment variable ";

  private static final Pattern IN_ORIGIN = Pattern.compile(ORIGIN + "([^\\s,:]+)");

  @Override
  public ConfigValue lookup(String path) {
    List<String> names = ConfigUtil.splitPath(path);
    String name = names.get(0);
    String text = names.size() == 1 ? variables.get(name) : null;
    if (text == null) {
      return null;
    }
    if (isSecret(name)) {
      Secrets.keep(text, shown(name));
    }
    return ConfigValueFactory.fromAnyRef(text, ORIGIN + name);
  }

  @Override
  public ConfigResolver withFallback(ConfigResolver fallback) {
    return this;
  }

  /** The variables that a value was made of, each once; none if it was written out. */
  static List<String> of(ConfigOrigin origin) {
    List<String> names = new ArrayList<>();
    Matcher matcher = IN_ORIGIN.matcher(origin.description());
    while (matcher.find()) {
      if (!names.contains(matcher.group(1))) {
        names.add(matcher.group(1));
      }
    }
    return names;
  }

  private boolean isSecret(String name) {
    return Secrets.isNamedSo(name) || Secrets.holdsUserInfo(variables.getOrDefault(name, ""));
  }

  private static String shown(String name) {
    return "${" + name + "}";
  }

  /**
   * A value without its secrets.
   *
   * @param hocon what resolves to the value again where the variables are as they are here
   * @param shown what people see
   */
  record Veiled(String hocon, String shown) {}

  /**
   * Replaces the secrets in a value by the variables that they came from.
   *
   * @param path of its key
   * @param text the value
   * @param names the variables that it was made of
   * @return null if none of them is secret
   */
  Veiled veil(String path, String text, List<String> names) {
    List<String> secret =
        Secrets.isNamedSo(path) ? names : names.stream().filter(this::isSecret).toList();
    if (secret.isEmpty()) {
      return null;
    }
    StringBuilder hocon = new StringBuilder();
    StringBuilder shown = new StringBuilder();
    int start = 0;
    while (start < text.length()) {
      int next = text.length();
      String found = null;
      for (String name : secret) {
        String value = variables.getOrDefault(name, "");
        int at = value.isEmpty() ? -1 : text.indexOf(value, start);
        if (at >= 0 && at < next) {
          next = at;
          found = name;
        }
      }
      if (next > start) {
        hocon.append(ConfigUtil.quoteString(text.substring(start, next)));
        shown.append(text, start, next);
      }
      start = next;
      if (found != null) {
        hocon.append("${?").append(found).append('}');
        shown.append(shown(found));
        start += variables.get(found).length();
      }
    }
    return new Veiled(hocon.toString(), shown.toString());
  }
}
