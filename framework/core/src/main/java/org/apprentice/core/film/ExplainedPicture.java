package org.apprentice.core.film;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import org.apprentice.rl.Evaluation;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Explanation;
import org.apprentice.spi.Frame;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.ObservationBatch;

/**
 * Three columns: the game; what the network sees, the channels of an image two in a row from the
 * oldest frame to the newest, or the elements of a vector; and what the policy makes of it, the
 * probability of each action (the chosen one in colour) over the value of the last steps.
 */
final class ExplainedPicture {
  private static final Color PAPER = Color.WHITE;
  private static final Color INK = new Color(0x303030);
  private static final Color BAR = new Color(0xA0A0A0);
  private static final Color CHOSEN = new Color(0xD04020);
  private static final Color CURVE = new Color(0x2060C0);
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

  private static final int GAP = 12;
  private static final int LINE = 16;
  private static final int PANELS_IN_A_ROW = 2;
  private static final int PANEL_SIDE = 170;
  private static final int COLUMN = PANELS_IN_A_ROW * PANEL_SIDE + GAP;
  private static final int THOUGHTS = 230;
  private static final int LABEL = 88;
  private static final int CURVE_HEIGHT = 110;

  /** Of gray: with them, a picture has no more colours than a GIF holds. */
  private static final int GRAY_LEVELS_MASK = 0xFC;

  private final BufferedImage image;
  private final Graphics2D graphics;
  private final Evaluation.Scene scene;
  private final EnvironmentSpec spec;

  private ExplainedPicture(BufferedImage image, Evaluation.Scene scene) {
    this.image = image;
    this.scene = scene;
    spec = scene.environment().spec();
    graphics = image.createGraphics();
    graphics.setFont(FONT);
  }

