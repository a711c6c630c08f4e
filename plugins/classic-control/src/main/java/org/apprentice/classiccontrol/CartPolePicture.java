package org.apprentice.classiccontrol;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import org.apprentice.spi.Frame;

/** Draws a cart and its pole to scale: the picture is as wide as the track, 2.4 m to each side. */
final class CartPolePicture {
  private static final int WIDTH = 600;
  private static final int HEIGHT = 400;
  private static final double PIXELS_PER_METRE = WIDTH / 4.8;
  private static final double TRACK = 300;
  private static final double CART_WIDTH = 50;
  private static final double CART_HEIGHT = 30;
  private static final float POLE_WIDTH = 10;

  private static final Color CART = new Color(0x222222);
  private static final Color POLE = new Color(0xCA9865);
  private static final Color AXLE = new Color(0x8184CB);

  private CartPolePicture() {}

  /**
   * @param position of the cart in m
   * @param angle of the pole in rad, positive to the right
   * @param poleLength whole length in m
   */
  static Frame draw(double position, double angle, double poleLength) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, WIDTH, HEIGHT);
    graphics.setColor(Color.BLACK);
    graphics.draw(new Line2D.Double(0, TRACK, WIDTH, TRACK));

    double x = WIDTH / 2.0 + position * PIXELS_PER_METRE;
    graphics.setColor(CART);
    graphics.fill(
        new Rectangle2D.Double(
            x - CART_WIDTH / 2, TRACK - CART_HEIGHT / 2, CART_WIDTH, CART_HEIGHT));
    double axle = TRACK - CART_HEIGHT / 4;
    double length = poleLength * PIXELS_PER_METRE;
    graphics.setColor(POLE);
    graphics.setStroke(new BasicStroke(POLE_WIDTH, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER));
    graphics.draw(
        new Line2D.Double(x, axle, x + length * Math.sin(angle), axle - length * Math.cos(angle)));
    graphics.setColor(AXLE);
    graphics.fill(
        new Ellipse2D.Double(x - POLE_WIDTH / 2, axle - POLE_WIDTH / 2, POLE_WIDTH, POLE_WIDTH));
    graphics.dispose();
    return frame(image);
  }

  private static Frame frame(BufferedImage image) {
    int[] pixels = image.getRGB(0, 0, WIDTH, HEIGHT, null, 0, WIDTH);
    byte[] rgb = new byte[3 * pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      rgb[3 * i] = (byte) (pixels[i] >> 16);
      rgb[3 * i + 1] = (byte) (pixels[i] >> 8);
      rgb[3 * i + 2] = (byte) pixels[i];
    }
    return new Frame(WIDTH, HEIGHT, rgb);
  }
}
