package org.apprentice.classiccontrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.StepBatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every step of the real Gymnasium, restarted from its state before the step. */
class GymnasiumTest {
  @ParameterizedTest
  @CsvSource({
    "CartPole-v0.csv, cartpole, 200, 1e-12",
    "CartPole-v1.csv, cartpole, 500, 1e-12",
    "Acrobot-v1.csv.gz, acrobot, 500, 1e-12",
    "MountainCar-v0.csv, mountain-car, 200, 1e-12",
    "MountainCarContinuous-v0.csv.gz, mountain-car-continuous, 999, 0",
    "Pendulum-v1.csv, pendulum, 200, 1e-12",
  })
  void everyStepEqualsGymnasium(String file, String task, int limit, double tolerance)
      throws IOException {
    List<Trajectory.Step> steps = Trajectory.read(file);
    assertThat(steps.size()).isGreaterThan(200);
    ClassicControlEnvironment environment = Environments.create(task, limit, 1);
    Dynamics dynamics = Environments.dynamics(task);
    StepBatch outcome = StepBatch.allocate(environment.spec().observationSpace(), 1);
    ActionBatch action = ActionBatch.allocate(environment.spec().actionSpace(), 1);
    environment.reset(1, outcome.observations());
    double[] reward = new double[1];
    boolean[] terminated = new boolean[1];
    for (Trajectory.Step step : steps) {
      String where = file + " step " + step.t();
      Environments.set(action, 0, step.action());

      double[] state = step.before().clone();
      dynamics.advance(state, action, reward, terminated);
      assertThat(state).as(where).containsExactly(step.after(), within(tolerance));
      assertThat(reward[0]).as(where).isCloseTo(step.reward(), within(1e-12));
      assertThat(terminated[0]).as(where).isEqualTo(step.terminated());

      environment.place(0, step.before(), step.t() - 1);
      environment.step(action, outcome);
      boolean ended = step.terminated() || step.truncated();
      ObservationBatch shown = ended ? outcome.finalObservations() : outcome.observations();
      assertThat(Environments.row(shown, 0))
          .as(where)
          .containsExactly(step.observation(), within(1e-6f));
      assertThat(outcome.rewards()[0]).as(where).isEqualTo((float) step.reward());
      assertThat(outcome.terminated()[0]).as(where).isEqualTo(step.terminated());
      assertThat(outcome.truncated()[0]).as(where).isEqualTo(step.truncated());
      assertThat(outcome.episodeEnded()[0]).as(where).isEqualTo(ended);
    }
  }
}
