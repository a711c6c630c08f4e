package org.apprentice.core.sweep;

import java.util.stream.Collectors;
import org.apprentice.spi.Sampler;
import org.apprentice.spi.SamplerPlugin;
import org.apprentice.spi.SearchSpace;

final class ZipSamplerPlugin implements SamplerPlugin<ZipSamplerPlugin.Config> {
  /** Pairs have no settings: the axes say it all. */
  record Config() {}

  @Override
  public String name() {
    return "zip";
  }

  @Override
  public Class<Config> configType() {
    return Config.class;
  }

  @Override
  public String description() {
    return "the first values of all axes together, then the second ones, and so on";
  }

  @Override
  public boolean paired() {
    return true;
  }

  @Override
  public Sampler create(Config config, SearchSpace space, long seed) {
    for (SearchSpace.Axis axis : space.axes()) {
      if (axis.distribution().count().isEmpty()) {
        throw new IllegalArgumentException(
            "%s is a continuum, and zip pairs the values of lists; give a list or a step"
                .formatted(axis.key()));
      }
      if (!axis.when().isEmpty()) {
        throw new IllegalArgumentException(
            ("%s is there for some points only, which zip cannot pair; give its values in a list"
                    + " of objects, or choose another sampler")
                .formatted(axis.key()));
      }
    }
    if (space.axes().stream().map(ZipSamplerPlugin::count).distinct().count() > 1) {
      throw new IllegalArgumentException(
          "zip pairs values and needs lists of the same length, found "
              + space.axes().stream()
                  .map(axis -> axis.key() + " with " + count(axis))
                  .collect(Collectors.joining(", ")));
    }
    return new ZipSampler(space);
  }

  private static long count(SearchSpace.Axis axis) {
    return axis.distribution().count().getAsLong();
  }
}
