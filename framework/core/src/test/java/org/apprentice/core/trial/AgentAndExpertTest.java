package org.apprentice.core.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apprentice.spi.RunEvent;
import org.apprentice.tracking.Journal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.XYChart;

class AgentAndExpertTest {
  @TempDir Path folder;

  private AgentAndExpert picture() {
    try (Journal journal = Journal.open(folder)) {
      for (int i = 0; i < 3; i++) {
        journal.append(new RunEvent.Metric("evaluation/return-mean", 10 * i, 5 + i, 0));
        journal.append(new RunEvent.Metric("evaluation/return-min", 10 * i - 2, 5 + i, 0));
        journal.append(new RunEvent.Metric("evaluation/return-max", 10 * i + 3, 5 + i, 0));
        journal.append(new RunEvent.Metric("train/loss", 1, 5 + i, 0));
      }
    }
    return AgentAndExpert.of(folder, new double[] {23, 18}, new double[] {30, 10, 20, 40});
  }

  @Test
  void evaluationsAreShownBesideMeanAndRangeOfTheDemonstrations() {
    XYChart chart = picture().course("bc", "epochs");

    assertThat(chart.getSeriesMap().get("agent, mean").getXData()).containsExactly(5, 6, 7);
    assertThat(chart.getSeriesMap().get("agent, mean").getYData()).containsExactly(0, 10, 20);
    assertThat(chart.getSeriesMap().get("agent, all").getYData())
        .containsExactly(-2, 8, 18, 23, 13, 3);
    assertThat(chart.getSeriesMap().get("demonstrations, mean").getYData()).containsExactly(25, 25);
    assertThat(chart.getSeriesMap().get("demonstrations, all").getYData())
        .containsExactly(10, 10, 40, 40);
  }

  @Test
  void returnsOfBothAreShownInOrder() {
    XYChart chart = picture().distributions();

    assertThat(chart.getSeriesMap().get("agent (2 episodes)").getYData())
        .containsExactly(18, 18, 23, 23);
    assertThat(chart.getSeriesMap().get("agent (2 episodes)").getXData())
        .containsExactly(0, 50, 50, 100);
    assertThat(chart.getSeriesMap().get("demonstrations (4 episodes)").getYData())
        .containsExactly(10, 10, 20, 20, 30, 30, 40, 40);
  }

  @Test
  void bothPartsAreDrawn() throws Exception {
    Path png = folder.resolve("both.png");

    picture().write(png, "bc", "epochs");

    BufferedImage image = ImageIO.read(png.toFile());
    for (int half = 0; half < 2; half++) {
      int[] pixels = image.getRGB(640 * half, 0, 640, 380, null, 0, 640);
      assertThat(IntStream.of(pixels).anyMatch(it -> it == 0xFFF58518)).as("agent").isTrue();
      assertThat(Arrays.stream(pixels).anyMatch(it -> it == 0xFFB279A2)).as("expert").isTrue();
    }
  }
}
