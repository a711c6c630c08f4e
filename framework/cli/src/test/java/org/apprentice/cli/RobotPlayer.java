package org.apprentice.cli;

import java.awt.AWTException;
import java.awt.Frame;
import java.awt.Rectangle;
import java.awt.Robot;
import java.awt.event.InputEvent;
import java.awt.event.KeyEvent;
import java.util.Arrays;
import java.util.Optional;

/** A process that plays with synthetic keys until its command ends; the first argument says how. */
final class RobotPlayer {
  private RobotPlayer() {}

  public static void main(String[] arguments) throws AWTException {
    Robot robot = new Robot();
    boolean stops = arguments[0].equals("stop");
    Thread fingers = new Thread(() -> play(robot, stops), "fingers");
    fingers.setDaemon(true);
    fingers.start();
    Main.main(Arrays.copyOfRange(arguments, 1, arguments.length));
  }

  private static void play(Robot robot, boolean stops) {
    focus(robot);
    for (int round = 0; ; round++) {
      hold(robot, KeyEvent.VK_RIGHT, 60);
      hold(robot, KeyEvent.VK_LEFT, 60);
      hold(robot, KeyEvent.VK_SPACE, 20);
      robot.delay(30);
      if (stops && round == 2) {
        hold(robot, KeyEvent.VK_ESCAPE, 10);
      }
    }
  }

  /** Where no window manager gives a new window the keyboard, a click does. */
  private static void focus(Robot robot) {
    Optional<Frame> window = Optional.empty();
    while (window.isEmpty()) {
      robot.delay(20);
      window = Arrays.stream(Frame.getFrames()).filter(Frame::isShowing).findFirst();
    }
    Rectangle bounds = window.get().getBounds();
    robot.mouseMove((int) bounds.getCenterX(), (int) bounds.getCenterY());
    robot.mousePress(InputEvent.BUTTON1_DOWN_MASK);
    robot.mouseRelease(InputEvent.BUTTON1_DOWN_MASK);
    robot.waitForIdle();
  }

  private static void hold(Robot robot, int key, int milliseconds) {
    robot.keyPress(key);
    robot.delay(milliseconds);
    robot.keyRelease(key);
  }
}
