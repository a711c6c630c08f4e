package org.apprentice.classiccontrol;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import org.apprentice.spi.Frame;

/** A white picture to draw on in metres, x to the right and y upwards. Needs no display. */
final class Drawing {
  private final BufferedImage image;
  private final Graphics2D graphics;

  /**
   * @param width in pixels, as height
   * @param left of the picture in metres
   * @param bottom of the picture in metres
   */
  Drawing(int width, int height, double pixelsPerMetre, double left, double bottom) {
    image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    graphics.translate(-left * pixelsPerMetre, height + bottom * pixelsPerMetre);
    graphics.scale(pixelsPerMetre, -pixelsPerMetre);
  }

  void fill(Color color, Shape shape) {
    graphics.setColor(color);
    graphics.fill(shape);
  }

  /** An outline with round joints. */
  void outline(Color color, Shape shape, double thickness) {
    graphics.setColor(color);
    graphics.setStroke(
        new BasicStroke((float) thickness, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
    graphics.draw(shape);
  }

  void line(Color color, double x1, double y1, double x2, double y2, double thickness) {
    outline(color, new Line2D.Double(x1, y1, x2, y2), thickness);
  }

  /** A line whose ends are rounded beyond its points. */
  void rod(Color color, double x1, double y1, double x2, double y2, double thickness) {
    line(color, x1, y1, x2, y2, thickness);
    disc(color, x1, y1, thickness / 2);
    disc(color, x2, y2, thickness / 2);
  }

  void disc(Color color, double x, double y, double radius) {
    fill(color, new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
  }

  /** The finished picture. */
  Frame frame() {
    graphics.dispose();
    int width = image.getWidth();
    int height = image.getHeight();
    int[] pixels = image.getRGB(0, 0, width, height, null, 0, width);
    byte[] rgb = new byte[3 * pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      rgb[3 * i] = (byte) (pixels[i] >> 16);
      rgb[3 * i + 1] = (byte) (pixels[i] >> 8);
      rgb[3 * i + 2] = (byte) pixels[i];
    }
    return new Frame(width, height, rgb);
  }
}
