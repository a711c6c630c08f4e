package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Folders say where code is: a module's folder is its package. */
class SourceLayoutTest {
  /** Tests run in their module's folder. */
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();

  static Stream<Path> modules() throws IOException {
    try (Stream<Path> framework = Files.list(ROOT.resolve("framework"));
        Stream<Path> plugins = Files.list(ROOT.resolve("plugins"))) {
      return Stream.concat(framework, plugins)
          .filter(folder -> Files.exists(folder.resolve("pom.xml")))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("modules")
  void packagesLieBelowTheModulesName(Path module) throws IOException {
    String room = module.getFileName().toString().replace("-", "");
    for (String kind : List.of("main", "test")) {
      Path sources = module.resolve("src/" + kind + "/java");
      if (Files.exists(sources)) {
        Path expected = sources.resolve("org/apprentice").resolve(room);
        assertThat(javaFiles(sources))
            .as("move into package org.apprentice.%s, or into another module", room)
            .allMatch(file -> file.startsWith(expected));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("modules")
  void modulesAreBuilt(Path module) throws IOException {
    Path parent = module.resolveSibling("pom.xml");
    assertThat(Files.readString(parent))
        .as("add the module to %s", ROOT.relativize(parent))
        .contains("<module>" + module.getFileName() + "</module>");
  }

  private static List<Path> javaFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }
}
