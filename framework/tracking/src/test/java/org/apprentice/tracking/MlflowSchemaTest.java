package org.apprentice.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database that we create against what PRAGMAs say of one that MLflow 2.17 created. */
class MlflowSchemaTest {
  private static final Pattern NAMED_CONSTRAINT =
      Pattern.compile("CONSTRAINT (\\w+)\\s+(PRIMARY KEY|CHECK|FOREIGN KEY)\\s*");
  private static final Pattern UNNAMED_CHECK = Pattern.compile("(?m)^\\s*CHECK\\s*");

  @TempDir Path results;
  private Database database;
  private JsonNode schema;

  @BeforeEach
  void createDatabase() throws IOException {
    Path path = results.resolve("mlflow.db");
    try (SqliteTracker tracker = new SqliteTracker(path, results.resolve("artifacts"))) {
      tracker.check();
    }
    database = new Database(path);
    schema = new ObjectMapper().readTree(MlflowSchemaTest.class.getResource("schema-2.17.json"));
  }

  @Test
  void tablesAreThoseOfMlflow() {
    List<Object> expected = new ArrayList<>();
    schema.get("tables").fieldNames().forEachRemaining(expected::add);
    assertThat(column("SELECT name FROM sqlite_master WHERE type = 'table'"))
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(database.value("SELECT version_num FROM alembic_version"))
        .isEqualTo(schema.get("alembic_revision").textValue());
  }

  @Test
  void columnsAreThoseOfMlflow() {
    forEachTable(
        (table, expected) -> {
          List<String> columns = new ArrayList<>();
          for (JsonNode column : expected.get("columns")) {
            columns.add(
                String.join(
                    " ",
                    column.get("name").asText(),
                    column.get("type").asText(),
                    column.get("notnull").asBoolean() ? "1" : "0",
                    column.get("default").asText(),
                    column.get("pk").asText()));
          }
          assertThat(
                  joined(
                      "SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('"
                          + table
                          + "')"))
              .as(table)
              .isEqualTo(columns);
        });
  }

  @Test
  void foreignKeysAreThoseOfMlflow() {
    forEachTable(
        (table, expected) -> {
          List<String> keys = new ArrayList<>();
          for (JsonNode key : expected.get("foreign_keys")) {
            keys.add(
                String.join(
                    " ",
                    key.get("column").asText(),
                    key.get("references").asText(),
                    key.get("on_delete").asText()));
          }
          assertThat(
                  joined(
                      "SELECT \"from\", \"table\" || '.' || \"to\", on_delete FROM"
                          + " pragma_foreign_key_list('"
                          + table
                          + "')"))
              .as(table)
              .containsExactlyInAnyOrderElementsOf(keys);
        });
  }

  @Test
  void indexesAreThoseOfMlflow() {
    forEachTable(
        (table, expected) -> {
          List<String> indexes = new ArrayList<>();
          for (JsonNode index : expected.get("indexes")) {
            List<String> columns = new ArrayList<>();
            index.get("columns").forEach(column -> columns.add(column.asText()));
            indexes.add(
                String.join(
                    " ",
                    index.get("unique").asBoolean() ? "1" : "0",
                    index.get("origin").asText(),
                    index.get("name").asText(),
                    String.join(",", columns)));
          }
          // The names of the indexes that SQLite makes by itself are its own affair.
          assertThat(
                  joined(
                      "SELECT \"unique\", origin, CASE origin WHEN 'c' THEN name END, (SELECT"
                          + " group_concat(name) FROM (SELECT name FROM"
                          + " pragma_index_info(list.name) ORDER BY seqno)) FROM"
                          + " pragma_index_list('"
                          + table
                          + "') AS list"))
              .as(table)
              .containsExactlyInAnyOrderElementsOf(indexes);
        });
  }

  @Test
  void constraintsHaveTheNamesAndMeaningsOfMlflow() {
    forEachTable(
        (table, expected) -> {
          List<String> constraints = new ArrayList<>();
          for (JsonNode constraint : expected.get("constraints")) {
            constraints.add(
                plain(
                    constraint.get("name").asText()
                        + " "
                        + constraint.get("kind").asText()
                        + " "
                        + constraint.get("on").asText()));
          }
          assertThat(constraints(table)).as(table).containsExactlyInAnyOrderElementsOf(constraints);
        });
  }

  @Test
  void theDefaultExperimentIsThere() {
    assertThat(
            database.rows(
                "SELECT experiment_id, name, artifact_location, lifecycle_stage FROM experiments"))
        .containsExactly(
            List.of(0, "Default", results.toUri().toString() + "artifacts/0", "active"));
    assertThat(database.value("SELECT creation_time = last_update_time FROM experiments"))
        .isEqualTo(1);
  }

  /** Named constraints and unnamed CHECKs of a table's SQL; other unnamed ones the PRAGMAs tell. */
  private List<String> constraints(String table) {
    String sql =
        (String)
            database.value(
                "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '" + table + "'");
    List<String> constraints = new ArrayList<>();
    Matcher named = NAMED_CONSTRAINT.matcher(sql);
    while (named.find()) {
      String on = parenthesised(sql, named.end());
      if (named.group(2).equals("FOREIGN KEY")) {
        int references = sql.indexOf("REFERENCES", named.end());
        int open = sql.indexOf('(', references);
        on += " " + sql.substring(references, open) + parenthesised(sql, open);
      }
      constraints.add(plain(named.group(1) + " " + named.group(2) + " " + on));
    }
    Matcher unnamed = UNNAMED_CHECK.matcher(sql);
    while (unnamed.find()) {
      boolean belongsToAName =
          sql.substring(0, unnamed.start()).stripTrailing().matches("(?s).*CONSTRAINT \\w+");
      if (!belongsToAName) {
        constraints.add(plain("null CHECK " + parenthesised(sql, unnamed.end())));
      }
    }
    return constraints;
  }

  private static String parenthesised(String sql, int open) {
    int depth = 0;
    int end = open;
    do {
      if (sql.charAt(end) == '(') {
        depth++;
      } else if (sql.charAt(end) == ')') {
        depth--;
      }
      end++;
    } while (depth > 0);
    return sql.substring(open, end);
  }

  private static String plain(String constraint) {
    return constraint
        .replace("\"", "")
        .replaceAll("\\s+", " ")
        .replace("REFERENCES ", "references ")
        .toLowerCase(Locale.ROOT)
        .replace(" (", "(");
  }

  private interface TableCheck {
    void accept(String table, JsonNode expected);
  }

  private void forEachTable(TableCheck check) {
    schema.get("tables").fields().forEachRemaining(e -> check.accept(e.getKey(), e.getValue()));
  }

  private List<Object> column(String sql) {
    return database.rows(sql).stream().map(row -> row.get(0)).toList();
  }

  private List<String> joined(String sql) {
    return database.rows(sql).stream()
        .map(row -> String.join(" ", row.stream().map(String::valueOf).toList()))
        .toList();
  }
}
