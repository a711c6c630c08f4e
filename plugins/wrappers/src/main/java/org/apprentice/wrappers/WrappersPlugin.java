package org.apprentice.wrappers;

import java.util.List;
import org.apprentice.spi.Plugin;
import org.apprentice.spi.WrapperPlugin;

/** Offers the wrappers that Atari experiments use, each by itself and in the published order. */
public final class WrappersPlugin implements Plugin {
  static final Kind<NoopResetConfig> NOOP_RESET =
      new Kind<>(
          "noop-reset",
          "starts games with a random number of steps without an action",
          NoopResetConfig.class,
          NoopReset::spec,
          NoopReset::new);

  static final Kind<MaxAndSkipConfig> MAX_AND_SKIP =
      new Kind<>(
          "max-and-skip",
          "repeats actions, adds rewards up and shows the maximum of the last two frames",
          MaxAndSkipConfig.class,
          (config, inner) -> MaxAndSkip.spec(inner),
          MaxAndSkip::new);

  static final Kind<EpisodicLifeConfig> EPISODIC_LIFE =
      new Kind<>(
          "episodic-life",
          "lets a lost life count as an end for learning; the game goes on",
          EpisodicLifeConfig.class,
          (config, inner) -> EpisodicLife.spec(inner),
          (config, inner) -> new EpisodicLife(inner));

  static final Kind<FireResetConfig> FIRE_RESET =
      new Kind<>(
          "fire-reset",
          "presses FIRE where a game or a life waits for it",
          FireResetConfig.class,
          (config, inner) -> FireReset.spec(inner),
          (config, inner) -> new FireReset(inner));

  static final Kind<GrayConfig> GRAY =
      new Kind<>(
          "gray",
          "turns colour pictures into gray ones",
          GrayConfig.class,
          (config, inner) -> Gray.spec(inner),
          Gray::new);

  static final Kind<ResizeConfig> RESIZE =
      new Kind<>(
          "resize",
          "makes pictures smaller by the exact mean of the area under each pixel",
          ResizeConfig.class,
          Resize::spec,
          Resize::new);

  static final Kind<CropConfig> CROP =
      new Kind<>("crop", "cuts the edges of pictures off", CropConfig.class, Crop::spec, Crop::new);

  static final Kind<ClipRewardConfig> CLIP_REWARD =
      new Kind<>(
          "clip-reward",
          "pays the sign of the reward, or the reward within bounds",
          ClipRewardConfig.class,
          (config, inner) -> inner,
          ClipReward::new);

  static final Kind<FrameStackConfig> FRAME_STACK =
      new Kind<>(
          "frame-stack",
          "shows the last observations together, the oldest first",
          FrameStackConfig.class,
          FrameStack::spec,
          FrameStack::new);

  static final Kind<TimeLimitConfig> TIME_LIMIT =
      new Kind<>(
          "time-limit",
          "truncates games after a number of steps",
          TimeLimitConfig.class,
          (config, inner) -> inner,
          TimeLimit::new);

  static final Kind<NormalizeObservationConfig> NORMALIZE_OBSERVATION =
      new Kind<>(
          "normalize-observation",
          "shows vectors with mean 0 and variance 1, by running statistics of each copy",
          NormalizeObservationConfig.class,
          NormalizeObservation::spec,
          NormalizeObservation::new);

  static final Kind<NormalizeRewardConfig> NORMALIZE_REWARD =
      new Kind<>(
          "normalize-reward",
          "divides rewards by the running deviation of the discounted return of each copy",
          NormalizeRewardConfig.class,
          (config, inner) -> inner,
          NormalizeReward::new);

  static final Kind<DeepMindConfig> DEEPMIND =
      new Kind<>(
          "deepmind",
          "everything that published Atari results use, in the published order",
          DeepMindConfig.class,
          DeepMind::spec,
          DeepMind::wrap);

  @Override
  public List<WrapperPlugin<?>> wrappers() {
    return List.of(
        CLIP_REWARD,
        CROP,
        DEEPMIND,
        EPISODIC_LIFE,
        FIRE_RESET,
        FRAME_STACK,
        GRAY,
        MAX_AND_SKIP,
        NOOP_RESET,
        NORMALIZE_OBSERVATION,
        NORMALIZE_REWARD,
        RESIZE,
        TIME_LIMIT);
  }
}
