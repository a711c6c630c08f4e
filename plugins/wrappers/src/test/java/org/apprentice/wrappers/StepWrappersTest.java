package org.apprentice.wrappers;

import static org.apprentice.wrappers.ScriptedGame.Moment.showing;
import static org.apprentice.wrappers.ScriptedGame.seen;
import static org.apprentice.wrappers.ScriptedGame.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.Environment;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.wrappers.ScriptedGame.Moment;
import org.junit.jupiter.api.Test;

/** Wrappers that change when things happen. */
class StepWrappersTest {
  private static final int NOOP = 0;
  private static final int LEFT = 3;

  private static Moment[] repeated(int times, Moment moment) {
    Moment[] moments = new Moment[times];
    java.util.Arrays.fill(moments, moment);
    return moments;
  }

  @Test
  void noopResetTakesEveryNumberOfStepsAlikeOften() {
    ScriptedGame game = ScriptedGame.ofPixels(repeated(100, showing(0)));
    Environment wrapped = WrappersPlugin.NOOP_RESET.wrap(new NoopResetConfig(5), game);
    wrapped.seed(1);
    assertThat(game.seed()).isEqualTo(1);
    Map<Integer, Integer> counts = new TreeMap<>();
    for (int i = 0; i < 5000; i++) {
      wrapped.reset();
      List<String> noted = game.noted();
      assertThat(noted.get(0)).isEqualTo("reset");
      assertThat(noted.subList(1, noted.size())).containsOnly("NOOP");
      counts.merge(noted.size() - 1, 1, Integer::sum);
    }
    assertThat(counts).containsOnlyKeys(1, 2, 3, 4, 5);
    // Four standard deviations of a binomial with p = 1/5 are 113.
    assertThat(counts.values()).allMatch(count -> Math.abs(count - 1000) < 113);
  }

  @Test
  void noopResetGivesTheRestToTheNextGame() {
    ScriptedGame game = ScriptedGame.ofPixels(showing(0), showing(1), showing(2).thenOver());
    Environment wrapped = WrappersPlugin.NOOP_RESET.wrap(new NoopResetConfig(5), game);
    wrapped.seed(3);
    for (int i = 0; i < 50; i++) {
      wrapped.reset();
      List<String> noted = game.noted();
      String all = String.join(" ", noted);
      assertThat(all)
          .isIn(
              "reset NOOP",
              "reset NOOP NOOP reset",
              "reset NOOP NOOP reset NOOP",
              "reset NOOP NOOP reset NOOP NOOP reset",
              "reset NOOP NOOP reset NOOP NOOP reset NOOP");
    }
  }

  @Test
  void maxAndSkipAddsRewardsAndShowsTheMaximumOfTheLastTwoFrames() {
    ScriptedGame game =
        ScriptedGame.ofPixels(
            showing(9, 9),
            showing(255, 255).paying(1),
            showing(255, 255).paying(2),
            showing(200, 3).paying(-4),
            showing(100, 130).paying(8));
    Environment wrapped = WrappersPlugin.MAX_AND_SKIP.wrap(new MaxAndSkipConfig(4), game);
    wrapped.reset();
    assertThat(seen(wrapped)).containsExactly(9, 9);
    game.noted();
    Environment.Outcome outcome = step(wrapped, LEFT);
    assertThat(outcome.reward).isEqualTo(7);
    assertThat(outcome.episodeReturn).isEqualTo(7);
    assertThat(outcome.terminated || outcome.truncated || outcome.episodeEnded).isFalse();
    assertThat(game.noted())
        .as("only frames that are seen are asked for")
        .containsExactly("LEFT", "LEFT", "LEFT", "observe", "LEFT");
    assertThat(seen(wrapped)).containsExactly(200, 130);
  }

