package org.apprentice.classiccontrol;

import java.awt.Color;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import org.apprentice.spi.Frame;

/** The tasks drawn to scale, with Gymnasium's proportions and colours. */
final class Pictures {
  private static final Color AXLE = new Color(0x8184CB);
  private static final Color CART = new Color(0x222222);
  private static final Color POLE = new Color(0xCA9865);
  private static final Color WHEEL = new Color(0x808080);
  private static final Color FLAG = new Color(0xCCCC00);
  private static final Color LINK = new Color(0x00CCCC);
  private static final Color JOINT = new Color(0xCCCC00);
  private static final Color ROD = new Color(0xCC4D4D);

  /** Of the hills of the mountain cars. */
  private static final double AMPLITUDE = 0.45;

  private Pictures() {}

  /**
   * A track of 2.4 m to each side.
   *
   * @param position of the cart in m
   * @param angle of the pole in rad, positive to the right
   * @param length of the whole pole in m
   */
  static Frame cartPole(double position, double angle, double length) {
    double cartWidth = 0.4;
    double cartHeight = 0.24;
    Drawing drawing = new Drawing(600, 400, 125, -2.4, -0.8);
    drawing.line(Color.BLACK, -2.4, 0, 2.4, 0, 0.008);
    drawing.fill(
        CART,
        new Rectangle2D.Double(position - cartWidth / 2, -cartHeight / 2, cartWidth, cartHeight));
    double axle = cartHeight / 4;
    drawing.line(
        POLE,
        position,
        axle,
        position + length * Math.sin(angle),
        axle + length * Math.cos(angle),
        0.08);
    drawing.disc(AXLE, position, axle, 0.04);
    return drawing.frame();
  }

  /**
   * The valley from -1.2 to 0.6, which rises as {@code sin(3 x)}.
   *
   * @param goal position of the flag
   */
  static Frame mountainCar(double position, double goal) {
    Drawing drawing = new Drawing(600, 400, 600 / 1.8, -1.2, 0);
    Path2D.Double hills = new Path2D.Double();
    hills.moveTo(-1.2, height(-1.2));
    for (int i = 1; i <= 180; i++) {
      double x = -1.2 + 0.01 * i;
      hills.lineTo(x, height(x));
    }
    drawing.outline(Color.BLACK, hills, 0.004);

    drawing.line(Color.BLACK, goal, height(goal), goal, height(goal) + 0.15, 0.004);
    Path2D.Double flag = new Path2D.Double();
    flag.moveTo(goal, height(goal) + 0.15);
    flag.lineTo(goal, height(goal) + 0.12);
    flag.lineTo(goal + 0.075, height(goal) + 0.135);
    flag.closePath();
    drawing.fill(FLAG, flag);

    AffineTransform place = new AffineTransform();
    place.translate(position, height(position));
    place.rotate(Math.atan(3 * AMPLITUDE * Math.cos(3 * position)));
    double carWidth = 0.12;
    double carHeight = 0.06;
    double clearance = 0.03;
    drawing.fill(
        CART,
        place.createTransformedShape(
            new Rectangle2D.Double(-carWidth / 2, clearance, carWidth, carHeight)));
    for (int side = -1; side <= 1; side += 2) {
      double[] wheel = {side * carWidth / 4, clearance};
      place.transform(wheel, 0, wheel, 0, 1);
      drawing.disc(WHEEL, wheel[0], wheel[1], carHeight / 2.5);
    }
    return drawing.frame();
  }

  private static double height(double position) {
    return AMPLITUDE * Math.sin(3 * position) + 0.55;
  }

  /**
   * Two links of 1 m, and the line that the tip has to cross.
   *
   * @param angle1 of the first link in rad, 0 hangs down
   * @param angle2 of the second link relative to the first
   */
  static Frame acrobot(double angle1, double angle2) {
    Drawing drawing = new Drawing(500, 500, 500 / 4.4, -2.2, -2.2);
    drawing.line(Color.BLACK, -2.2, 1, 2.2, 1, 0.03);
    double elbowX = Math.sin(angle1);
    double elbowY = -Math.cos(angle1);
    double tipX = elbowX + Math.sin(angle1 + angle2);
    double tipY = elbowY - Math.cos(angle1 + angle2);
    drawing.rod(LINK, 0, 0, elbowX, elbowY, 0.2);
    drawing.rod(LINK, elbowX, elbowY, tipX, tipY, 0.2);
    drawing.disc(JOINT, 0, 0, 0.1);
    drawing.disc(JOINT, elbowX, elbowY, 0.1);
    return drawing.frame();
  }

  /**
   * @param angle in rad, 0 is upright and positive angles lean to the left
   */
  static Frame pendulum(double angle) {
    Drawing drawing = new Drawing(500, 500, 500 / 4.4, -2.2, -2.2);
    drawing.rod(ROD, 0, 0, -Math.sin(angle), Math.cos(angle), 0.2);
    drawing.disc(Color.BLACK, 0, 0, 0.05);
    return drawing.frame();
  }
}
