package org.apprentice.cli;

import com.google.inject.Guice;
import com.google.inject.Injector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apprentice.core.ApplicationModule;
import org.apprentice.core.config.Composer;
import org.apprentice.core.plugin.Components;
import org.apprentice.core.plugin.PluginLoader;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Options of every command that works on experiments. */
final class CommonOptions {
  @Option(names = "--plugins", paramLabel = "DIR", description = "A folder of further plugin jars.")
  private Path plugins;

  @Option(
      names = "--results",
      paramLabel = "DIR",
      description = "Where runs and mlflow.db are kept (default: results beside the launcher).")
  private Path results;

  @Option(names = "--debug", description = "Show stack traces.")
  private boolean debug;

  boolean debug() {
    return debug;
  }

  /** The options of a command; those of none where it has none. */
  static CommonOptions of(CommandLine commandLine) {
    Object options = commandLine.getMixins().get("options");
    return options instanceof CommonOptions common ? common : new CommonOptions();
  }

  Path results() {
    if (results != null) {
      return results.toAbsolutePath().normalize();
    }
    String home = System.getProperty("apprentice.home", "");
    return Path.of(home).resolve("results").toAbsolutePath().normalize();
  }

  Optional<Path> plugins() {
    return Optional.ofNullable(plugins);
  }

  /** Loads plugins; those that cannot be loaded are named on standard error. */
  Components components() {
    Components components = PluginLoader.load(plugins());
    for (String warning : components.warnings()) {
      System.err.println("apprentice: " + warning);
    }
    return components;
  }

  /** The application's injector. */
  Injector application(Path resultsFolder) {
    return Guice.createInjector(new ApplicationModule(components(), resultsFolder));
  }

  Composer composer() {
    return application(results()).getInstance(Composer.class);
  }

  static Path existing(Path experiment) {
    if (!Files.exists(experiment)) {
      throw new UsageException(
          "%s: no such experiment file; those of Apprentice are in the folder experiments"
              .formatted(experiment));
    }
    return experiment;
  }
}