  @Test
  void maxAndSkipStopsAtTheEnd() {
    ScriptedGame game =
        ScriptedGame.ofPixels(
            showing(0), showing(50).paying(1), showing(20).paying(2).thenOver(), showing(1));
    Environment wrapped = WrappersPlugin.MAX_AND_SKIP.wrap(new MaxAndSkipConfig(4), game);
    wrapped.reset();
    Environment.Outcome outcome = step(wrapped, LEFT);
    assertThat(outcome.reward).isEqualTo(3);
    assertThat(outcome.terminated).isTrue();
    assertThat(outcome.episodeEnded).isTrue();
    assertThat(seen(wrapped)).as("the last frame alone").containsExactly(20);
    wrapped.reset();
    assertThat(seen(wrapped)).containsExactly(0);
  }

  @Test
  void maxAndSkipOfOneIsTheEnvironment() {
    ScriptedGame game = ScriptedGame.ofPixels(showing(7), showing(3), showing(5));
    Environment wrapped = WrappersPlugin.MAX_AND_SKIP.wrap(new MaxAndSkipConfig(1), game);
    wrapped.reset();
    step(wrapped, LEFT);
    assertThat(seen(wrapped)).containsExactly(3);
    step(wrapped, LEFT);
    assertThat(seen(wrapped)).containsExactly(5);
  }

  @Test
  void lostLivesEndLearningAndNotTheGame() {
    ScriptedGame game =
        ScriptedGame.ofPixels(
            showing(0).withLives(3),
            showing(1).withLives(3),
            showing(2).withLives(2),
            showing(3).withLives(2),
            showing(4).withLives(3),
            showing(5).withLives(0),
            showing(6).thenOver());
    Environment wrapped = WrappersPlugin.EPISODIC_LIFE.wrap(new EpisodicLifeConfig(), game);
    wrapped.reset();
    assertThat(step(wrapped, LEFT).terminated).isFalse();
    Environment.Outcome lost = step(wrapped, LEFT);
    assertThat(lost.terminated).isTrue();
    assertThat(lost.episodeEnded).isFalse();
    game.noted();
    wrapped.nextLife();
    assertThat(game.noted()).containsExactly("NOOP");
    assertThat(step(wrapped, LEFT).terminated).as("a life more").isFalse();
    assertThat(step(wrapped, LEFT).terminated).as("no lives, and the game not over").isFalse();
    Environment.Outcome over = step(wrapped, LEFT);
    assertThat(over.terminated).isTrue();
    assertThat(over.episodeEnded).isTrue();
  }

  @Test
  void gameThatEndsOnTheWayToTheNextLifeIsFollowedByANewOne() {
    ScriptedGame game =
        ScriptedGame.ofPixels(
            showing(0).withLives(2), showing(1).withLives(1), showing(2).thenOver());
    Environment wrapped = WrappersPlugin.EPISODIC_LIFE.wrap(new EpisodicLifeConfig(), game);
    wrapped.reset();
    assertThat(step(wrapped, LEFT).terminated).isTrue();
    game.noted();
    wrapped.nextLife();
    assertThat(game.noted()).containsExactly("NOOP", "reset");
    assertThat(step(wrapped, LEFT).terminated).as("the first life of the new game").isTrue();
  }

  @Test
  void endsThatAnotherWrapperReportsArePassedOn() {
    ScriptedGame game =
        ScriptedGame.ofPixels(
            showing(0).withLives(2), showing(1).withLives(1), showing(2).withLives(1));
    Environment wrapped =
        WrappersPlugin.EPISODIC_LIFE.wrap(
            new EpisodicLifeConfig(),
            WrappersPlugin.EPISODIC_LIFE.wrap(new EpisodicLifeConfig(), game));
    wrapped.reset();
    assertThat(step(wrapped, LEFT).terminated).isTrue();
    game.noted();
    wrapped.nextLife();
    assertThat(game.noted()).as("one step without an action, not two").containsExactly("NOOP");
  }

  @Test
  void fireIsPressedAtTheStartAndAfterALostLife() {
    ScriptedGame game = ScriptedGame.ofPixels(repeated(20, showing(0)));
    Environment wrapped = WrappersPlugin.FIRE_RESET.wrap(new FireResetConfig(), game);
    wrapped.reset();
    assertThat(game.noted()).containsExactly("reset", "FIRE", "RIGHT");
    wrapped.nextLife();
    assertThat(game.noted()).containsExactly("next life", "FIRE", "RIGHT");
  }

