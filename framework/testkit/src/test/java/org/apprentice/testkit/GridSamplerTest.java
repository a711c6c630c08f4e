package org.apprentice.testkit;

import java.lang.reflect.Constructor;
import org.apprentice.core.sweep.BuiltInSamplers;
import org.apprentice.spi.SamplerPlugin;

/** Core cannot depend on the testkit, so its sampler is held to the contract here. */
class GridSamplerTest implements SamplerContract<Record> {
  @Override
  @SuppressWarnings("unchecked")
  public SamplerPlugin<Record> plugin() {
    return (SamplerPlugin<Record>)
        new BuiltInSamplers()
            .samplers().stream()
                .filter(sampler -> sampler.name().equals("grid"))
                .findFirst()
                .orElseThrow();
  }

  /** A grid has no settings. */
  @Override
  public Record config() {
    try {
      Constructor<? extends Record> constructor = plugin().configType().getDeclaredConstructor();
      constructor.setAccessible(true);
      return constructor.newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the settings of grid are no longer empty", e);
    }
  }
}
