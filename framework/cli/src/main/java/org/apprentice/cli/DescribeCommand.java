package org.apprentice.cli;

import java.util.concurrent.Callable;
import org.apprentice.core.plugin.Components;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code apprentice describe NAME}. */
@Command(
    name = "describe",
    mixinStandardHelpOptions = true,
    description = "Shows the keys of a component, what they mean and their defaults.")
final class DescribeCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Parameters(index = "0", paramLabel = "NAME", description = "For example ppo or cartpole.")
  private String name;

  @Override
  public Integer call() {
    for (Components.Entry entry : options.components().named(name)) {
      System.out.println("# " + entry + ": " + entry.component().description());
      System.out.println();
      System.out.println(
          entry.documentation().isEmpty() ? "# no keys" : entry.documentation().strip());
    }
    return 0;
  }
}
