package org.apprentice.testkit;

import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.List;
import org.apprentice.core.sweep.BuiltInSamplers;
import org.apprentice.spi.SamplerPlugin;
import org.apprentice.spi.SearchSpace;
import org.junit.jupiter.api.Nested;

/** Core cannot depend on the testkit, so its samplers are held to the contract here. */
class BuiltInSamplersTest {
  /** A sampler of the core, whose records are its own. */
  private interface BuiltIn extends SamplerContract<Record> {
    String name();

    Object[] settings();

    @Override
    @SuppressWarnings("unchecked")
    default SamplerPlugin<Record> plugin() {
      return (SamplerPlugin<Record>)
          new BuiltInSamplers()
              .samplers().stream()
                  .filter(sampler -> sampler.name().equals(name()))
                  .findFirst()
                  .orElseThrow();
    }

    @Override
    default Record config() {
      try {
        Constructor<?> constructor = plugin().configType().getDeclaredConstructors()[0];
        constructor.setAccessible(true);
        return (Record) constructor.newInstance(settings());
      } catch (ReflectiveOperationException | IllegalArgumentException e) {
        throw new IllegalStateException(
            name() + " has other settings than " + Arrays.toString(settings()), e);
      }
    }
  }

  @Nested
  class Grid implements BuiltIn {
    @Override
    public String name() {
      return "grid";
    }

    @Override
    public Object[] settings() {
      return new Object[0];
    }
  }

  /** Draws until it has had every point. */
  @Nested
  class Random implements BuiltIn {
    @Override
    public String name() {
      return "random";
    }

    @Override
    public Object[] settings() {
      return new Object[] {100};
    }
  }

  @Nested
  class Zip implements BuiltIn {
    @Override
    public String name() {
      return "zip";
    }

    @Override
    public Object[] settings() {
      return new Object[0];
    }

    @Override
    public SearchSpace space() {
      return new SearchSpace(
          List.of(
              new SearchSpace.Axis("algorithm.clip", List.of("0.1", "0.2", "0.3")),
              new SearchSpace.Axis("network", List.of("mlp", "gru", "lstm"))));
    }

    @Override
    public boolean exhaustive() {
      return false;
    }
  }

  @Nested
  class Tpe implements BuiltIn {
    @Override
    public String name() {
      return "tpe";
    }

    @Override
    public Object[] settings() {
      return new Object[] {100, 5, 3, 0.1, 24, false};
    }
  }

  @Nested
  class GroupedTpe implements BuiltIn {
    @Override
    public String name() {
      return "tpe";
    }

    @Override
    public Object[] settings() {
      return new Object[] {100, 5, 3, 0.1, 24, true};
    }
  }
}
