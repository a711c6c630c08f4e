package org.apprentice.classiccontrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apprentice.spi.Frame;
import org.apprentice.spi.ObservationBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Looks at the colours where things have to be drawn. */
class PicturesTest {
  private static final int POLE = 0xCA9865;
  private static final int CAR = 0x222222;
  private static final int FLAG = 0xCCCC00;
  private static final int LINK = 0x00CCCC;
  private static final int ROD = 0xCC4D4D;

  private static final int WHITE = 0xFFFFFF;

  /** Pictures with their scale. */
  private record Picture(Frame frame, double pixelsPerMetre, double left, double bottom) {
    static Picture of(String task, double... state) {
      ClassicControlEnvironment environment = Environments.create(task, 10, 2);
      environment.reset(1, ObservationBatch.allocate(environment.spec().observationSpace(), 2));
      environment.place(1, state, 0);
      Frame frame = environment.render(1);
      assertThat(frame.rgb()).hasSize(3 * frame.width() * frame.height());
      return switch (task) {
        case "cartpole" -> new Picture(frame, 600 / 4.8, -2.4, -0.8);
        case "acrobot", "pendulum" -> new Picture(frame, 500 / 4.4, -2.2, -2.2);
        default -> new Picture(frame, 600 / 1.8, -1.2, 0);
      };
    }

    /** The colour at a point in metres. */
    void shows(int color, double x, double y) {
      int column = (int) ((x - left) * pixelsPerMetre);
      int row = (int) (frame.height() - (y - bottom) * pixelsPerMetre);
      int at = 3 * (row * frame.width() + column);
      byte[] rgb = frame.rgb();
      int found = ((rgb[at] & 0xFF) << 16) | ((rgb[at + 1] & 0xFF) << 8) | (rgb[at + 2] & 0xFF);
      assertThat(found).as("colour at %s, %s", x, y).isEqualTo(color);
    }
  }

  @Test
  void thePoleLeansOnItsCart() {
    for (int side = -1; side <= 1; side += 2) {
      Picture picture = Picture.of("cartpole", side, 0, -0.3 * side, 0);
      picture.shows(CAR, side - 0.18, -0.1);
      picture.shows(CAR, side + 0.18, 0.1);
      picture.shows(WHITE, side + 0.22, 0.1);
      for (double along : new double[] {0.1, 0.5, 0.98}) {
        picture.shows(POLE, side - side * along * Math.sin(0.3), 0.06 + along * Math.cos(0.3));
      }
      picture.shows(WHITE, side - side * 1.03 * Math.sin(0.3), 0.06 + 1.03 * Math.cos(0.3));
      picture.shows(WHITE, side + side * 0.5 * Math.sin(0.3), 0.06 + 0.5 * Math.cos(0.3));
    }
  }

  @ParameterizedTest
  @CsvSource({"mountain-car, 0.5", "mountain-car-continuous, 0.45"})
  void theCarStandsOnTheSlope(String task, double goal) {
    Picture valley = Picture.of(task, -Math.PI / 6, 0);
    valley.shows(CAR, -Math.PI / 6, 0.1 + 0.08);
    valley.shows(CAR, -Math.PI / 6 + 0.055, 0.1 + 0.08);
    valley.shows(WHITE, -Math.PI / 6 + 0.065, 0.1 + 0.08);
    double height = 0.45 * Math.sin(3 * goal) + 0.55;
    valley.shows(FLAG, goal + 0.02, height + 0.135);
    valley.shows(WHITE, goal - 0.02, height + 0.135);

    Picture slope = Picture.of(task, 0, 0);
    double angle = Math.atan(1.35);
    slope.shows(CAR, -0.07 * Math.sin(angle), 0.55 + 0.07 * Math.cos(angle));
    slope.shows(WHITE, 0.07 * Math.sin(angle), 0.55 + 0.07 * Math.cos(angle));
    slope.shows(WHITE, -Math.PI / 6, 0.1 + 0.08);
  }

  @Test
  void theLinksHangFromTheMiddle() {
    Picture hanging = Picture.of("acrobot", 0, 0, 0, 0);
    hanging.shows(LINK, 0, -0.5);
    hanging.shows(LINK, 0, -1.5);
    hanging.shows(LINK, 0, -2.05);
    hanging.shows(0, 1, 1);
    // the first link to the right, the second straight up from there
    Picture bent = Picture.of("acrobot", Math.PI / 2, Math.PI / 2, 0, 0);
    bent.shows(LINK, 0.5, 0);
    bent.shows(LINK, 1, 0.5);
    bent.shows(LINK, 1, 1.05);
    bent.shows(WHITE, 1, -0.5);
    bent.shows(WHITE, 0, -0.5);
  }

  @Test
  void thePendulumStandsUprightAtZeroAndTurnsLeft() {
    Picture.of("pendulum", 0, 0).shows(ROD, 0, 1.05);
    Picture.of("pendulum", 0, 0).shows(WHITE, 0, -0.5);
    Picture.of("pendulum", Math.PI / 2, 0).shows(ROD, -1.05, 0);
    Picture.of("pendulum", Math.PI, 0).shows(ROD, 0, -1.05);
    Picture.of("pendulum", 3 * Math.PI / 2, 0).shows(ROD, 1.05, 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"acrobot", "cartpole", "mountain-car", "mountain-car-continuous", "pendulum"})
  void lookingChangesNothing(String task) {
    ClassicControlEnvironment environment = Environments.create(task, 10, 2);
    environment.reset(1, ObservationBatch.allocate(environment.spec().observationSpace(), 2));
    byte[] before = environment.save();
    assertThat(environment.render(0).rgb()).isEqualTo(environment.render(0).rgb());
    assertThat(environment.save()).isEqualTo(before);
    assertThatThrownBy(() -> environment.render(2))
        .hasMessage(task + ": copy must be in 0..1, found 2");
  }
}
