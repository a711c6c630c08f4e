package org.apprentice.tracking;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of MLflow's search language that is used here: comparisons of tags, params, metrics and
 * attributes, joined by {@code and}. Keys with other characters than letters, digits, {@code _} and
 * {@code .} must be quoted.
 */
final class StubFilter {
  private static final Pattern COMPARISON =
      Pattern.compile(
          "(tags?|params?|metrics?|attributes?)\\.(?:\"([^\"]*)\"|`([^`]*)`|([\\w.]+))"
              + "\\s*(=|!=|>=|<=|>|<|(?i:I?LIKE))\\s*(?:'([^']*)'|(-?[0-9.eE+-]+))");
  private static final Pattern AND = Pattern.compile("\\s+(?i:and)\\s+");

  private StubFilter() {}

  static Predicate<StubRun> parse(String filter) {
    Predicate<StubRun> all = run -> true;
    String rest = filter.strip();
    List<Predicate<StubRun>> parts = new ArrayList<>();
    while (!rest.isEmpty()) {
      Matcher comparison = COMPARISON.matcher(rest);
      if (!comparison.lookingAt()) {
        throw StubError.invalid("Invalid clause(s) in filter string: " + rest);
      }
      parts.add(comparison(comparison));
      rest = rest.substring(comparison.end());
      Matcher and = AND.matcher(rest);
      if (and.lookingAt()) {
        rest = rest.substring(and.end());
      } else if (!rest.isBlank()) {
        throw StubError.invalid("Invalid clause(s) in filter string: " + rest);
      }
    }
    return parts.stream().reduce(all, Predicate::and);
  }

  private static Predicate<StubRun> comparison(Matcher parts) {
    String kind = parts.group(1);
    String key = first(parts.group(2), parts.group(3), parts.group(4));
    String operator = parts.group(5);
    String text = parts.group(6);
    if (kind.startsWith("metric")) {
      double number = Double.parseDouble(parts.group(7));
      return run ->
          run.metrics.containsKey(key)
              && compares(Double.compare(run.latest(key).value(), number), operator);
    }
    return run -> {
      String value =
          kind.startsWith("tag")
              ? run.tags.get(key)
              : kind.startsWith("param")
                  ? run.params.get(key)
                  : run.info().path(key.equals("run_name") ? "run_name" : key).asText(null);
      return value != null
          && (operator.length() > 2
              ? like(text, operator).matcher(value).matches()
              : compares(value.compareTo(text), operator));
    };
  }

  private static Pattern like(String text, String operator) {
    int flags = operator.equalsIgnoreCase("ILIKE") ? Pattern.CASE_INSENSITIVE : 0;
    String parts = Pattern.quote(text).replace("%", "\\E.*\\Q").replace("_", "\\E.\\Q");
    return Pattern.compile(parts, flags | Pattern.DOTALL);
  }

  private static String first(String... candidates) {
    for (String candidate : candidates) {
      if (candidate != null) {
        return candidate;
      }
    }
    throw new IllegalStateException();
  }

  private static boolean compares(int sign, String operator) {
    return switch (operator) {
      case "=" -> sign == 0;
      case "!=" -> sign != 0;
      case ">" -> sign > 0;
      case ">=" -> sign >= 0;
      case "<" -> sign < 0;
      default -> sign <= 0;
    };
  }
}
