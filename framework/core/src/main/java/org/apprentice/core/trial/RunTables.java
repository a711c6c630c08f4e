package org.apprentice.core.trial;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apprentice.rl.Evaluation;
import org.apprentice.spi.Table;

/**
 * Tables of a run, for programs as {@code NAME.csv} and for MLflow's Evaluation page as {@code
 * NAME.json}, which is in the form of {@code mlflow.log_table}.
 */
final class RunTables {
  /** MLflow's list of a run's tables, as JSON. */
  private static final String TABLES = "mlflow.loggedArtifacts";

  private static final ObjectMapper JSON = new ObjectMapper();

  private RunTables() {}

  /** The episodes of the final evaluation. */
  static Table of(Evaluation evaluation) {
    List<List<Object>> rows = new ArrayList<>();
    for (int episode = 0; episode < evaluation.episodes(); episode++) {
      rows.add(List.of(episode, evaluation.returns()[episode], evaluation.lengths()[episode]));
    }
    return new Table("evaluation", List.of("episode", "return", "length"), rows);
  }

  /** Writes all to the run's folder and journals them. */
  static void write(Path run, List<Table> tables, RunLog log) throws IOException {
    for (Table table : tables) {
      String csv = table.name() + ".csv";
      String json = table.name() + ".json";
      Files.writeString(run.resolve(csv), csv(table), StandardCharsets.UTF_8);
      Map<String, Object> content = new LinkedHashMap<>();
      content.put("columns", table.columns());
      content.put("data", table.rows());
      Files.writeString(
          run.resolve(json), JSON.writeValueAsString(content), StandardCharsets.UTF_8);
      log.artifact(csv, csv);
      log.artifact(json, json);
    }
    log.tag(
        TABLES,
        tables.stream()
            .map(table -> "{\"path\": \"%s.json\", \"type\": \"table\"}".formatted(table.name()))
            .collect(Collectors.joining(", ", "[", "]")));
  }

  private static String csv(Table table) {
    StringBuilder text = new StringBuilder(String.join(",", table.columns())).append('\n');
    for (List<Object> row : table.rows()) {
      text.append(row.stream().map(String::valueOf).collect(Collectors.joining(",")));
      text.append('\n');
    }
    return text.toString();
  }
}
