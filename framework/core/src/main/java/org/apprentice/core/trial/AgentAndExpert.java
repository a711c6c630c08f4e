package org.apprentice.core.trial;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.apprentice.spi.RunEvent;
import org.apprentice.tracking.Journal;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A picture of what an imitator earns against what it learned from: its evaluations over training
 * beside mean and range of the demonstrations, and the returns of all episodes of the final
 * evaluation and of the demonstrations in order.
 */
final class AgentAndExpert {
  private static final Color EXPERT = new Color(0xB279A2);
  private static final Color AGENT = new Color(0xF58518);
  private static final int BAND_OPACITY = 45;
  private static final int WIDTH = 640;
  private static final int HEIGHT = 460;

  private final List<Double> steps = new ArrayList<>();
  private final List<Double> means = new ArrayList<>();
  private final List<Double> minima = new ArrayList<>();
  private final List<Double> maxima = new ArrayList<>();
  private final double[] agent;
  private final double[] expert;

  private AgentAndExpert(double[] agent, double[] expert) {
    this.agent = agent.clone();
    this.expert = expert.clone();
    Arrays.sort(this.agent);
    Arrays.sort(this.expert);
  }

  /**
   * @param agent returns of the final evaluation
   * @param expert returns of the demonstrated episodes, at least one
   */
  static AgentAndExpert of(Path runFolder, double[] agent, double[] expert) {
    AgentAndExpert picture = new AgentAndExpert(agent, expert);
    Journal.read(runFolder, picture::add);
    return picture;
  }

  private void add(RunEvent event) {
    if (event instanceof RunEvent.Metric metric) {
      switch (metric.key()) {
        case "evaluation/return-mean" -> {
          steps.add((double) metric.step());
          means.add(metric.value());
        }
        case "evaluation/return-min" -> minima.add(metric.value());
        case "evaluation/return-max" -> maxima.add(metric.value());
        default -> {}
      }
    }
  }

  /**
   * @param unit of training's progress
   */
  void write(Path png, String title, String unit) throws IOException {
    BufferedImage image = new BufferedImage(2 * WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    course(title, unit).paint(graphics, WIDTH, HEIGHT);
    graphics.translate(WIDTH, 0);
    distributions().paint(graphics, WIDTH, HEIGHT);
    graphics.dispose();
    ImageIO.write(image, "png", png.toFile());
  }

  /** Evaluations over training. */
  XYChart course(String title, String unit) {
    XYChart chart = chart(title, unit);
    double first = steps.get(0);
    double last = steps.get(steps.size() - 1);
    // a single evaluation would have no width
    double start = first == last ? Math.max(0, first - 1) : first;
    double[] span = {start, last};
    double low = expert[0];
    double high = expert[expert.length - 1];
    band(
        chart,
        "demonstrations, all",
        span,
        new double[] {low, low},
        new double[] {high, high},
        EXPERT);
    double mean = Arrays.stream(expert).average().orElseThrow();
    line(chart, "demonstrations, mean", span, new double[] {mean, mean}, EXPERT);
    band(chart, "agent, all", array(steps), array(minima), array(maxima), AGENT);
    line(chart, "agent, mean", array(steps), array(means), AGENT)
        .setMarker(SeriesMarkers.CIRCLE)
        .setMarkerColor(AGENT);
    return chart;
  }

  /** Returns in order, over the share of episodes that return less. */
  XYChart distributions() {
    XYChart chart = chart("final evaluation", "episodes with a smaller return (%)");
    line(
        chart,
        "demonstrations (%d episodes)".formatted(expert.length),
        shares(expert),
        doubled(expert),
        EXPERT);
    line(
        chart, "agent (%d episodes)".formatted(agent.length), shares(agent), doubled(agent), AGENT);
    return chart;
  }

  private static XYChart chart(String title, String unit) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(unit)
            .yAxisTitle("episode return")
            .build();
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
    chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    return chart;
  }

  private static void band(
      XYChart chart, String name, double[] x, double[] low, double[] high, Color color) {
    int points = x.length;
    double[] around = new double[2 * points];
    double[] values = new double[2 * points];
    for (int i = 0; i < points; i++) {
      around[i] = x[i];
      values[i] = low[i];
      around[2 * points - 1 - i] = x[i];
      values[2 * points - 1 - i] = high[i];
    }
    XYSeries series = chart.addSeries(name, around, values);
    series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.PolygonArea);
    series.setMarker(SeriesMarkers.NONE);
    series.setFillColor(new Color(color.getRed(), color.getGreen(), color.getBlue(), BAND_OPACITY));
    series.setLineColor(new Color(0, 0, 0, 0));
  }

  private static XYSeries line(XYChart chart, String name, double[] x, double[] y, Color color) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(color);
    series.setLineStyle(new BasicStroke(2));
    return series;
  }

  /** A step per episode: where it begins and where it ends. */
  private static double[] shares(double[] returns) {
    double[] shares = new double[2 * returns.length];
    for (int i = 0; i < returns.length; i++) {
      shares[2 * i] = 100.0 * i / returns.length;
      shares[2 * i + 1] = 100.0 * (i + 1) / returns.length;
    }
    return shares;
  }

  private static double[] doubled(double[] returns) {
    double[] doubled = new double[2 * returns.length];
    for (int i = 0; i < doubled.length; i++) {
      doubled[i] = returns[i / 2];
    }
    return doubled;
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