  /**
   * @param game what the environment looks like
   * @param values of the episode so far, the present one last; NaN where there is none
   */
  static Frame of(Frame game, Evaluation.Scene scene, List<Double> values) {
    EnvironmentSpec spec = scene.environment().spec();
    int inputs = heightOfInputs(spec);
    int thoughts = (spec.actionSpace().width() + 1) * LINE + 2 * LINE + CURVE_HEIGHT;
    int height = Math.max(game.height(), Math.max(inputs, thoughts) + 2 * GAP);
    int width = game.width() + GAP + COLUMN + GAP + THOUGHTS + GAP;
    ExplainedPicture picture =
        new ExplainedPicture(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), scene);
    picture.draw(game, values);
    return picture.frame();
  }

  private static int heightOfInputs(EnvironmentSpec spec) {
    if (spec.observationSpace() instanceof ImageSpace image) {
      int rows = (image.channels() + PANELS_IN_A_ROW - 1) / PANELS_IN_A_ROW;
      return LINE + rows * (panel(image).height() + GAP);
    }
    return LINE * (1 + spec.observationSpace().width());
  }

  /** How large a channel is drawn: by whole numbers, larger or smaller. */
  private record Panel(int width, int height, int larger, int smaller) {}

  private static Panel panel(ImageSpace image) {
    int side = Math.max(image.rows(), image.columns());
    int larger = Math.max(1, PANEL_SIDE / side);
    int smaller = (side + PANEL_SIDE - 1) / PANEL_SIDE;
    return new Panel(
        image.columns() / smaller * larger, image.rows() / smaller * larger, larger, smaller);
  }

  private void draw(Frame game, List<Double> values) {
    graphics.setColor(PAPER);
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    for (int y = 0; y < game.height(); y++) {
      for (int x = 0; x < game.width(); x++) {
        int at = 3 * (y * game.width() + x);
        byte[] rgb = game.rgb();
        image.setRGB(
            x, y, (rgb[at] & 0xFF) << 16 | (rgb[at + 1] & 0xFF) << 8 | (rgb[at + 2] & 0xFF));
      }
    }
    int left = game.width() + GAP;
    text("what the network sees", left, GAP);
    ObservationBatch seen = scene.input().observations();
    if (spec.observationSpace() instanceof ImageSpace space) {
      channels(space, ((ObservationBatch.UInt8) seen).values(), left);
    } else {
      elements(
          (BoxSpace) spec.observationSpace(), ((ObservationBatch.Float32) seen).values(), left);
    }
    int right = left + COLUMN + GAP;
    Explanation explanation = scene.state().explain(0);
    int below = actions(explanation.probabilities(), right);
    if (explanation.value().isPresent()) {
      value(values, right, below + LINE);
    }
    graphics.dispose();
  }

  private void text(String text, int x, int y) {
    graphics.setColor(INK);
    graphics.drawString(text, x, y + FONT.getSize());
  }

  private void channels(ImageSpace space, byte[] pixels, int left) {
    Panel panel = panel(space);
    for (int channel = 0; channel < space.channels(); channel++) {
      int x0 = left + channel % PANELS_IN_A_ROW * (PANEL_SIDE + GAP);
      int y0 = GAP + LINE + channel / PANELS_IN_A_ROW * (panel.height() + GAP);
      int start = channel * space.rows() * space.columns();
      for (int y = 0; y < panel.height(); y++) {
        for (int x = 0; x < panel.width(); x++) {
          int row = y / panel.larger() * panel.smaller();
          int column = x / panel.larger() * panel.smaller();
          int gray = pixels[start + row * space.columns() + column] & GRAY_LEVELS_MASK;
          image.setRGB(x0 + x, y0 + y, gray * 0x10101);
        }
      }
    }
  }

  private void elements(BoxSpace space, float[] values, int left) {
    for (int i = 0; i < space.width(); i++) {
      text(String.format(Locale.ROOT, "%d:  %.4f", i, values[i]), left, GAP + (i + 1) * LINE);
    }
  }

  /** Where it ends. */
  private int actions(float[] probabilities, int left) {
    int y = GAP;
    if (probabilities.length > 0) {
      text("probability of actions", left, y);
    } else {
      text("action", left, y);
    }
    int width = spec.actionSpace().width();
    for (int action = 0; action < width; action++) {
      y += LINE;
      boolean chosen =
          scene.actions() instanceof ActionBatch.Discrete discrete
              && discrete.values()[0] == action;
      text(name(action), left, y);
      graphics.setColor(chosen ? CHOSEN : BAR);
      if (probabilities.length > 0) {
        int length = Math.round(probabilities[action] * (THOUGHTS - LABEL));
        graphics.fillRect(left + LABEL, y + 3, Math.max(1, length), LINE - 5);
      } else if (scene.actions() instanceof ActionBatch.Continuous continuous) {
        text(String.format(Locale.ROOT, "%.4f", continuous.values()[action]), left + LABEL, y);
      } else if (chosen) {
        graphics.fillRect(left + LABEL, y + 3, LINE - 5, LINE - 5);
      }
    }
    return y + LINE;
  }

  private String name(int action) {
    return spec.actionNames().isEmpty() ? Integer.toString(action) : spec.actionNames().get(action);
  }

  /** One pixel per step, the present one on the right, between the least and the greatest shown. */
  private void value(List<Double> values, int left, int top) {
    List<Double> shown = values.subList(Math.max(0, values.size() - THOUGHTS), values.size());
    double least = shown.stream().mapToDouble(it -> it).min().orElse(0);
    double greatest = shown.stream().mapToDouble(it -> it).max().orElse(0);
    text(
        String.format(
            Locale.ROOT,
            "value %.2f  (%.2f to %.2f)",
            shown.get(shown.size() - 1),
            least,
            greatest),
        left,
        top);
    graphics.setColor(BAR);
    graphics.drawRect(left, top + LINE + 2, THOUGHTS, CURVE_HEIGHT - LINE);
    graphics.setColor(CURVE);
    int bottom = top + CURVE_HEIGHT;
    double scale = (CURVE_HEIGHT - LINE - 6) / Math.max(1e-6, greatest - least);
    for (int i = 1; i < shown.size(); i++) {
      graphics.drawLine(
          left + i - 1,
          bottom - (int) ((shown.get(i - 1) - least) * scale),
          left + i,
          bottom - (int) ((shown.get(i) - least) * scale));
    }
  }

  private Frame frame() {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < width * height; i++) {
      int color = image.getRGB(i % width, i / width);
      rgb[3 * i] = (byte) (color >> 16);
      rgb[3 * i + 1] = (byte) (color >> 8);
      rgb[3 * i + 2] = (byte) color;
    }
    return new Frame(width, height, rgb);
  }
}
