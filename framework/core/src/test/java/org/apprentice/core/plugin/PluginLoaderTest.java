package org.apprentice.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apprentice.core.config.Composer;
import org.apprentice.core.config.Trial;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.PolicyOptimizerPlugin;
import org.apprentice.spi.SamplerPlugin;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginLoaderTest {
  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(temporary.resolve("plugins"));
  }

  private Components load() {
    return PluginLoader.load(Optional.of(folder));
  }

  private static PluginJarBuilder maze(String mazeName) {
    return new PluginJarBuilder()
        .source("third.party.MazePlugin", ThirdParty.PLUGIN)
        .source("third.party.Maze", ThirdParty.ENVIRONMENT.replace("NAME", mazeName))
        .source("third.party.Linear", ThirdParty.NETWORK)
        .source("third.party.Wander", ThirdParty.ALGORITHM)
        .resource("environment/" + mazeName + ".conf", "# Cells per side.\nsize = 5\n")
        .resource("network/linear.conf", "# Whether there is a bias.\nbias = true\n")
        .resource("algorithm/wander.conf", "# Steps per round.\nrounds = 10\n")
        .service("third.party.MazePlugin");
  }

  @Test
  void theClassPathIsAlwaysThere() {
    Components components = PluginLoader.load(Optional.empty());
    assertThat(components.names(SamplerPlugin.class)).contains("grid");
    assertThat(components.warnings()).isEmpty();
  }

  @Test
  void aThirdPartysJarIsLoadedAndComposed() throws IOException {
    Path jar = maze("maze").build(folder.resolve("maze-1.0.jar"));

    Components components = load();

    assertThat(components.warnings()).isEmpty();
    Components.Entry maze = components.find(EnvironmentPlugin.class, "maze", "environment");
    assertThat(maze.jar().name()).isEqualTo("maze-1.0.jar");
    assertThat(maze.documentation()).isEqualTo("# Cells per side.\nsize = 5\n");
    assertThat(maze.component().getClass().getClassLoader())
        .isNotSameAs(getClass().getClassLoader());
    assertThat(components.jars()).contains(new PluginJar(jar));
    assertThat(new PluginJar(jar).sha256()).get().asString().matches("[0-9a-f]{64}");
    assertThat(components.find(AlgorithmPlugin.class, "wander", "algorithm").component())
        .isInstanceOf(PolicyOptimizerPlugin.class);

    Path file = temporary.resolve("maze.conf");
    Files.writeString(
        file,
        """
        environment { plugin = maze, size = 7 }
        network = linear
        algorithm = wander
        training.steps = 100
        """);
    Trial trial =
        new Composer(components).compose(file, List.of("network.bias=false")).trials().get(0);
    assertThat(trial.parameters())
        .containsEntry("environment.size", "7")
        .containsEntry("network.bias", "false")
        .containsEntry("algorithm.rounds", "10");
  }

  @Test
  void everyJarHasItsOwnClassLoader() {
    maze("maze").build(folder.resolve("one.jar"));
    maze("labyrinth")
        .source("third.party.Linear", ThirdParty.NETWORK.replace("\"linear\"", "\"affine\""))
        .source("third.party.Wander", ThirdParty.ALGORITHM.replace("\"wander\"", "\"roam\""))
        .resource("network/affine.conf", "bias = true")
        .resource("algorithm/roam.conf", "rounds = 10")
        .build(folder.resolve("two.jar"));

    Components components = load();

    assertThat(components.warnings()).isEmpty();
    Class<?> one = components.find(EnvironmentPlugin.class, "maze", "x").component().getClass();
    Class<?> two =
        components.find(EnvironmentPlugin.class, "labyrinth", "x").component().getClass();
    assertThat(one.getName()).isEqualTo(two.getName());
    assertThat(one).isNotSameAs(two);
  }

  @Test
  void theSameComponentTwiceIsAnErrorNamingBothJars() {
    Path one = maze("maze").build(folder.resolve("one.jar"));
    Path two = maze("maze").build(folder.resolve("two.jar"));
    assertThatThrownBy(this::load)
        .isInstanceOf(PluginException.class)
        .hasMessage(
            "both %s and %s offer environment 'maze'; remove one of them".formatted(one, two));
  }

  @Test
  void aMissingFolderIsAnError() {
    Path missing = temporary.resolve("missing");
    assertThatThrownBy(() -> PluginLoader.load(Optional.of(missing)))
        .isInstanceOf(PluginException.class)
        .hasMessage("--plugins " + missing + ": no such folder; expected a folder of plugin jars");
  }

  @Test
  void aFileInsteadOfAFolderIsAnError() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "x");
    assertThatThrownBy(() -> PluginLoader.load(Optional.of(file)))
        .hasMessage("--plugins " + file + ": not a folder; expected a folder of plugin jars");
  }

  @Test
  void whatIsNoJarIsLeftAlone() throws IOException {
    Files.writeString(folder.resolve("readme.txt"), "x");
    assertThat(load().warnings()).isEmpty();
  }

  private String onlyWarning(Path jar) {
    maze("maze").build(folder.resolve("whole.jar"));
    Components components = load();
    assertThat(components.names(EnvironmentPlugin.class)).contains("maze");
    assertThat(components.jars()).doesNotContain(new PluginJar(jar));
    assertThat(components.warnings()).hasSize(1);
    String warning = components.warnings().get(0);
    String begin = "skipped plugin " + jar + ": ";
    assertThat(warning).startsWith(begin);
    return warning.substring(begin.length());
  }

  @Test
  void aFileThatIsNoZipIsSkipped() throws IOException {
    Path jar = Files.writeString(folder.resolve("broken.jar"), "this is no zip");
    assertThat(onlyWarning(jar)).contains("not a jar");
  }

  @Test
  void aJarWithoutServiceEntryIsSkipped() {
    Path jar = new PluginJarBuilder().resource("x", "y").build(folder.resolve("broken.jar"));
    assertThat(onlyWarning(jar))
        .isEqualTo("it offers no plugin: META-INF/services/org.apprentice.spi.Plugin is missing");
  }

  @Test
  void aServiceEntryForNoClassIsSkipped() {
    Path jar = maze("mace").service("third.party.Mistyped").build(folder.resolve("broken.jar"));
    assertThat(onlyWarning(jar)).isEqualTo("Provider third.party.Mistyped not found");
  }

  @Test
  void aServiceEntryForAnotherTypeIsSkipped() {
    Path jar = maze("mace").service("third.party.Maze").build(folder.resolve("broken.jar"));
    assertThat(onlyWarning(jar)).isEqualTo("third.party.Maze not a subtype");
  }

  @Test
  void aServiceEntryForAClassOfAnotherJarIsSkipped() {
    Path jar =
        new PluginJarBuilder()
            .service("org.apprentice.core.sweep.BuiltInSamplers")
            .build(folder.resolve("broken.jar"));
    assertThat(onlyWarning(jar)).isEqualTo("its service entry names no class of its own");
  }

  @Test
  void aJarThatLacksAClassIsSkipped() {
    Path jar = maze("mace").build(folder.resolve("broken.jar"), "Wander");
    assertThat(onlyWarning(jar)).isEqualTo("a class that it needs is missing: third.party.Wander");
  }

  @Test
  void aJarThatLacksAConfigRecordIsSkipped() {
    Path jar = maze("mace").build(folder.resolve("broken.jar"), "Maze$Config");
    assertThat(onlyWarning(jar))
        .isEqualTo("a class that it needs is missing: third.party.Maze$Config");
  }

  @Test
  void aPluginThatThrowsIsSkipped() {
    Path jar =
        new PluginJarBuilder()
            .source(
                "third.party.Angry",
                """
                package third.party;
                public final class Angry implements org.apprentice.spi.Plugin {
                  public Angry() { throw new IllegalStateException("no licence"); }
                }
                """)
            .service("third.party.Angry")
            .build(folder.resolve("broken.jar"));
    assertThat(onlyWarning(jar))
        .contains("third.party.Angry")
        .contains("could not be instantiated")
        .endsWith("no licence");
  }

  @Test
  void aComponentWithoutItsDefaultsIsSkipped() {
    Path jar =
        maze("mace")
            .source("third.party.Linear", ThirdParty.NETWORK.replace("\"linear\"", "\"affine\""))
            .build(folder.resolve("broken.jar"));
    assertThat(onlyWarning(jar))
        .isEqualTo(
            "the defaults of network 'affine' are missing: expected the resource"
                + " /network/affine.conf beside third.party.Linear$Config");
  }

  @Test
  void aKeyThatBelongsToTheExperimentIsSkipped() {
    String environment = ThirdParty.ENVIRONMENT.replace("NAME", "maze");
    Path jar =
        maze("mace")
            .source("third.party.Maze", environment.replace("int size", "int copies"))
            .build(folder.resolve("broken.jar"));
    assertThat(onlyWarning(jar))
        .isEqualTo(
            "the config of environment 'maze' has a key 'copies', which is the experiment's own;"
                + " call it otherwise");
  }

  @Test
  void aNameThatNoFileCouldHoldIsSkipped() {
    Path jar = maze("Big Maze").build(folder.resolve("broken.jar"));
    assertThat(onlyWarning(jar)).isEqualTo("the name of environment 'Big Maze' is not kebab-case");
  }

  @Test
  void theApplicationsInjectorKnowsComponentsByName() {
    maze("maze").build(folder.resolve("maze.jar"));
    Components components = load();
    Injector injector = Guice.createInjector(components.module());
    Map<String, EnvironmentPlugin<?>> environments =
        injector.getInstance(Key.get(new TypeLiteral<Map<String, EnvironmentPlugin<?>>>() {}));
    Map<String, NetworkPlugin<?>> networks =
        injector.getInstance(Key.get(new TypeLiteral<Map<String, NetworkPlugin<?>>>() {}));
    assertThat(environments).containsKey("maze");
    assertThat(networks.get("linear"))
        .isSameAs(components.find(NetworkPlugin.class, "linear", "network").component());
    assertThat(injector.getInstance(Components.class)).isSameAs(components);
  }
}
