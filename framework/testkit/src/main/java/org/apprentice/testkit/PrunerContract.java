package org.apprentice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.apprentice.spi.Component;
import org.apprentice.spi.Pruner;
import org.apprentice.spi.Pruner.Course;
import org.apprentice.spi.Pruner.Verdict;
import org.apprentice.spi.PrunerPlugin;
import org.junit.jupiter.api.Test;

/**
 * What every pruner keeps. A test class implements this and gives the pruner.
 *
 * @param <C> the pruner's settings
 */
public interface PrunerContract<C extends Record> extends ConfigContract {
  /**
   * A question to a pruner.
   *
   * @param rung at which points are judged, from 0
   */
  record Question(int rung, List<Course> arrived, List<Course> before, boolean all) {
    List<Verdict> put(Pruner pruner) {
      return pruner.judge(rung, arrived, before, all);
    }

    /** Whether a point of those that arrived failed. */
    boolean isLost(int point) {
      return Double.isNaN(arrived.get(point).score(rung));
    }
  }

  PrunerPlugin<C> plugin();

  C config();

  /**
   * Whether, when none are before and no others will come, at least one of those that did not fail
   * goes on.
   */
  default boolean sendsOneOn() {
    return true;
  }

  @Override
  default Component<?> component() {
    return plugin();
  }

  private Pruner create() {
    return plugin().create(config());
  }

  /** Rungs with points that failed, are complete or further, many or one, at random. */
  private static List<Question> questions() {
    Random random = new Random(20260104);
    List<Question> questions = new ArrayList<>();
    for (int number = 0; number < 400; number++) {
      int rung = number % 3;
      List<Course> before = courses(rung, number % 2 == 0 ? 0 : random.nextInt(8), random);
      List<Course> arrived = courses(rung, 1 + random.nextInt(10), random);
      questions.add(new Question(rung, arrived, before, random.nextBoolean()));
    }
    return questions;
  }

  private static List<Course> courses(int rung, int count, Random random) {
    List<Course> courses = new ArrayList<>();
    while (courses.size() < count) {
      boolean complete = random.nextInt(4) == 0;
      int length = complete ? 1 + random.nextInt(rung + 3) : rung + 1 + random.nextInt(2);
      List<Double> scores = new ArrayList<>();
      while (scores.size() < length) {
        scores.add((double) random.nextInt(7));
      }
      if (random.nextInt(5) == 0) {
        // What fails comes no further.
        scores.set(length - 1, Double.NaN);
      }
      courses.add(new Course(scores, complete));
    }
    return courses;
  }

  @Test
  default void rungsAscendToTheirEnd() {
    Pruner pruner = create();
    long last = 0;
    boolean ended = false;
    int[] numbers =
        IntStream.concat(IntStream.range(0, 100), IntStream.of(1_000_000, Integer.MAX_VALUE))
            .toArray();
    for (int number : numbers) {
      OptionalLong rung = pruner.rung(number);
      if (rung.isPresent()) {
        assertThat(ended).as("rung %d, beyond the last", number).isFalse();
        assertThat(rung.getAsLong()).as("rung %d", number).isGreaterThan(last);
        last = rung.getAsLong();
      } else {
        ended = true;
      }
    }
  }

  @Test
  default void judgesEachPointThatArrived() {
    for (Question question : questions()) {
      assertThat(question.put(create()))
          .as("verdicts on %s", question)
          .hasSameSizeAs(question.arrived())
          .doesNotContainNull();
    }
  }

  @Test
  default void whatFailedDoesNotGoOn() {
    for (Question question : questions()) {
      List<Verdict> verdicts = question.put(create());
      for (int point = 0; point < question.arrived().size(); point++) {
        if (question.isLost(point)) {
          assertThat(verdicts.get(point))
              .as("point %d of %s", point, question)
              .isNotEqualTo(Verdict.GO_ON);
        }
      }
    }
  }

  @Test
  default void nobodyWaitsForThoseWhoWillNotCome() {
    for (Question question : questions()) {
      if (question.all()) {
        assertThat(question.put(create())).as("%s", question).doesNotContain(Verdict.WAIT);
      }
    }
  }

  @Test
  default void oneOfThoseThatDidNotFailGoesOn() {
    for (Question question : questions()) {
      boolean hopeful = false;
      for (int point = 0; point < question.arrived().size(); point++) {
        hopeful |= !question.isLost(point);
      }
      if (sendsOneOn() && question.all() && question.before().isEmpty() && hopeful) {
        assertThat(question.put(create())).as("%s", question).contains(Verdict.GO_ON);
      }
    }
  }

  @Test
  default void theSameQuestionHasTheSameAnswer() {
    Pruner pruner = create();
    List<List<Verdict>> answers = questions().stream().map(it -> it.put(pruner)).toList();
    assertThat(questions().stream().map(it -> it.put(pruner)).toList()).isEqualTo(answers);
    assertThat(questions().stream().map(it -> it.put(create())).toList()).isEqualTo(answers);
  }
}
