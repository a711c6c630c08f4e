package org.apprentice.rl;

import static org.apprentice.rl.CountingEnvironment.life;
import static org.apprentice.rl.CountingEnvironment.terminated;
import static org.apprentice.rl.CountingEnvironment.truncated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.apprentice.rl.CountingEnvironment.Episode;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static Evaluation run(int episodes, boolean deterministic, Episode[]... script) {
    return Evaluation.run(
        new CountingPolicy(),
        new CountingEnvironment(script),
        episodes,
        deterministic,
        3,
        new RandomStreams(1).stream("evaluation"));
  }

  @Test
  void everyCopyPlaysItsShareSoThatShortEpisodesAreNotFavoured() {
    // by the time that the first copy ends one episode, the second could have ended ten
    Evaluation evaluation = run(4, true, new Episode[][] {{truncated(30)}, {terminated(3)}});
    assertThat(evaluation.lengths()).containsExactly(30, 30, 3, 3);
    assertThat(evaluation.episodes()).isEqualTo(4);
  }

  @Test
  void remainderGoesToTheFirstCopies() {
    Evaluation evaluation =
        run(5, true, new Episode[][] {{terminated(2)}, {terminated(3)}, {terminated(4)}});
    assertThat(evaluation.lengths()).containsExactly(2, 2, 3, 3, 4);
  }

  @Test
  void fewerEpisodesThanCopiesLeaveCopiesOut() {
    Evaluation evaluation =
        run(1, true, new Episode[][] {{terminated(9)}, {terminated(3)}, {terminated(4)}});
    assertThat(evaluation.lengths()).containsExactly(9);
  }

  @Test
  void episodesStandInTheOrderThatTheirCopyPlayedThem() {
    Evaluation evaluation =
        run(4, true, new Episode[][] {{terminated(2), truncated(5)}, {terminated(1)}});
    assertThat(evaluation.lengths()).containsExactly(2, 5, 1, 1);
  }

  @Test
  void returnsAreUndiscountedAndRaw() {
    // rewards 1, 2, 3, ... and a tenth of the action, which is 0 for a deterministic policy
    Evaluation evaluation = run(2, true, new Episode[][] {{terminated(3), truncated(4)}});
    assertThat(evaluation.returns()).containsExactly(6, 10);
  }

  @Test
  void lostLifeIsNoEpisode() {
    Evaluation evaluation = run(2, true, new Episode[][] {{life(2), terminated(3)}});
    assertThat(evaluation.lengths()).containsExactly(5, 5);
    assertThat(evaluation.returns()).containsExactly(3 + 6, 3 + 6);
  }

  @Test
  void stochasticPolicyDrawsFromTheGivenGenerator() {
    Episode[][] script = {{terminated(50)}};
    Evaluation evaluation = run(3, false, script);
    assertThat(evaluation.minimum()).isGreaterThan(51 * 50 / 2.0);
    assertThat(run(3, false, script).returns()).containsExactly(evaluation.returns());
  }

  @Test
  void environmentIsResetWithTheSeed() {
    CountingEnvironment environment = new CountingEnvironment(new Episode[] {terminated(4)});
    Evaluation.run(
        new CountingPolicy(), environment, 1, true, 17, new RandomStreams(1).stream("a"));
    assertThat(environment.seed()).isEqualTo(17);
  }

  @Test
  void aSpectatorSeesEveryStepOfTheFirstCopysShare() {
    List<Integer> episodes = new ArrayList<>();
    CountingEnvironment environment =
        new CountingEnvironment(new Episode[][] {{terminated(2), truncated(3)}, {terminated(9)}});
    Evaluation.run(
        new CountingPolicy(),
        environment,
        4,
        true,
        3,
        new RandomStreams(1).stream("evaluation"),
        (scene, episode) -> {
          assertThat(scene.environment()).isSameAs(environment);
          episodes.add(episode);
        });
    assertThat(episodes).containsExactly(0, 0, 1, 1, 1);
  }

  @Test
  void summaryIsOfTheReturns() {
    Evaluation evaluation = new Evaluation(new double[] {1, 5, 3, 7}, new int[] {10, 20, 30, 41});
    assertThat(evaluation.mean()).isEqualTo(4);
    assertThat(evaluation.standardDeviation()).isCloseTo(Math.sqrt(5), within(1e-12));
    assertThat(evaluation.minimum()).isEqualTo(1);
    assertThat(evaluation.maximum()).isEqualTo(7);
    assertThat(evaluation.meanLength()).isEqualTo(25.25);
  }
}
