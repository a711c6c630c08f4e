package org.apprentice.core.study;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import org.apprentice.core.config.Trial;
import org.apprentice.core.sweep.Aggregate;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A row per variant, and panels side by side: points with their 95 % intervals. */
final class IntervalPlot {
  private static final int WIDTH = 900;
  private static final int ROW = 26;
  private static final int AROUND = 74;

  /** In a lower plot XChart 3.8.8 cannot tell where a value is. */
  private static final int LOWEST = 3 * ROW;

  /** With room for half a point at either end. */
  private static final Interval PROBABILITIES = new Interval(-0.03, 1.03);

  /** Longer names make the picture wider. */
  private static final int USUAL_LABEL = 260;

  private static final int MOST_LABEL = 900;
  private static final int GAP = 12;
  private static final float BAR = 5;
  private static final Font LABEL = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

  private final Comparison comparison;

  IntervalPlot(Comparison comparison) {
    this.comparison = comparison;
  }

  /**
   * @param reference a value with a line of its own
   * @param range of the axis
   */
  private record Panel(
      String title,
      Function<Variant, Optional<Estimate>> figure,
      Optional<Double> reference,
      Interval range) {}

  List<Figure> figures() {
    List<Figure> figures = new ArrayList<>();
    String score =
        comparison.options().metric() + (comparison.isScaled() ? ", scaled by task" : "");
    Interval range =
        range(
            comparison.variants().stream()
                .flatMap(it -> it.aggregates().values().stream())
                .toList());
    figures.add(
        new Figure(
            "scores",
            "Scores (%s) with stratified bootstrap 95 %% intervals.".formatted(score),
            draw(
                comparison.variants(),
                List.of(
                    panel("IQM", Aggregate.IQM, range),
                    panel("Mean", Aggregate.MEAN, range),
                    panel("Median", Aggregate.MEDIAN, range)),
                0)));
    if (comparison.variants().size() > 1) {
      figures.add(
          new Figure(
              "differences",
              "Against the baseline%s: probability that a run of the variant is better, and mean difference between runs of the same seed, with bootstrap 95 %% intervals."
                  .formatted(name(comparison.baseline())),
              draw(
                  comparison.variants().subList(1, comparison.variants().size()),
                  List.of(
                      new Panel(
                          "P(better than baseline)",
                          it -> it.contrast().map(Contrast::improvement),
                          Optional.of(0.5),
                          PROBABILITIES),
                      new Panel(
                          "Difference from baseline",
                          IntervalPlot::difference,
                          Optional.of(0.0),
                          range(
                              comparison.variants().stream()
                                  .map(IntervalPlot::difference)
                                  .flatMap(Optional::stream)
                                  .toList()))),
                  1)));
    }
    return figures;
  }

  private static String name(Variant baseline) {
    return baseline.name().equals(Trial.BASELINE) ? "" : ", " + baseline.name();
  }

  private static Optional<Estimate> difference(Variant variant) {
    return variant.contrast().flatMap(Contrast::difference).map(Contrast.Paired::mean);
  }

  private static Panel panel(String title, Aggregate aggregate, Interval range) {
    return new Panel(title, it -> Optional.of(it.aggregate(aggregate)), Optional.empty(), range);
  }

  /** That shows all of these, with something around them. */
  private static Interval range(List<Estimate> estimates) {
    DoubleSummaryStatistics ends =
        estimates.stream()
            .flatMapToDouble(
                it ->
                    DoubleStream.concat(
                        DoubleStream.of(it.value()),
                        it.interval().stream()
                            .flatMapToDouble(end -> DoubleStream.of(end.low(), end.high()))))
            .summaryStatistics();
    if (ends.getCount() == 0) {
      return new Interval(-1, 1);
    }
    double around = 0.04 * (ends.getMax() - ends.getMin());
    double least = around > 0 ? around : Math.max(1, Math.abs(ends.getMax()) / 10);
    return new Interval(ends.getMin() - least, ends.getMax() + least);
  }

