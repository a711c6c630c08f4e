package org.apprentice.core.plugin;

import com.google.inject.AbstractModule;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import com.google.inject.multibindings.Multibinder;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.PrunerPlugin;
import org.apprentice.spi.SamplerPlugin;
import org.apprentice.spi.TrackerPlugin;
import org.apprentice.spi.WrapperPlugin;

/** What the application's injector knows of plugins. */
final class ComponentsModule extends AbstractModule {
  private final Components components;

  ComponentsModule(Components components) {
    this.components = components;
  }

  @Override
  protected void configure() {
    bind(Components.class).toInstance(components);
    offer(Kind.ENVIRONMENT, EnvironmentPlugin.class, new TypeLiteral<EnvironmentPlugin<?>>() {});
    offer(Kind.WRAPPER, WrapperPlugin.class, new TypeLiteral<WrapperPlugin<?>>() {});
    offer(Kind.NETWORK, NetworkPlugin.class, new TypeLiteral<NetworkPlugin<?>>() {});
    offer(Kind.ALGORITHM, AlgorithmPlugin.class, new TypeLiteral<AlgorithmPlugin<?>>() {});
    offer(Kind.SAMPLER, SamplerPlugin.class, new TypeLiteral<SamplerPlugin<?>>() {});
    offer(Kind.PRUNER, PrunerPlugin.class, new TypeLiteral<PrunerPlugin<?>>() {});
    Multibinder<TrackerPlugin> trackers = Multibinder.newSetBinder(binder(), TrackerPlugin.class);
    components.trackers().forEach(tracker -> trackers.addBinding().toInstance(tracker));
  }

  private <P> void offer(Kind kind, Class<? super P> type, TypeLiteral<P> literal) {
    MapBinder<String, P> byName =
        MapBinder.newMapBinder(binder(), TypeLiteral.get(String.class), literal);
    components
        .byName(kind, type)
        .forEach(
            (name, component) -> {
              @SuppressWarnings("unchecked") // P is type with an unbounded wildcard
              P plugin = (P) component;
              byName.addBinding(name).toInstance(plugin);
            });
  }
}
