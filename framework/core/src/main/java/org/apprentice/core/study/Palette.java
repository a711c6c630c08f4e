package org.apprentice.core.study;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import org.knowm.xchart.style.AxesChartStyler;

/** How the pictures of a report look. */
final class Palette {
  static final Color THRESHOLD = new Color(0x7F7F7F);
  static final Color DEMONSTRATIONS = new Color(0xB08900);
  static final Color BASELINE = new Color(0x222222);
  static final Color TEXT = new Color(0x333333);
  private static final Color GRID = new Color(0xE6E6E6);

  /** Told apart with every kind of colour blindness (Okabe and Ito 2008), but for the last. */
  private static final Color[] VARIANTS = {
    new Color(0x0072B2),
    new Color(0xD55E00),
    new Color(0x009E73),
    new Color(0xCC79A7),
    new Color(0xE69F00),
    new Color(0x56B4E9),
    new Color(0x8C564B)
  };

  private Palette() {}

  /**
   * @param variant 0 for the baseline
   * @param of how many variants there are; too many for colours of their own share one
   */
  static Color color(int variant, int of) {
    if (variant == 0) {
      return BASELINE;
    }
    return of > LearningCurves.TOGETHER ? VARIANTS[0] : VARIANTS[(variant - 1) % VARIANTS.length];
  }

  static void style(AxesChartStyler styler) {
    styler.setBaseFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setAxisTickLabelsColor(TEXT);
    styler.setChartFontColor(TEXT);
    styler.setAxisTickMarksColor(THRESHOLD);
    styler.setLocale(java.util.Locale.ROOT);
    styler.setChartPadding(8);
  }
}
