package org.apprentice.classiccontrol;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Steps that the real Gymnasium took, from a file of test resources. */
final class Trajectory {
  /**
   * @param before state before the step
   * @param t number of this step in its episode, from 1
   */
  record Step(
      double[] before,
      int t,
      double action,
      double[] after,
      float[] observation,
      double reward,
      boolean terminated,
      boolean truncated) {}

  private Trajectory() {}

  static List<Step> read(String file) throws IOException {
    List<String[]> rows = new ArrayList<>();
    try (InputStream raw = Trajectory.class.getResourceAsStream("/gymnasium/" + file);
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(
                    file.endsWith(".gz") ? new GZIPInputStream(raw) : raw,
                    StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        rows.add(line.split(",", -1));
      }
    }
    List<String> header = Arrays.asList(rows.get(0));
    int stateWidth = (int) header.stream().filter(column -> column.startsWith("state")).count();
    int observationWidth = (int) header.stream().filter(column -> column.startsWith("obs")).count();
    List<Step> steps = new ArrayList<>();
    double[] before = null;
    for (String[] row : rows.subList(1, rows.size())) {
      double[] after = numbers(row, 3, stateWidth);
      if (!row[2].isEmpty()) {
        int outcome = 3 + stateWidth + observationWidth;
        float[] observation = new float[observationWidth];
        double[] wide = numbers(row, 3 + stateWidth, observationWidth);
        for (int i = 0; i < observationWidth; i++) {
          observation[i] = (float) wide[i];
        }
        steps.add(
            new Step(
                before,
                Integer.parseInt(row[1]),
                Double.parseDouble(row[2]),
                after,
                observation,
                Double.parseDouble(row[outcome]),
                row[outcome + 1].equals("1"),
                row[outcome + 2].equals("1")));
      }
      before = after;
    }
    return steps;
  }

  private static double[] numbers(String[] row, int from, int count) {
    return Arrays.stream(row, from, from + count).mapToDouble(Double::parseDouble).toArray();
  }
}
