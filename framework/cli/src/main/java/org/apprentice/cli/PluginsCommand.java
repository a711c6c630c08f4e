package org.apprentice.cli;

import java.util.concurrent.Callable;
import org.apprentice.core.plugin.Components;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code apprentice plugins}. */
@Command(
    name = "plugins",
    mixinStandardHelpOptions = true,
    description = "Lists every component that an experiment file can name.")
final class PluginsCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Override
  public Integer call() {
    for (Components.Entry entry : options.components().all()) {
      System.out.printf(
          "%-14s %-24s %s%n",
          entry.kind(), entry.component().name(), entry.component().description());
    }
    return 0;
  }
}
