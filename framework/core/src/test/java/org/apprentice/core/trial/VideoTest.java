package org.apprentice.core.trial;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apprentice.core.config.Trial;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VideoTest {
  @TempDir Path folder;

  @Test
  void aVideoOfWhatCannotBeDrawnIsRefusedBeforeTraining() throws IOException {
    Climbing climbing = new Climbing(folder.resolve("results"));
    for (String when : List.of("every", "final", "every-explained", "final-explained")) {
      Trial trial = Climbing.trial(folder, "evaluation.video=" + when);
      assertThatThrownBy(() -> climbing.run(trial))
          .isInstanceOf(TrialException.class)
          .hasMessage(
              "environment hill cannot be drawn, so there can be no video of it; set"
                  + " evaluation.video = none");
    }
  }
}
