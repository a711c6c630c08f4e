package org.apprentice.core.trial;

import com.google.inject.AbstractModule;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.ProvisionException;
import java.nio.file.Path;
import java.util.List;
import org.apprentice.core.config.Experiment;
import org.apprentice.core.config.NetworkNode;
import org.apprentice.core.config.Trial;
import org.apprentice.nn.HeadNetworks;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.demonstrations.DemonstrationLoader;
import org.apprentice.rl.demonstrations.ExpertLoader;
import org.apprentice.spi.Algorithm;
import org.apprentice.spi.Choice;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.NetworkFactory;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.TrainingSettings;

/** Everything that one trial's algorithm may ask for: only what its experiment names. */
public final class TrialModule extends AbstractModule {
  private final Experiment experiment;
  private final TrialDemonstrations demonstrations;

  TrialModule(Experiment experiment, TrialDemonstrations demonstrations) {
    this.experiment = experiment;
    this.demonstrations = demonstrations;
  }

  /**
   * The injector of one attempt at a trial; its {@link org.apprentice.spi.Algorithm} has not begun.
   *
   * @param results where the runs of experts lie
   */
  public static Injector injector(Trial trial, Path results) {
    return injector(trial, new TrialDemonstrations(trial, results));
  }

  static Injector injector(Trial trial, TrialDemonstrations demonstrations) {
    try {
      return Guice.createInjector(new TrialModule(trial.experiment(), demonstrations));
    } catch (CreationException e) {
      throw unwrapped(e);
    }
  }

  /** The algorithm, or what went wrong in making it, free of what Guice says around that. */
  static Algorithm algorithm(Injector injector) {
    try {
      return injector.getInstance(Algorithm.class);
    } catch (ProvisionException e) {
      throw unwrapped(e);
    }
  }

  private static RuntimeException unwrapped(RuntimeException wrapper) {
    Throwable cause = wrapper;
    while ((cause instanceof ProvisionException || cause instanceof CreationException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException failure ? failure : wrapper;
  }

  @Override
  protected void configure() {
    binder().requireExplicitBindings();
    binder().requireAtInjectOnConstructors();
    bind(EnvironmentFactory.class).toInstance(environments(experiment));
    experiment
        .network()
        .ifPresent(network -> bind(NetworkFactory.class).toInstance(networks(network)));
    bind(TrainingSettings.class).toInstance(experiment.training().settings());
    bind(RandomStreams.class).toInstance(new RandomStreams(experiment.training().seed()));
    bind(DemonstrationLoader.class).toInstance(demonstrations);
    bind(ExpertLoader.class).toInstance(demonstrations);
    install(experiment.algorithm().plugin().moduleOf(experiment.algorithm().config()));
  }

  static EnvironmentFactory environments(Experiment experiment) {
    return new WrappedEnvironments(experiment.environment(), experiment.training().threads());
  }

  private static NetworkFactory networks(NetworkNode node) {
    if (node instanceof NetworkNode.ActorAndCritic pair) {
      return spec -> {
        List<NetworkFactory> factories =
            spec.heads().stream()
                .map(head -> factory(head.name().equals("value") ? pair.critic() : pair.actor()))
                .toList();
        return factories.size() == 1
            ? factories.get(0).create(spec)
            : new HeadNetworks(spec, factories);
      };
    }
    return factory(((NetworkNode.Single) node).component());
  }

  private static NetworkFactory factory(Choice<NetworkPlugin<?>> choice) {
    return spec -> choice.plugin().createFrom(choice.config(), spec);
  }
}
