package org.apprentice.dagger;

import com.google.inject.Injector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apprentice.core.config.Composer;
import org.apprentice.core.config.Trial;
import org.apprentice.core.plugin.Components;
import org.apprentice.core.sweep.BuiltInSamplers;
import org.apprentice.core.trial.Deliveries;
import org.apprentice.core.trial.TrialListener;
import org.apprentice.core.trial.TrialModule;
import org.apprentice.core.trial.TrialRunner;
import org.apprentice.networks.NetworksPlugin;
import org.apprentice.ppo.PpoPlugin;
import org.apprentice.testkit.components.TestkitPlugin;

/** Trials with {@code dagger}, and the trained experts that they ask. */
final class Asking {
  private static final Components COMPONENTS =
      Components.of(
          new BuiltInSamplers(),
          new DaggerPlugin(),
          new PpoPlugin(),
          new NetworksPlugin(),
          new TestkitPlugin());

  private Asking() {}

  /** Trains {@code expert.conf} with its runs in {@code results}, both in this folder. */
  static void train(Path folder, String expert) throws IOException {
    Path file = Files.writeString(folder.resolve("expert.conf"), expert);
    Path results = folder.resolve("results");
    Deliveries deliveries = new Deliveries(List.of(), results);
    try {
      new TrialRunner(results, deliveries, new TrialListener() {}, () -> false)
          .run(compose(file), file, false);
    } finally {
      deliveries.close();
    }
  }

  static Injector trial(Path folder, String text) throws IOException {
    Path file = Files.writeString(folder.resolve("experiment.conf"), text);
    return TrialModule.injector(compose(file), folder.resolve("results"));
  }

  private static Trial compose(Path file) {
    return new Composer(COMPONENTS).compose(file, List.of()).trials().get(0);
  }
}
