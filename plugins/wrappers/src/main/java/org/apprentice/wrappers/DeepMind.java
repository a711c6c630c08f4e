package org.apprentice.wrappers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apprentice.spi.Environment;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.WrapperPlugin;

/**
 * The wrappers of published Atari results in their order (OpenAI Baselines' {@code
 * atari_wrappers.py}, Stable-Baselines3's {@code AtariWrapper}): NoopReset, MaxAndSkip,
 * EpisodicLife, FireReset, gray, resize, ClipReward, FrameStack.
 *
 * <p>Those take the maximum of two frames in each colour and make it gray afterwards. So does this
 * around an environment that shows colours; around one that shows gray pictures it takes the
 * maximum of these, which costs a third and differs only where two frames have different colours in
 * one place.
 */
final class DeepMind {
  private DeepMind() {}

  private record Part<C extends Record>(WrapperPlugin<C> wrapper, C config) {
    EnvironmentSpec spec(EnvironmentSpec inner) {
      return wrapper.spec(config, inner);
    }

    Environment wrap(Environment inner) {
      return wrapper.wrap(config, inner);
    }
  }

  static EnvironmentSpec spec(DeepMindConfig config, EnvironmentSpec inner) {
    EnvironmentSpec spec = inner;
    for (Part<?> part : parts(config, inner)) {
      spec = part.spec(spec);
    }
    return spec;
  }

  static Environment wrap(DeepMindConfig config, Environment inner) {
    Environment environment = inner;
    for (Part<?> part : parts(config, inner.spec())) {
      environment = part.wrap(environment);
    }
    return environment;
  }

  /** The innermost first. */
  private static List<Part<?>> parts(DeepMindConfig config, EnvironmentSpec inner) {
    ImageSpace image = Checks.images(inner);
    List<Part<?>> parts = new ArrayList<>();
    if (config.noopMax() > 0) {
      parts.add(new Part<>(WrappersPlugin.NOOP_RESET, new NoopResetConfig(config.noopMax())));
    }
    if (config.skip() > 1) {
      parts.add(new Part<>(WrappersPlugin.MAX_AND_SKIP, new MaxAndSkipConfig(config.skip())));
    }
    if (config.episodicLife()) {
      parts.add(new Part<>(WrappersPlugin.EPISODIC_LIFE, new EpisodicLifeConfig()));
    }
    if (config.fireReset() && FireReset.fits(inner)) {
      parts.add(new Part<>(WrappersPlugin.FIRE_RESET, new FireResetConfig()));
    }
    if (image.channels() > 1) {
      parts.add(
          new Part<>(
              WrappersPlugin.GRAY,
              new GrayConfig(
                  GrayConfig.Weights.REC_601,
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty())));
    }
    if (config.size() > 0) {
      parts.add(new Part<>(WrappersPlugin.RESIZE, new ResizeConfig(config.size(), config.size())));
    }
    if (config.clipReward()) {
      ClipRewardConfig sign = new ClipRewardConfig(ClipRewardConfig.By.SIGN, -1, 1);
      parts.add(new Part<>(WrappersPlugin.CLIP_REWARD, sign));
    }
    if (config.stack() > 1) {
      parts.add(new Part<>(WrappersPlugin.FRAME_STACK, new FrameStackConfig(config.stack())));
    }
    return parts;
  }
}
