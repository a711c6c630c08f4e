package org.apprentice.cli;

import java.awt.event.KeyEvent;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apprentice.spi.EnvironmentSpec;

/**
 * Turns the keys that are held into actions. Arrows and space (or Control) are a joystick and its
 * button where actions have the names of Atari's: {@code UP}, {@code RIGHTFIRE}; of what is held,
 * what the game has no action for is left out. Digits are the numbers of actions. Where actions
 * have no names, the left arrow is the first and the right one the last, and nothing held goes on
 * with the action before. A key that was hit between two actions counts for the next one.
 */
final class Keys {
  private static final int UP = 1;
  private static final int DOWN = 2;
  private static final int LEFT = 4;
  private static final int RIGHT = 8;
  private static final int FIRE = 16;

  private final List<String> names;
  private final int actions;
  private int held;
  private int hit;
  private int digitHeld = -1;
  private int digitHit = -1;
  private int last;

  Keys(EnvironmentSpec spec) {
    names = spec.actionNames();
    actions = spec.actionSpace().width();
    last = Math.max(0, names.indexOf("NOOP"));
  }

  private static int button(int keyCode) {
    return switch (keyCode) {
      case KeyEvent.VK_UP, KeyEvent.VK_KP_UP -> UP;
      case KeyEvent.VK_DOWN, KeyEvent.VK_KP_DOWN -> DOWN;
      case KeyEvent.VK_LEFT, KeyEvent.VK_KP_LEFT -> LEFT;
      case KeyEvent.VK_RIGHT, KeyEvent.VK_KP_RIGHT -> RIGHT;
      case KeyEvent.VK_SPACE, KeyEvent.VK_CONTROL -> FIRE;
      default -> 0;
    };
  }

  /** The action that a digit stands for; -1 for other keys. */
  private int digit(int keyCode) {
    int digit =
        keyCode >= KeyEvent.VK_NUMPAD0 ? keyCode - KeyEvent.VK_NUMPAD0 : keyCode - KeyEvent.VK_0;
    return digit >= 0 && digit <= 9 && digit < actions ? digit : -1;
  }

  synchronized void press(int keyCode) {
    held |= button(keyCode);
    hit |= button(keyCode);
    if (digit(keyCode) >= 0) {
      digitHeld = digit(keyCode);
      digitHit = digitHeld;
    }
  }

  synchronized void release(int keyCode) {
    held &= ~button(keyCode);
    if (digit(keyCode) >= 0 && digit(keyCode) == digitHeld) {
      digitHeld = -1;
    }
  }

  /** When the window lost the keyboard. */
  synchronized void releaseAll() {
    held = 0;
    digitHeld = -1;
  }

  /**
   * What to do now.
   *
   * @param allowed per action; null where all are
   */
  synchronized int action(boolean[] allowed) {
    int digit = digitHit >= 0 ? digitHit : digitHeld;
    int buttons = hit | held;
    boolean fires = (hit & FIRE) != 0;
    hit = 0;
    digitHit = -1;
    int chosen = digit >= 0 ? digit : names.isEmpty() ? unnamed(buttons) : named(buttons, fires);
    if (allowed != null && !allowed[chosen]) {
      OptionalInt possible = IntStream.range(0, actions).filter(it -> allowed[it]).findFirst();
      chosen = possible.orElse(chosen);
    }
    last = chosen;
    return chosen;
  }

  private int unnamed(int buttons) {
    if ((buttons & LEFT) != 0) {
      return 0;
    }
    return (buttons & RIGHT) != 0 ? actions - 1 : last;
  }

  /** Moving goes before firing, but not when the button was hit just now. */
  private int named(int buttons, boolean fires) {
    int moves = buttons & ~FIRE;
    int across = buttons & (LEFT | RIGHT);
    int along = buttons & (UP | DOWN);
    int fire = buttons & FIRE;
    int[] lessAndLess = {
      buttons,
      fires ? across | fire : moves,
      fires ? along | fire : across,
      fires ? fire : along,
      moves,
      across,
      along,
      fire
    };
    for (int some : lessAndLess) {
      int action = some == 0 ? -1 : names.indexOf(name(some));
      if (action >= 0) {
        return action;
      }
    }
    return Math.max(0, names.indexOf("NOOP"));
  }

  private static String name(int buttons) {
    String vertical = (buttons & UP) != 0 ? "UP" : (buttons & DOWN) != 0 ? "DOWN" : "";
    String horizontal = (buttons & RIGHT) != 0 ? "RIGHT" : (buttons & LEFT) != 0 ? "LEFT" : "";
    return vertical + horizontal + ((buttons & FIRE) != 0 ? "FIRE" : "");
  }
}
