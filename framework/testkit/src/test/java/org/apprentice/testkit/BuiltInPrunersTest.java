package org.apprentice.testkit;

import java.lang.reflect.Constructor;
import java.util.Arrays;
import org.apprentice.core.sweep.BuiltInSamplers;
import org.apprentice.spi.PrunerPlugin;
import org.junit.jupiter.api.Nested;

/** Core cannot depend on the testkit, so its pruners are held to the contract here. */
class BuiltInPrunersTest {
  /** A pruner of the core, whose records are its own. */
  private interface BuiltIn extends PrunerContract<Record> {
    String name();

    Object[] settings();

    @Override
    @SuppressWarnings("unchecked")
    default PrunerPlugin<Record> plugin() {
      return (PrunerPlugin<Record>)
          new BuiltInSamplers()
              .pruners().stream()
                  .filter(pruner -> pruner.name().equals(name()))
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
  class None implements BuiltIn {
    @Override
    public String name() {
      return "none";
    }

    @Override
    public Object[] settings() {
      return new Object[0];
    }
  }

  @Nested
  class Asha implements BuiltIn {
    @Override
    public String name() {
      return "asha";
    }

    @Override
    public Object[] settings() {
      return new Object[] {1000L, 3};
    }
  }

  @Nested
  class Median implements BuiltIn {
    @Override
    public String name() {
      return "median";
    }

    @Override
    public Object[] settings() {
      return new Object[] {1000L, 500L, 3};
    }
  }

  /** Whose second rung but one would lie beyond all numbers. */
  @Nested
  class MedianFarApart implements BuiltIn {
    @Override
    public String name() {
      return "median";
    }

    @Override
    public Object[] settings() {
      return new Object[] {1L, Long.MAX_VALUE / 2, 1};
    }
  }
}
