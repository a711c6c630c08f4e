package org.apprentice.core.study;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apprentice.tracking.StoredRun;

/**
 * A filter of runs in MLflow's search syntax, for example {@code params.network = 'lstm' AND
 * metrics."evaluation/return-mean" > 400}. Conditions on {@code params}, {@code tags}, {@code
 * metrics} and {@code attributes} (status, run_name, run_id) are joined by {@code AND}. As in
 * MLflow, parameters, tags and attributes are compared as text ({@code = != LIKE ILIKE IN}),
 * metrics as numbers ({@code = != < <= > >=}), and a run without the key does not match, {@code !=}
 * included. A node that names a component, such as {@code params.network}, stands for its {@code
 * plugin}.
 */
public final class RunFilter {
  private static final String WORKING = "params.network = 'lstm' AND metrics.\"losses/value\" < 1";

  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:(?<string>'[^']*'|\"[^\"]*\"|`[^`]*`)|(?<operator><=|>=|!=|=|<|>|[(),])"
              + "|(?<number>[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?(?![\\w.]))"
              + "|(?<word>[\\w./\\-]+))");

  private static final Set<String> TEXT_COMPARATORS = Set.of("=", "!=", "LIKE", "ILIKE", "IN");
  private static final Set<String> NUMBER_COMPARATORS = Set.of("=", "!=", "<", "<=", ">", ">=");

  private enum Entity {
    PARAMETER,
    TAG,
    ATTRIBUTE,
    METRIC;

    Set<String> comparators() {
      return this == METRIC ? NUMBER_COMPARATORS : TEXT_COMPARATORS;
    }

    static Optional<Entity> of(String name) {
      return Optional.ofNullable(
          switch (name.toLowerCase(Locale.ROOT)) {
            case "params", "param", "parameters", "parameter" -> PARAMETER;
            case "tags", "tag" -> TAG;
            case "metrics", "metric" -> METRIC;
            case "attributes", "attribute", "attr", "run" -> ATTRIBUTE;
            default -> null;
          });
    }
  }

  /**
   * @param values text, or a number as text; several for {@code IN}
   */
  private record Condition(Entity entity, String key, String comparator, List<String> values) {}

  private record Token(String kind, String text, int position) {}

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private final List<Condition> conditions = new ArrayList<>();
  private int next;

  private RunFilter(String text) {
    this.text = text;
  }

  /**
   * @throws ComparisonException if the text is no filter
   */
  public static RunFilter parse(String text) {
    RunFilter filter = new RunFilter(text);
    filter.split();
    filter.conditions.add(filter.condition());
    while (filter.next < filter.tokens.size()) {
      if (!filter.takeWord("AND")) {
        throw filter.wrong("expected AND", filter.position());
      }
      filter.conditions.add(filter.condition());
    }
    return filter;
  }

  @Override
  public String toString() {
    return text;
  }

  /** What conditions are about. */
  private record Subject(
      Map<String, String> parameters,
      Map<String, String> tags,
      Map<String, Double> metrics,
      Map<String, String> attributes) {}

  boolean matches(RecordedRun run) {
    return matches(
        new Subject(
            run.parameters(),
            run.tags(),
            run.metrics(),
            attributes(run.status().state().name(), run.status().name(), run.status().uid())));
  }

  /** Whether a run that a tracking store tells of is let through; its id is the store's. */
  public boolean matches(StoredRun run) {
    Map<String, Double> metrics = new HashMap<>();
    run.metrics().forEach((key, metric) -> metrics.put(key, metric.value()));
    String status = run.ended().map(Enum::name).orElse("RUNNING");
    return matches(
        new Subject(run.params(), run.tags(), metrics, attributes(status, run.name(), run.id())));
  }

  private static Map<String, String> attributes(String status, String name, String id) {
    return Map.of("status", status, "run_name", name, "run_id", id);
  }

  private boolean matches(Subject run) {
    return conditions.stream().allMatch(condition -> matches(condition, run));
  }

  /**
   * Those of the conditions that MLflow is sure to understand as they are meant here, to spare what
   * does not match anyway; empty if it is none of them.
   */
  public Optional<String> forStore() {
    List<String> understood = new ArrayList<>();
    for (Condition condition : conditions) {
      boolean tag =
          condition.entity() == Entity.TAG
              && !condition.comparator().equals("IN")
              && !condition.values().get(0).contains("'");
      // MLflow compares NaN as 0.
      boolean metric = condition.entity() == Entity.METRIC && !condition.comparator().equals("!=");
      if ((tag || metric) && !condition.key().contains("`")) {
        String value = condition.values().get(0);
        understood.add(
            "%s.`%s` %s %s"
                .formatted(
                    tag ? "tags" : "metrics",
                    condition.key(),
                    condition.comparator(),
                    tag ? "'" + value + "'" : value));
      }
    }
    return understood.isEmpty() ? Optional.empty() : Optional.of(String.join(" AND ", understood));
  }

  private static boolean matches(Condition condition, Subject run) {
    if (condition.entity() == Entity.METRIC) {
      Double found = run.metrics().get(condition.key());
      return found != null && compare(found, condition);
    }
    Optional<String> found =
        switch (condition.entity()) {
          case PARAMETER ->
              Optional.ofNullable(run.parameters().get(condition.key()))
                  .or(() -> Optional.ofNullable(run.parameters().get(condition.key() + ".plugin")));
          case TAG -> Optional.ofNullable(run.tags().get(condition.key()));
          case ATTRIBUTE -> Optional.of(run.attributes().get(condition.key()));
          case METRIC -> throw new IllegalStateException("compared as numbers");
        };
    return found.isPresent() && compare(found.get(), condition);
  }

  private static boolean compare(double found, Condition condition) {
    double wanted = Double.parseDouble(condition.values().get(0));
    return switch (condition.comparator()) {
      case "=" -> found == wanted;
      case "!=" -> found != wanted;
      case "<" -> found < wanted;
      case "<=" -> found <= wanted;
      case ">" -> found > wanted;
      default -> found >= wanted;
    };
  }

  private static boolean compare(String found, Condition condition) {
    String wanted = condition.values().get(0);
    return switch (condition.comparator()) {
      case "=" -> found.equals(wanted);
      case "!=" -> !found.equals(wanted);
      case "IN" -> condition.values().contains(found);
      case "LIKE" -> like(wanted, 0).matcher(found).matches();
      default ->
          like(wanted, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE).matcher(found).matches();
    };
  }

  /** SQL's wildcards: % for anything, _ for one character. */
  private static Pattern like(String wanted, int flags) {
    StringBuilder pattern = new StringBuilder();
    wanted
        .codePoints()
        .forEach(
            it -> {
              switch (it) {
                case '%' -> pattern.append(".*");
                case '_' -> pattern.append('.');
                default -> pattern.append(Pattern.quote(Character.toString(it)));
              }
            });
    return Pattern.compile(pattern.toString(), flags | Pattern.DOTALL);
  }

  private void split() {
    String rest = text.stripTrailing();
    Matcher matcher = TOKEN.matcher(rest);
    int position = 0;
    while (position < rest.length()) {
      matcher.region(position, rest.length());
      if (!matcher.lookingAt()) {
        int spaces = rest.substring(position).length() - rest.substring(position).strip().length();
        throw wrong("cannot be read", position + spaces);
      }
      for (String kind : List.of("string", "operator", "number", "word")) {
        if (matcher.group(kind) != null) {
          tokens.add(new Token(kind, matcher.group(kind), matcher.start(kind)));
        }
      }
      position = matcher.end();
    }
  }

  private Condition condition() {
    int start = position();
    String name = take("word", "expected params.KEY, metrics.KEY, tags.KEY or attributes.KEY");
    int dot = name.indexOf('.');
    Optional<Entity> entity = dot < 0 ? Optional.empty() : Entity.of(name.substring(0, dot));
    if (entity.isEmpty()) {
      throw wrong("expected params.KEY, metrics.KEY, tags.KEY or attributes.KEY", start);
    }
    String key = name.substring(dot + 1);
    if (key.isEmpty()) {
      key = unquoted(take("string", "expected a key behind " + name));
    }
    boolean unknown =
        entity.get() == Entity.ATTRIBUTE && !Set.of("status", "run_name", "run_id").contains(key);
    if (unknown) {
      throw wrong("unknown attribute '" + key + "'; available: run_id, run_name, status", start);
    }
    int comparatorStart = position();
    String comparator = comparator();
    if (!entity.get().comparators().contains(comparator)) {
      throw wrong(
          "%s cannot be compared with %s; available: %s"
              .formatted(
                  name,
                  comparator,
                  String.join(" ", entity.get().comparators().stream().sorted().toList())),
          comparatorStart);
    }
    return new Condition(entity.get(), key, comparator, values(entity.get(), comparator));
  }

  private String comparator() {
    if (next < tokens.size() && tokens.get(next).kind().equals("word")) {
      return tokens.get(next++).text().toUpperCase(Locale.ROOT);
    }
    return take("operator", "expected a comparator such as = or LIKE");
  }

  private List<String> values(Entity entity, String comparator) {
    if (entity == Entity.METRIC) {
      return List.of(take("number", "expected a number"));
    }
    if (!comparator.equals("IN")) {
      return List.of(value());
    }
    expect("(");
    List<String> values = new ArrayList<>(List.of(value()));
    while (next < tokens.size() && tokens.get(next).text().equals(",")) {
      next++;
      values.add(value());
    }
    expect(")");
    return values;
  }

  private String value() {
    return unquoted(take("string", "expected text in quotes, for example 'lstm'"));
  }

  private void expect(String operator) {
    int start = position();
    if (!take("operator", "expected " + operator).equals(operator)) {
      throw wrong("expected " + operator, start);
    }
  }

  private boolean takeWord(String word) {
    boolean found = tokens.get(next).text().equalsIgnoreCase(word);
    next += found ? 1 : 0;
    return found;
  }

  private String take(String kind, String otherwise) {
    if (next == tokens.size() || !tokens.get(next).kind().equals(kind)) {
      throw wrong(otherwise, position());
    }
    return tokens.get(next++).text();
  }

  /** Of the next token, in the text. */
  private int position() {
    return next < tokens.size() ? tokens.get(next).position() : text.length();
  }

  private static String unquoted(String string) {
    return string.substring(1, string.length() - 1);
  }

  private ComparisonException wrong(String what, int position) {
    return new ComparisonException(
        "filter %s: %s at character %d%s; one that works: %s"
            .formatted(
                text,
                what,
                position + 1,
                position < text.length() ? " (" + text.substring(position) + ")" : "",
                WORKING));
  }
}
