package org.apprentice.core;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apprentice.core.config.Composer;
import org.apprentice.core.plugin.Components;
import org.apprentice.core.trial.Deliveries;
import org.apprentice.core.trial.StopSignal;
import org.apprentice.core.trial.TrialListener;
import org.apprentice.core.trial.TrialRunner;
import org.apprentice.spi.TrackerPlugin;

/**
 * What lives as long as the process: plugins by name, the composer of experiments, deliveries and
 * the runner of trials. Each trial gets an injector of its own, which knows only what its
 * experiment names. A {@link TrialListener} and a {@link StopSignal} must be bound beside it where
 * trials are run.
 */
public final class ApplicationModule extends AbstractModule {
  private final Components components;
  private final Path results;

  /**
   * @param results the folder of runs and of the local tracking store
   */
  public ApplicationModule(Components components, Path results) {
    this.components = components;
    this.results = results;
  }

  @Override
  protected void configure() {
    install(components.module());
  }

  @Provides
  @Singleton
  Composer composer() {
    return new Composer(components);
  }

  @Provides
  @Singleton
  Deliveries deliveries(Set<TrackerPlugin> trackers) {
    return new Deliveries(List.copyOf(trackers), results);
  }

  @Provides
  @Singleton
  TrialRunner trialRunner(Deliveries deliveries, TrialListener listener, StopSignal stop) {
    return new TrialRunner(results, deliveries, listener, stop);
  }
}
