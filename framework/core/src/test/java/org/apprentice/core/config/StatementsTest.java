package org.apprentice.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apprentice.core.config.Statements.Statement;
import org.junit.jupiter.api.Test;

class StatementsTest {
  /** The library does not count the lines between a key and its sign. */
  private static final String COMMENT_BEFORE_SIGN = " # before\n {";

  private static List<String> split(String text) {
    return Statements.of(text).stream()
        .map(it -> it.line() + " " + String.join("/", it.parents()) + " " + it.text())
        .toList();
  }

  @Test
  void splitsAtNewlinesAndCommas() {
    assertThat(split("a = 1, b : 2\nc = x y # comment, no\n// d = 3\n\ne=[1,\n2]"))
        .containsExactly("1  a = 1", "1  b : 2", "2  c = x y", "5  e=[1,\n2]");
  }

  @Test
  void descendsIntoObjects() {
    assertThat(split("a { b = 1\n c.d { e = 2 }, f {} }\n\"x.y\" = { z = 3 }"))
        .containsExactly("1 a b = 1", "2 a/c/d e = 2", "2 a f {}", "3 x.y z = 3");
  }

  @Test
  void aCommentMayStandBeforeTheSign() {
    assertThat(split("a # why\n { b = 1 }\nc // of { \" =\n = 2"))
        .containsExactly("2 a b = 1", "3  c // of { \" =\n = 2");
  }

  @Test
  void leavesConcatenationsAlone() {
    assertThat(split("a = ${b} { c = 1 }\nd += { e = 1 }\nf = { g = 1 } { h = 2 }"))
        .containsExactly(
            "1  a = ${b} { c = 1 }", "2  d += { e = 1 }", "3  f = { g = 1 } { h = 2 }");
  }

  @Test
  void knowsQuotesFromSigns() {
    assertThat(
            split(
                "a = \"x, # = { \\\" y\"\nb = \"\"\"one \"two\", {\nthree\"\"\"\"\n\"c,d\" = 1\n"
                    + "e = http\"://x\""))
        .containsExactly(
            "1  a = \"x, # = { \\\" y\"",
            "2  b = \"\"\"one \"two\", {\nthree\"\"\"\"",
            "4  \"c,d\" = 1",
            "5  e = http\"://x\"");
  }

  @Test
  void aValueMayStartOnALaterLine() {
    assertThat(split("a =\n # comment\n [1,\n 2]\nb = 1"))
        .containsExactly("1  a =\n # comment\n [1,\n 2]", "5  b = 1");
  }

  /** The library loses count at text of several lines. */
  @Test
  void linesAreRightBelowTextOfSeveralLines() {
    List<Statement> statements = Statements.of("a { b = \"\"\"one\ntwo\"\"\"\nc = 1 }");
    ConfigObject last = Hocon.parse(statements.get(1).inPlace(), "it");
    assertThat(lines(last)).containsExactly("a.c 3");
  }

  @Test
  void findsIncludes() {
    List<Statement> statements =
        Statements.of(
            "include \"a.conf\"\nb { include required(file(\"c\")), d = 1 }\nincludes = 3");
    assertThat(statements.stream().map(Statement::isInclude))
        .containsExactly(true, true, false, false);
    assertThat(statements.get(1).parents()).containsExactly("b");
  }

  @Test
  void readsJson() {
    assertThat(split("\n{ \"a\": 1,\n  \"b\": { \"c\": [true] } }\n"))
        .containsExactly("2  \"a\": 1", "3 b \"c\": [true]");
  }

  /** The library's own parser is the oracle: statements merged as it merges give what it gives. */
  @Property(tries = 150)
  void togetherSayWhatTheFileSays(@ForAll("files") String text) {
    ConfigObject whole = Hocon.parse(text, "it");
    ConfigObject merged = ConfigFactory.empty().root();
    for (Statement statement : Statements.of(text)) {
      merged = Hocon.parse(statement.inPlace(), "it").withFallback(merged);
    }
    assertThat(merged).isEqualTo(whole);
    if (!text.contains(COMMENT_BEFORE_SIGN)) {
      assertThat(lines(merged)).isEqualTo(lines(whole));
    }
  }

  private static List<String> lines(ConfigObject object) {
    return object.toConfig().entrySet().stream()
        .map(entry -> entry.getKey() + " " + line(entry.getValue()))
        .sorted()
        .toList();
  }

  private static int line(ConfigValue value) {
    return value.origin().lineNumber();
  }

  @Provide
  Arbitrary<String> files() {
    return Arbitraries.lazyOf(() -> fields(3));
  }

  private static Arbitrary<String> fields(int depth) {
    Arbitrary<String> separators =
        Arbitraries.of("\n", ", ", "\n\n", " # end, of { line\n", "\n// x = \"\n");
    return field(depth)
        .list()
        .ofMinSize(1)
        .ofMaxSize(5)
        .flatMap(
            fields ->
                separators
                    .list()
                    .ofSize(fields.size())
                    .map(
                        between -> {
                          StringBuilder text = new StringBuilder();
                          for (int i = 0; i < fields.size(); i++) {
                            text.append(fields.get(i)).append(between.get(i));
                          }
                          return text.toString();
                        }));
  }

  private static Arbitrary<String> field(int depth) {
    Arbitrary<String> keys = Arbitraries.of("a", "b", "a.b", "\"c.d\"", "b . a", "\"a\"", "a-b");
    Arbitrary<String> values =
        Arbitraries.of(
            " = 1",
            "= x",
            ":[1, 2]",
            " = [ { a = 1 }\n 2 ]",
            " = \"q, } # r\"",
            " = \"\"\"{ \"t\"\"\"\"");
    Arbitrary<String> plain = keys.flatMap(key -> values.map(value -> key + value));
    if (depth == 0) {
      return plain;
    }
    Arbitrary<String> nested =
        keys.flatMap(
            key ->
                Arbitraries.of(" {", " = {\n", "{ # x\n", COMMENT_BEFORE_SIGN)
                    .flatMap(open -> fields(depth - 1).map(inside -> key + open + inside + "\n}")));
    return Arbitraries.oneOf(plain, nested);
  }

  @Property(tries = 50)
  void aRootObjectInBracesIsTheSame(@ForAll("files") String text) {
    assertThat(
            Statements.of("{" + text + "\n}").stream()
                .map(Statement::inPlace)
                .collect(Collectors.toList()))
        .isEqualTo(Statements.of(text).stream().map(Statement::inPlace).toList());
  }
}