  @Test
  void fireGoesOnInTheGameThatFollowsOneThatItEnds() {
    ScriptedGame game = ScriptedGame.ofPixels(showing(0), showing(1).thenOver());
    Environment wrapped = WrappersPlugin.FIRE_RESET.wrap(new FireResetConfig(), game);
    wrapped.reset();
    assertThat(game.noted()).containsExactly("reset", "FIRE", "reset", "RIGHT", "reset");
  }

  @Test
  void fireResetNeedsFire() {
    EnvironmentSpec without =
        new EnvironmentSpec(new ImageSpace(1, 2, 2), new ActionSpace.Discrete(4));
    assertThatThrownBy(() -> WrappersPlugin.FIRE_RESET.spec(new FireResetConfig(), without))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "needs at least 3 numbered actions with one named FIRE, and the environment takes"
                + " discrete(4) without names; leave fire-reset out");
  }

  @Test
  void wrappersThatActNeedNumberedActions() {
    EnvironmentSpec continuous =
        new EnvironmentSpec(
            BoxSpace.unbounded(2),
            new ActionSpace.Continuous(new float[] {-1, -1}, new float[] {1, 1}));
    assertThatThrownBy(() -> WrappersPlugin.NOOP_RESET.spec(new NoopResetConfig(3), continuous))
        .hasMessage("needs numbered actions, and the environment takes continuous(2)");
    assertThatThrownBy(
            () -> WrappersPlugin.EPISODIC_LIFE.spec(new EpisodicLifeConfig(), continuous))
        .hasMessage("needs numbered actions, and the environment takes continuous(2)");
    assertThatThrownBy(() -> WrappersPlugin.MAX_AND_SKIP.spec(new MaxAndSkipConfig(3), continuous))
        .hasMessage("needs images, and the environment shows box[2]");
  }

  @Test
  void timeLimitTruncatesTheGame() {
    ScriptedGame game = ScriptedGame.ofPixels(repeated(50, showing(0).paying(1)));
    Environment wrapped = WrappersPlugin.TIME_LIMIT.wrap(new TimeLimitConfig(3), game);
    wrapped.reset();
    step(wrapped, NOOP);
    wrapped.nextLife();
    Environment.Outcome second = step(wrapped, NOOP);
    assertThat(second.truncated || second.episodeEnded).isFalse();
    Environment.Outcome third = step(wrapped, NOOP);
    assertThat(third.truncated && third.episodeEnded).as("steps of all lives count").isTrue();
    assertThat(third.terminated).isFalse();
    assertThat(third.episodeReturn).isEqualTo(3);
    wrapped.reset();
    assertThat(step(wrapped, NOOP).truncated).isFalse();
  }

  @Test
  void gameThatIsOverAtTheLimitIsNotTruncated() {
    ScriptedGame game = ScriptedGame.ofPixels(showing(0), showing(1).thenOver());
    Environment wrapped = WrappersPlugin.TIME_LIMIT.wrap(new TimeLimitConfig(1), game);
    wrapped.reset();
    Environment.Outcome outcome = step(wrapped, NOOP);
    assertThat(outcome.terminated && outcome.episodeEnded).isTrue();
    assertThat(outcome.truncated).isFalse();
  }

  @Test
  void lifeThatIsLostAtTheLimitEndsTheGameToo() {
    ScriptedGame game =
        ScriptedGame.ofPixels(showing(0).withLives(2), showing(1).withLives(1), showing(2));
    Environment wrapped =
        WrappersPlugin.TIME_LIMIT.wrap(
            new TimeLimitConfig(1),
            WrappersPlugin.EPISODIC_LIFE.wrap(new EpisodicLifeConfig(), game));
    wrapped.reset();
    Environment.Outcome outcome = step(wrapped, NOOP);
    assertThat(outcome.terminated).as("no value beyond the lost life").isTrue();
    assertThat(outcome.episodeEnded).as("reset follows, not the next life").isTrue();
  }
}