  /**
   * @param first index of the first variant, for its colour
   */
  private String draw(List<Variant> variants, List<Panel> panels, int first) {
    int height = Math.max(LOWEST, ROW * variants.size()) + AROUND;
    FontMetrics metrics = new SvgCanvas(WIDTH, height).graphics().getFontMetrics(LABEL);
    int longest =
        Math.min(
            MOST_LABEL,
            variants.stream().mapToInt(it -> metrics.stringWidth(it.name())).max().orElse(0));
    int whole = WIDTH + Math.max(0, longest - USUAL_LABEL);
    SvgCanvas canvas = new SvgCanvas(whole, height);
    Graphics2D graphics = canvas.graphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, whole, height);
    int labels = longest + 2 * GAP;
    int width = (whole - labels) / panels.size();
    for (int i = 0; i < panels.size(); i++) {
      XYChart chart = chart(panels.get(i), variants, first, width, height);
      Graphics2D part = (Graphics2D) graphics.create();
      part.translate(labels + i * width, 0);
      chart.paint(part, width, height);
      part.dispose();
      if (i == 0) {
        graphics.setFont(LABEL);
        graphics.setColor(Palette.TEXT);
        for (int row = 0; row < variants.size(); row++) {
          String label = shortened(variants.get(row).name(), metrics);
          int y = (int) Math.round(chart.getScreenYFromChart(-row));
          graphics.drawString(
              label, labels - GAP - metrics.stringWidth(label), y + metrics.getAscent() / 2 - 1);
        }
      }
    }
    return canvas.text();
  }

  private static String shortened(String name, FontMetrics metrics) {
    String label = name;
    while (metrics.stringWidth(label) > MOST_LABEL) {
      label = label.substring(0, label.length() - 2) + "…";
    }
    return label;
  }

  private static XYChart chart(
      Panel panel, List<Variant> variants, int first, int width, int height) {
    XYChart chart = new XYChartBuilder().width(width).height(height).title(panel.title()).build();
    Palette.style(chart.getStyler());
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setYAxisTicksVisible(false);
    chart.getStyler().setAxisTitlesVisible(false);
    chart.getStyler().setPlotGridHorizontalLinesVisible(false);
    chart.getStyler().setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 12));
    chart.getStyler().setXAxisMaxLabelCount(5);
    chart.getStyler().setXAxisMin(panel.range().low());
    chart.getStyler().setXAxisMax(panel.range().high());
    chart.getStyler().setYAxisMin(0.5 - variants.size());
    chart.getStyler().setYAxisMax(0.5);
    chart.getStyler().setMarkerSize(8);
    panel
        .reference()
        .ifPresent(
            it ->
                line(
                    chart,
                    "reference",
                    new double[] {it, it},
                    new double[] {0.5 - variants.size(), 0.5},
                    Palette.THRESHOLD,
                    1));
    for (int row = 0; row < variants.size(); row++) {
      Color color = row + first == 0 ? Palette.BASELINE : Palette.color(1, Integer.MAX_VALUE);
      Optional<Estimate> figure = panel.figure().apply(variants.get(row));
      int line = row;
      figure
          .flatMap(Estimate::interval)
          .ifPresent(
              it ->
                  line(
                      chart,
                      "interval " + line,
                      new double[] {it.low(), it.high()},
                      new double[] {-line, -line},
                      new Color(color.getRed(), color.getGreen(), color.getBlue(), 90),
                      BAR));
      figure.ifPresent(it -> point(chart, line, it.value(), color));
    }
    return chart;
  }

  private static void line(
      XYChart chart, String name, double[] x, double[] y, Color color, float width) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(color);
    series.setLineStyle(new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER));
  }

  private static void point(XYChart chart, int row, double value, Color color) {
    XYSeries series = chart.addSeries("value " + row, new double[] {value}, new double[] {-row});
    series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    series.setMarker(SeriesMarkers.CIRCLE);
    series.setMarkerColor(color);
  }
}
