package org.apprentice.core.study;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A comparison written down. */
public final class StudyReport {
  private static final String NAME = "report";

  private final Comparison comparison;
  private final Map<String, String> files = new LinkedHashMap<>();

  public StudyReport(Comparison comparison) {
    this.comparison = comparison;
  }

  /** A table for a terminal, what the variants differ in, and what to beware of. */
  public String text() {
    return new TextReport(comparison).text();
  }

  /** What the report is about, its notes and the table of scores, in Markdown. */
  public String summary() {
    return new MarkdownReport(comparison, List.of()).summary();
  }

  /** The folder of a study's report: {@code <results>/studies/<name>}. */
  public static Path folder(Path results, String study) {
    return results.resolve("studies").resolve(study.replaceAll("[^\\p{L}\\p{N}._ -]|^\\.+", "_"));
  }

  /**
   * Writes {@code report.html}, which needs no other file, {@code report.md}, {@code report.csv} (a
   * row per variant), {@code runs.csv} (a row per run) and the pictures. Each file is replaced in
   * one step.
   *
   * @return the path of {@code report.html}
   * @throws ComparisonException if the folder cannot be written
   */
  public Path write(Path folder) {
    try {
      Files.createDirectories(folder);
      for (Map.Entry<String, String> file : files().entrySet()) {
        replace(folder.resolve(file.getKey()), file.getValue());
      }
    } catch (IOException e) {
      throw new ComparisonException(
          "cannot write the report to %s (%s); choose another folder"
              .formatted(folder, e.getMessage() == null ? e : e.toString()),
          e);
    }
    return folder.resolve(NAME + ".html");
  }

  /** The names of the files that {@link #write} writes. */
  public Set<String> fileNames() {
    return Collections.unmodifiableSet(files().keySet());
  }

  /** Texts by name, made once. */
  private Map<String, String> files() {
    if (files.isEmpty()) {
      List<Figure> figures = new ArrayList<>(new IntervalPlot(comparison).figures());
      figures.addAll(new LearningCurves(comparison).figures());
      figures.forEach(it -> files.put(it.name() + ".svg", it.svg()));
      CsvReport csv = new CsvReport(comparison);
      files.put(NAME + ".csv", csv.variants());
      files.put("runs.csv", csv.runs());
      files.put(NAME + ".md", new MarkdownReport(comparison, figures).text());
      files.put(NAME + ".html", new HtmlReport(comparison, figures).text());
    }
    return files;
  }

  private static void replace(Path file, String text) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(beside, text, StandardCharsets.UTF_8);
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
