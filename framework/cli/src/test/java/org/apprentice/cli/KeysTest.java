package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.event.KeyEvent;
import java.util.List;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentSpec;
import org.junit.jupiter.api.Test;

class KeysTest {
  private static final int[] NONE = {};

  private static Keys keys(String... names) {
    return new Keys(
        new EnvironmentSpec(
            BoxSpace.unbounded(1), new ActionSpace.Discrete(names.length), List.of(names)));
  }

  private static Keys unnamed(int actions) {
    return new Keys(new EnvironmentSpec(BoxSpace.unbounded(1), new ActionSpace.Discrete(actions)));
  }

  /** What is done while keys are held. */
  private static int held(Keys keys, int... codes) {
    for (int code : codes) {
      keys.press(code);
    }
    keys.action(null);
    int action = keys.action(null);
    keys.releaseAll();
    return action;
  }

  @Test
  void arrowsAndSpaceAreTheJoystick() {
    Keys keys = keys("NOOP", "FIRE", "RIGHT", "LEFT");
    assertThat(held(keys, NONE)).isEqualTo(0);
    assertThat(held(keys, KeyEvent.VK_SPACE)).isEqualTo(1);
    assertThat(held(keys, KeyEvent.VK_RIGHT)).isEqualTo(2);
    assertThat(held(keys, KeyEvent.VK_LEFT)).isEqualTo(3);
    assertThat(held(keys, KeyEvent.VK_UP)).as("not in this game").isEqualTo(0);
    assertThat(held(keys, KeyEvent.VK_LEFT, KeyEvent.VK_SPACE))
        .as("no action for both: moving goes first")
        .isEqualTo(3);
    assertThat(held(keys, KeyEvent.VK_LEFT, KeyEvent.VK_UP)).isEqualTo(3);
    keys.press(KeyEvent.VK_LEFT);
    keys.press(KeyEvent.VK_SPACE);
    assertThat(keys.action(null)).as("just hit").isEqualTo(1);
    assertThat(keys.action(null)).as("then moving again").isEqualTo(3);
  }

  @Test
  void combinationsHaveActionsOfTheirOwn() {
    Keys keys =
        keys("NOOP", "FIRE", "UP", "RIGHT", "UPRIGHT", "DOWNLEFT", "RIGHTFIRE", "UPRIGHTFIRE");
    assertThat(held(keys, KeyEvent.VK_UP, KeyEvent.VK_RIGHT)).isEqualTo(4);
    assertThat(held(keys, KeyEvent.VK_DOWN, KeyEvent.VK_LEFT)).isEqualTo(5);
    assertThat(held(keys, KeyEvent.VK_CONTROL, KeyEvent.VK_RIGHT)).isEqualTo(6);
    assertThat(held(keys, KeyEvent.VK_SPACE, KeyEvent.VK_UP, KeyEvent.VK_RIGHT)).isEqualTo(7);
    assertThat(held(keys, KeyEvent.VK_UP, KeyEvent.VK_SPACE)).as("without UPFIRE").isEqualTo(2);
  }

  @Test
  void keysThatWereHitBetweenActionsCountOnce() {
    Keys keys = keys("NOOP", "FIRE", "RIGHT", "LEFT");
    keys.press(KeyEvent.VK_SPACE);
    keys.release(KeyEvent.VK_SPACE);
    assertThat(keys.action(null)).isEqualTo(1);
    assertThat(keys.action(null)).isEqualTo(0);
    keys.press(KeyEvent.VK_RIGHT);
    assertThat(keys.action(null)).isEqualTo(2);
    assertThat(keys.action(null)).isEqualTo(2);
    keys.release(KeyEvent.VK_RIGHT);
    assertThat(keys.action(null)).isEqualTo(0);
  }

  @Test
  void actionsWithoutNamesAreDigitsAndTheOutermostArrows() {
    Keys keys = unnamed(3);
    assertThat(held(keys, KeyEvent.VK_RIGHT)).isEqualTo(2);
    assertThat(held(keys, NONE)).as("goes on").isEqualTo(2);
    assertThat(held(keys, KeyEvent.VK_LEFT)).isEqualTo(0);
    assertThat(held(keys, KeyEvent.VK_1)).isEqualTo(1);
    assertThat(held(keys, KeyEvent.VK_NUMPAD2)).isEqualTo(2);
    assertThat(held(keys, KeyEvent.VK_7)).as("there is none").isEqualTo(2);
  }

  @Test
  void actionsThatAreNotAllowedAreReplaced() {
    Keys keys = unnamed(3);
    keys.press(KeyEvent.VK_LEFT);
    assertThat(keys.action(new boolean[] {false, false, true})).isEqualTo(2);
    assertThat(keys.action(new boolean[] {true, false, true})).isEqualTo(0);
  }
}
