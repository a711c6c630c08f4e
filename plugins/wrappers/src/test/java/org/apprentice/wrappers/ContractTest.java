package org.apprentice.wrappers;

import org.apprentice.spi.Component;
import org.apprentice.testkit.ConfigContract;
import org.junit.jupiter.api.Nested;

/** Settings and documented defaults of every wrapper. */
class ContractTest {

  @Nested
  class ClipRewardWrapper implements ConfigContract {
    @Override
    public Component<?> component() {
      return WrappersPlugin.CLIP_REWARD;
    }
  }

  @Nested
  class CropWrapper implements ConfigContract {
    @Override
    public Component<?> component() {
      return WrappersPlugin.CROP;
    }
  }

  @Nested
  class DeepMindWrapper implements ConfigContract {
    @Override
    public Component<?> component() {
      return WrappersPlugin.DEEPMIND;
    }
  }

  @Nested
  class EpisodicLifeWrapper implements ConfigContract {
    @Override
    public Component<?> component() {
      return WrappersPlugin.EPISODIC_LIFE;
    }
  }

  @Nested
  class FireResetWrapper implements ConfigContract {
    @Override
    public Component<?> component() {
      return WrappersPlugin.FIRE_RESET;
    }
  }

  @Nested
  class FrameStackWrapper implements ConfigContract {
    @Override
    public Component<?> component() {
      return WrappersPlugin.FRAME_STACK;
    }
  }

  @Nested
  class GrayWrapper implements ConfigContract {
    @Override
    public Component<?> component() {
      return WrappersPlugin.GRAY;
    }
  }

  @Nested
  class MaxAndSkipWrapper implements ConfigContract {
    @Override
    public Component<?> component() {
      return WrappersPlugin.MAX_AND_SKIP;
    }
  }

  @Nested
  class NoopResetWrapper implements ConfigContract {
    @Override
    public Component<?> component() {
      return WrappersPlugin.NOOP_RESET;
    }
  }

  @Nested
  class NormalizeObservationWrapper implements ConfigContract {
    @Override
    public Component<?> component() {
      return WrappersPlugin.NORMALIZE_OBSERVATION;
    }
  }

  @Nested
  class NormalizeRewardWrapper implements ConfigContract {
    @Override
    public Component<?> component() {
      return WrappersPlugin.NORMALIZE_REWARD;
    }
  }

  @Nested
  class ResizeWrapper implements ConfigContract {
    @Override
    public Component<?> component() {
      return WrappersPlugin.RESIZE;
    }
  }

  @Nested
  class TimeLimitWrapper implements ConfigContract {
    @Override
    public Component<?> component() {
      return WrappersPlugin.TIME_LIMIT;
    }
  }
}
