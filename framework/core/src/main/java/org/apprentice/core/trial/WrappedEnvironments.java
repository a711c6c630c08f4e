package org.apprentice.core.trial;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.apprentice.core.config.Experiment;
import org.apprentice.spi.Choice;
import org.apprentice.spi.CopiesTogether;
import org.apprentice.spi.Environment;
import org.apprentice.spi.EnvironmentFactory;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.SoleCopy;
import org.apprentice.spi.VectorEnvironment;
import org.apprentice.spi.WrapperPlugin;

/** The environment of an experiment with its wrappers around each copy. */
final class WrappedEnvironments implements EnvironmentFactory {
  private final Experiment.Environment settings;
  private final EnvironmentSpec spec;
  private final int threads;

  /** Null for nothing. */
  private final UnaryOperator<Environment> innermost;

  /**
   * @param threads in which copies are stepped that are environments by themselves
   */
  WrappedEnvironments(Experiment.Environment settings, int threads) {
    this(settings, threads, null);
  }

  private WrappedEnvironments(
      Experiment.Environment settings, int threads, UnaryOperator<Environment> innermost) {
    this.settings = settings;
    this.spec = settings.spec();
    this.threads = threads;
    this.innermost = innermost;
  }

  /**
   * Environments in the caller's thread with something around them that changes nothing, below
   * their wrappers.
   */
  static WrappedEnvironments with(
      UnaryOperator<Environment> innermost, Experiment.Environment settings) {
    return new WrappedEnvironments(settings, 1, innermost);
  }

  @Override
  public EnvironmentSpec spec() {
    return spec;
  }

  @Override
  public int trainingCopies() {
    return settings.copies();
  }

  @Override
  public VectorEnvironment create(int copies) {
    EnvironmentPlugin<?> plugin = settings.component().plugin();
    Record config = settings.component().config();
    Optional<Environment> first = plugin.singleFrom(config);
    if (first.isEmpty() && settings.wrappers().all().isEmpty() && innermost == null) {
      return plugin.createFrom(config, copies);
    }
    AtomicReference<Environment> made = new AtomicReference<>(first.orElse(null));
    return new CopiesTogether(spec, () -> wrapped(made.getAndSet(null)), copies, threads);
  }

  /**
   * @param made what to wrap; null for another one
   */
  private Environment wrapped(Environment made) {
    Environment environment = made == null ? single() : made;
    try {
      environment = innermost == null ? environment : innermost.apply(environment);
      for (Choice<WrapperPlugin<?>> wrapper : settings.wrappers().all()) {
        environment = wrapper.plugin().wrapWith(wrapper.config(), environment);
      }
    } catch (RuntimeException e) {
      environment.close();
      throw e;
    }
    return environment;
  }

  private Environment single() {
    EnvironmentPlugin<?> plugin = settings.component().plugin();
    Record config = settings.component().config();
    return plugin.singleFrom(config).orElseGet(() -> new SoleCopy(plugin.createFrom(config, 1)));
  }
}
