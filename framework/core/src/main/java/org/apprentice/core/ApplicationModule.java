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
import org.apprentice.spi.TrackerPlugin;

/**
 * What lives as long as the process: plugins by name, the composer of experiments, and deliveries.
 * Each trial gets an injector of its own, which knows only what its experiment names.
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
}
