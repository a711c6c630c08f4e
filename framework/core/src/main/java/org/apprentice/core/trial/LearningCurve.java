package org.apprentice.core.trial;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apprentice.spi.RunEvent;
import org.apprentice.tracking.Journal;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A picture of returns over training: episodes of training, evaluations, and the threshold and
 * expert to reach.
 */
final class LearningCurve {
  /** Pixels; a label such as 10,000,000 fits. */
  private static final int TICK_SPACING = 110;

  private static final Color TRAINING = new Color(0x4C78A8);
  private static final Color THRESHOLD = new Color(0x54A24B);
  private static final Color EXPERT = new Color(0xB279A2);
  static final Color EVALUATION = new Color(0xF58518);

  private final List<Double> trainingSteps = new ArrayList<>();
  private final List<Double> trainingReturns = new ArrayList<>();
  private final List<Double> evaluationSteps = new ArrayList<>();
  private final List<Double> evaluationReturns = new ArrayList<>();

  private LearningCurve() {}

  /** What the journal of a run tells. */
  static LearningCurve of(Path runFolder) {
    LearningCurve curve = new LearningCurve();
    Journal.read(runFolder, curve::add);
    return curve;
  }

  private void add(RunEvent event) {
    if (event instanceof RunEvent.Metric metric) {
      if (metric.key().equals("rollout/return-mean")) {
        trainingSteps.add((double) metric.step());
        trainingReturns.add(metric.value());
      } else if (metric.key().equals("evaluation/return-mean")) {
        evaluationSteps.add((double) metric.step());
        evaluationReturns.add(metric.value());
      }
    }
  }

  void write(
      Path png, String title, String unit, Optional<Double> threshold, Optional<Double> expert)
      throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(900)
            .height(500)
            .title(title)
            .xAxisTitle(unit)
            .yAxisTitle("episode return")
            .build();
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideSE);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setXAxisDecimalPattern("#,##0");
    chart.getStyler().setXAxisTickMarkSpacingHint(TICK_SPACING);
    if (!trainingSteps.isEmpty()) {
      XYSeries series =
          chart.addSeries("training, mean of 100 episodes", trainingSteps, trainingReturns);
      series.setMarker(SeriesMarkers.NONE);
      series.setLineColor(TRAINING);
    }
    if (!evaluationSteps.isEmpty()) {
      XYSeries series = chart.addSeries("evaluation", evaluationSteps, evaluationReturns);
      series.setLineColor(EVALUATION);
      series.setMarkerColor(EVALUATION);
    }
    threshold.ifPresent(it -> line(chart, "solved", it, THRESHOLD));
    expert.ifPresent(it -> line(chart, "demonstrations", it, EXPERT));
    if (!chart.getSeriesMap().isEmpty()) {
      BitmapEncoder.saveBitmap(chart, png.toString(), BitmapEncoder.BitmapFormat.PNG);
    }
  }

  private void line(XYChart chart, String name, double value, Color color) {
    double first = Math.min(first(trainingSteps), first(evaluationSteps));
    double last = Math.max(last(trainingSteps), last(evaluationSteps));
    XYSeries series =
        chart.addSeries(name, new double[] {first, last}, new double[] {value, value});
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(color);
  }

  private static double first(List<Double> steps) {
    return steps.isEmpty() ? 0 : steps.get(0);
  }

  private static double last(List<Double> steps) {
    return steps.isEmpty() ? 0 : steps.get(steps.size() - 1);
  }
}
