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
import org.apprentice.rl.Evaluation;

/**
 * The episodes of the final evaluation, for programs as {@code evaluation.csv} and for MLflow's
 * Evaluation page as {@code evaluation.json}, which is in the form of {@code mlflow.log_table}.
 */
final class EvaluationTable {
  private static final String CSV = "evaluation.csv";
  private static final String TABLE = "evaluation.json";
  private static final List<String> COLUMNS = List.of("episode", "return", "length");

  /** MLflow's list of a run's tables, as JSON. */
  private static final String TABLES = "mlflow.loggedArtifacts";

  private static final ObjectMapper JSON = new ObjectMapper();

  private EvaluationTable() {}

  /** Writes both files to the run's folder and journals them. */
  static void write(Path run, Evaluation evaluation, RunLog log) throws IOException {
    StringBuilder csv = new StringBuilder(String.join(",", COLUMNS)).append('\n');
    List<List<Number>> rows = new ArrayList<>();
    for (int episode = 0; episode < evaluation.episodes(); episode++) {
      List<Number> row =
          List.of(episode, evaluation.returns()[episode], evaluation.lengths()[episode]);
      rows.add(row);
      csv.append(row.get(0)).append(',').append(row.get(1)).append(',').append(row.get(2));
      csv.append('\n');
    }
    Map<String, Object> table = new LinkedHashMap<>();
    table.put("columns", COLUMNS);
    table.put("data", rows);
    Files.writeString(run.resolve(CSV), csv, StandardCharsets.UTF_8);
    Files.writeString(run.resolve(TABLE), JSON.writeValueAsString(table), StandardCharsets.UTF_8);
    log.artifact(CSV, CSV);
    log.artifact(TABLE, TABLE);
    log.tag(TABLES, "[{\"path\": \"%s\", \"type\": \"table\"}]".formatted(TABLE));
  }
}
