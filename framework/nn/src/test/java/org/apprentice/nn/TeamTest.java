package org.apprentice.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TeamTest {
  @Test
  void runsEveryPartOfEveryTaskOnce() {
    try (Team team = new Team(4)) {
      int[] runs = new int[4];
      for (int i = 0; i < 2_000; i++) {
        team.run(part -> runs[part]++);
      }
      assertThat(runs).containsOnly(2_000);
    }
  }

  @Test
  void failureOfAPartReachesTheCallerAndTheTeamGoesOn() {
    try (Team team = new Team(3)) {
      for (int failing = 0; failing < 3; failing++) {
        int broken = failing;
        assertThatThrownBy(
                () ->
                    team.run(
                        part -> {
                          if (part == broken) {
                            throw new IllegalStateException("part " + part);
                          }
                        }))
            .hasMessage("part " + failing);
      }
      int[] runs = new int[3];
      team.run(part -> runs[part]++);
      assertThat(runs).containsOnly(1);
    }
  }

  @Test
  void threadsEndWhenTheTeamIsClosed() throws InterruptedException {
    Team team = new Team(2);
    team.run(part -> {});
    Thread[] threads = new Thread[Thread.activeCount() + 10];
    Thread.enumerate(threads);
    Thread worker =
        Arrays.stream(threads)
            .filter(thread -> thread != null && thread.getName().equals("network-1"))
            .reduce((first, second) -> second)
            .orElseThrow();
    team.close();
    worker.join(10_000);
    assertThat(worker.isAlive()).isFalse();
  }
}
