package org.apprentice.core.plugin;

/** Sources of a plugin by somebody who has only the SPI. */
final class ThirdParty {
  static final String PLUGIN =
      """
      package third.party;

      import java.util.List;
      import org.apprentice.spi.*;

      public final class MazePlugin implements Plugin {
        @Override
        public List<EnvironmentPlugin<?>> environments() {
          return List.of(new Maze());
        }

        @Override
        public List<NetworkPlugin<?>> networks() {
          return List.of(new Linear());
        }

        @Override
        public List<AlgorithmPlugin<?>> algorithms() {
          return List.of(new Wander());
        }
      }
      """;

  static final String ENVIRONMENT =
      """
      package third.party;

      import org.apprentice.spi.*;

      final class Maze implements EnvironmentPlugin<Maze.Config> {
        record Config(int size) {}

        @Override
        public String name() {
          return "NAME";
        }

        @Override
        public Class<Config> configType() {
          return Config.class;
        }

        @Override
        public String description() {
          return "find the way out";
        }

        @Override
        public EnvironmentSpec spec(Config config) {
          return new EnvironmentSpec(BoxSpace.unbounded(2), new ActionSpace.Discrete(4));
        }

        @Override
        public VectorEnvironment create(Config config, int copies) {
          throw new IllegalStateException("this maze is only looked at");
        }
      }
      """;

  static final String NETWORK =
      """
      package third.party;

      import org.apprentice.spi.*;

      final class Linear implements NetworkPlugin<Linear.Config> {
        record Config(boolean bias) {}

        @Override
        public String name() {
          return "linear";
        }

        @Override
        public Class<Config> configType() {
          return Config.class;
        }

        @Override
        public String description() {
          return "one layer";
        }

        @Override
        public Network create(Config config, NetworkSpec spec) {
          throw new IllegalStateException("this network is only looked at");
        }
      }
      """;

  static final String ALGORITHM =
      """
      package third.party;

      import com.google.inject.AbstractModule;
      import com.google.inject.Module;
      import org.apprentice.spi.*;

      final class Wander implements PolicyOptimizerPlugin<Wander.Config> {
        record Config(int rounds) {}

        @Override
        public String name() {
          return "wander";
        }

        @Override
        public Class<Config> configType() {
          return Config.class;
        }

        @Override
        public String description() {
          return "goes anywhere";
        }

        @Override
        public Module module(Config config) {
          return new AbstractModule() {};
        }

        @Override
        public Module optimizer(Config config) {
          return new AbstractModule() {};
        }
      }
      """;

  private ThirdParty() {}
}
