package org.apprentice.testkit.components;

import java.util.List;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.Plugin;

/**
 * Offers the test environments and a recurrent network to every test that has the testkit on its
 * class path.
 */
public final class TestkitPlugin implements Plugin {
  /**
   * Discrete actions, vector observation: the shown action is right. Optimal return {@code
   * maxEpisodeSteps}.
   */
  public static final EnvironmentPlugin<IdentityConfig> IDENTITY =
      new GamePlugin<>(
          "identity", "for tests: repeat the shown action", IdentityConfig.class, Identity::of);

  /**
   * Discrete actions of which half are not allowed in each step, vector observation. Optimal return
   * {@code maxEpisodeSteps}; an action that is not allowed ends the run.
   */
  public static final EnvironmentPlugin<IdentityConfig> IDENTITY_MASKED =
      new GamePlugin<>(
          "identity-masked",
          "for tests: repeat the shown action, or the next one that is allowed",
          IdentityConfig.class,
          MaskedIdentity::of);

  /** Continuous actions: the shown number is right. Optimal return 0. */
  public static final EnvironmentPlugin<IdentityContinuousConfig> IDENTITY_CONTINUOUS =
      new GamePlugin<>(
          "identity-continuous",
          "for tests: repeat the shown number",
          IdentityContinuousConfig.class,
          IdentityContinuous::of);

  /**
   * Discrete actions, uint8 image: the bright quadrant is right. Optimal return {@code
   * maxEpisodeSteps}.
   */
  public static final EnvironmentPlugin<IdentityImageConfig> IDENTITY_IMAGE =
      new GamePlugin<>(
          "identity-image",
          "for tests: name the bright quadrant",
          IdentityImageConfig.class,
          IdentityImage::of);

  /** Discrete actions, memory: optimal return 1, without memory {@code 1 / actions}. */
  public static final EnvironmentPlugin<RecallConfig> RECALL =
      new GamePlugin<>(
          "recall",
          "for tests: remember the cue of the first step",
          RecallConfig.class,
          Recall::of);

  /** Discrete actions, uint8 image, memory: optimal return 1, without eyes or memory a quarter. */
  public static final EnvironmentPlugin<RecallImageConfig> RECALL_IMAGE =
      new GamePlugin<>(
          "recall-image",
          "for tests: remember the bright quadrant of the first step",
          RecallImageConfig.class,
          RecallImage::of);

  /** A recurrent network for {@code recall}. */
  public static final NetworkPlugin<ElmanConfig> ELMAN = new ElmanPlugin();

  @Override
  public List<NetworkPlugin<?>> networks() {
    return List.of(ELMAN);
  }

  @Override
  public List<EnvironmentPlugin<?>> environments() {
    return List.of(
        IDENTITY, IDENTITY_CONTINUOUS, IDENTITY_IMAGE, IDENTITY_MASKED, RECALL, RECALL_IMAGE);
  }
}
