package org.apprentice.core.study;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apprentice.core.trial.TrialResult;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Interquartile means of a metric over training, with bands: a picture per task. */
final class LearningCurves {
  /** More in one picture cannot be told apart; then each gets its own, with the baseline. */
  static final int TOGETHER = 8;

  private static final int WIDTH = 900;
  private static final int HEIGHT = 430;
  private static final int SMALL_WIDTH = 440;
  private static final int SMALL_HEIGHT = 270;
  private static final float LINE = 2;
  private static final int BAND_OPACITY = 40;

  private final Comparison comparison;

  LearningCurves(Comparison comparison) {
    this.comparison = comparison;
  }

  /** Empty if the runs have no curve in common. */
  List<Figure> figures() {
    List<Figure> figures = new ArrayList<>();
    if (comparison.curve().isPresent()) {
      for (int task = 0; task < comparison.tasks().size(); task++) {
        figures.addAll(figures(task));
      }
    }
    return figures;
  }

  private List<Figure> figures(int task) {
    int number = task;
    List<Course> courses =
        comparison.variants().stream().map(it -> course(it.byTask().get(number))).toList();
    boolean several = comparison.tasks().size() > 1;
    String name = "learning-curves" + (several ? "-" + (task + 1) : "");
    String title = several ? comparison.tasks().get(task) : "";
    if (courses.size() <= TOGETHER) {
      List<Integer> all = IntStream.range(0, courses.size()).boxed().toList();
      return List.of(
          new Figure(name, caption(title), draw(title, all, courses, task, WIDTH, HEIGHT)));
    }
    List<Figure> figures = new ArrayList<>();
    for (int variant = 1; variant < courses.size(); variant++) {
      String small = comparison.variants().get(variant).name();
      figures.add(
          new Figure(
              name + "-variant-" + variant,
              variant == 1 ? caption(title) : "",
              draw(
                  several ? title + ": " + small : small,
                  List.of(0, variant),
                  courses,
                  task,
                  SMALL_WIDTH,
                  SMALL_HEIGHT)));
    }
    return figures;
  }

  private String caption(String task) {
    return "%s over training%s: interquartile mean over seeds, with pointwise 95 %% bootstrap bands%s. A run that ended early keeps its last value."
        .formatted(
            comparison.curve().orElseThrow(),
            task.isEmpty() ? "" : " on " + task,
            comparison.variants().size() > TOGETHER ? "; the baseline is black" : "");
  }

  private Course course(List<RecordedRun> runs) {
    return Course.of(runs, comparison.curve().orElseThrow()).orElseThrow();
  }

  private String draw(
      String title, List<Integer> variants, List<Course> courses, int task, int width, int height) {
    XYChart chart =
        new XYChartBuilder()
            .width(width)
            .height(height)
            .title(title)
            .xAxisTitle(comparison.unit())
            .yAxisTitle(comparison.curve().orElseThrow())
            .build();
    boolean small = width == SMALL_WIDTH;
    style(chart.getStyler(), small);
    chart.getStyler().setXAxisMin(0.0);
    chart.getStyler().setXAxisTickMarkSpacingHint(small ? 70 : 90);
    chart.getStyler().setChartTitleVisible(!title.isEmpty());
    if (small) {
      // The same for all, so that pictures side by side can be compared.
      chart
          .getStyler()
          .setYAxisMin(
              courses.stream()
                  .flatMapToDouble(it -> DoubleStream.of(it.low()))
                  .min()
                  .orElseThrow());
      chart
          .getStyler()
          .setYAxisMax(
              courses.stream()
                  .flatMapToDouble(it -> DoubleStream.of(it.high()))
                  .max()
                  .orElseThrow());
    }
    for (int variant : variants) {
      band(chart, courses.get(variant), variant);
    }
    for (int variant : variants) {
      Course course = courses.get(variant);
      XYSeries series =
          chart.addSeries(comparison.variants().get(variant).name(), course.steps(), course.iqm());
      series.setMarker(SeriesMarkers.NONE);
      series.setLineColor(Palette.color(variant, courses.size()));
      series.setLineStyle(new BasicStroke(LINE, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    }
    double end = variants.stream().mapToDouble(it -> last(courses.get(it).steps())).max().orElse(0);
    double start = variants.stream().mapToDouble(it -> courses.get(it).steps()[0]).min().orElse(0);
    List<RecordedRun> runs = comparison.baseline().byTask().get(task);
    same(runs, TrialResult::threshold)
        .ifPresent(it -> line(chart, "threshold", start, end, it, Palette.THRESHOLD));
    same(runs, TrialResult::expertReturn)
        .ifPresent(it -> line(chart, "demonstrations", start, end, it, Palette.DEMONSTRATIONS));
    SvgCanvas canvas = new SvgCanvas(width, height);
    chart.paint(canvas.graphics(), width, height);
    return canvas.text();
  }

  private static double last(double[] steps) {
    return steps[steps.length - 1];
  }

  /** Empty if runs differ, or the metric is no return. */
  private Optional<Double> same(List<RecordedRun> runs, Function<TrialResult, Double> figure) {
    List<Optional<Double>> all =
        runs.stream()
            .map(run -> Optional.ofNullable(figure.apply(run.status().result())))
            .distinct()
            .toList();
    boolean isReturn =
        List.of(Comparison.EVALUATION, Comparison.TRAINING)
            .contains(comparison.curve().orElseThrow());
    return isReturn && all.size() == 1 ? all.get(0) : Optional.empty();
  }

  private void band(XYChart chart, Course course, int variant) {
    int points = course.steps().length;
    double[] x = new double[2 * points];
    double[] y = new double[2 * points];
    for (int i = 0; i < points; i++) {
      x[i] = course.steps()[i];
      y[i] = course.low()[i];
      x[2 * points - 1 - i] = course.steps()[i];
      y[2 * points - 1 - i] = course.high()[i];
    }
    XYSeries series = chart.addSeries("band " + variant, x, y);
    series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.PolygonArea);
    series.setMarker(SeriesMarkers.NONE);
    series.setShowInLegend(false);
    Color color = Palette.color(variant, comparison.variants().size());
    series.setFillColor(new Color(color.getRed(), color.getGreen(), color.getBlue(), BAND_OPACITY));
    series.setLineColor(new Color(0, 0, 0, 0));
  }

  private static void line(
      XYChart chart, String name, double start, double end, double value, Color color) {
    XYSeries series =
        chart.addSeries(
            "%s %s".formatted(name, Figures.number(value)),
            new double[] {start, end},
            new double[] {value, value});
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(color);
    series.setLineStyle(
        new BasicStroke(
            1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {6, 4}, 0));
  }

  private static void style(XYStyler styler, boolean small) {
    Palette.style(styler);
    styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, small ? 10 : 12));
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, small ? 11 : 13));
    styler.setxAxisTickLabelsFormattingFunction(Figures::axis);
    styler.setLegendVisible(!small);
    styler.setLegendPosition(Styler.LegendPosition.OutsideE);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
  }
}
