package org.apprentice.gail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apprentice.networks.CnnConfig;
import org.apprentice.networks.CnnPlugin;
import org.apprentice.nn.Activation;
import org.apprentice.nn.Engine;
import org.apprentice.nn.Initialization;
import org.apprentice.nn.Precision;
import org.apprentice.rl.RandomStreams;
import org.apprentice.rl.demonstrations.Corruption;
import org.apprentice.rl.demonstrations.DemonstrationSource;
import org.apprentice.rl.demonstrations.Demonstrations;
import org.apprentice.rl.imitation.Experience;
import org.apprentice.rl.imitation.ExpertDemonstrations;
import org.apprentice.rl.imitation.Pretraining;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.Choice;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.ObservationBatch;
import org.apprentice.spi.Rollout;
import org.apprentice.testkit.Trials;
import org.apprentice.testkit.components.GameExpert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A discriminator of pictures, of which it sees a part. */
class GailImageTest {
  private static final ImageSpace IMAGE = new ImageSpace(2, 8, 9);
  private static final EnvironmentSpec SPACES =
      new EnvironmentSpec(IMAGE, new ActionSpace.Discrete(3));
  private static final Crop CROP = new Crop(2, 1, 3, 0);
  private static final int ROWS = 12;

  private static byte[] noise(long seed) {
    byte[] pixels = new byte[ROWS * IMAGE.width()];
    new Random(seed).nextBytes(pixels);
    return pixels;
  }

  private static ObservationBatch batch(byte[] pixels) {
    return new ObservationBatch.UInt8(pixels, ROWS, IMAGE.width());
  }

  private static Rollout rollout(byte[] pixels) {
    Rollout rollout = Rollout.allocate(SPACES, ROWS, 1, 0, false);
    batch(pixels).copyTo(0, rollout.observations(), 0, ROWS);
    return rollout;
  }

  private static Rollout rollout(long seed) {
    return rollout(noise(seed));
  }

  private static boolean seen(int pixel) {
    int row = pixel / IMAGE.columns() % IMAGE.rows();
    int column = pixel % IMAGE.columns();
    return row >= CROP.top()
        && row < IMAGE.rows() - CROP.bottom()
        && column >= CROP.left()
        && column < IMAGE.columns() - CROP.right();
  }

  private static GailDiscriminator discriminator(
      boolean spectralNorm, double gradientPenalty, Corruption corruption) {
    GailConfig.DiscriminatorConfig config =
        new GailConfig.DiscriminatorConfig(
            cnn(),
            CROP,
            spectralNorm,
            gradientPenalty,
            1e-2,
            1e-8,
            3,
            Optional.of(5),
            1,
            true,
            0,
            0);
    DemonstrationSource source =
        new DemonstrationSource(
            Optional.empty(), Optional.of(Path.of("expert.npz")), 1, 1, true, corruption);
    Demonstrations demonstrations =
        Demonstrations.of(
            IMAGE.shape(),
            batch(noise(4)),
            ActionBatch.allocate(SPACES.actionSpace(), ROWS),
            new float[ROWS],
            new int[] {ROWS},
            new double[1]);
    return new GailDiscriminator(
        new GailConfig(
            null,
            config,
            ImitationReward.LOGIT,
            Optional.empty(),
            Optional.empty(),
            1,
            new Pretraining(0, 1, 1, 1, 0),
            source),
        SPACES,
        new ExpertDemonstrations(source, demonstrations),
        new GailDiscriminator.Rollouts(ROWS, 1, 0.9),
        1,
        new RandomStreams(1));
  }

  /** Sees every pixel, smoothly. */
  private static Choice<NetworkPlugin<?>> cnn() {
    return new Choice<>(
        new CnnPlugin(),
        new CnnConfig(
            List.of(4),
            List.of(2),
            List.of(1),
            List.of(),
            List.of(),
            List.of(8),
            List.of(),
            Activation.TANH,
            Initialization.ORTHOGONAL,
            true,
            Precision.F32,
            Engine.KERNELS));
  }

  private static float[] judged(GailDiscriminator discriminator, Rollout rollout) {
    discriminator.relabel(new Experience(rollout, null));
    return rollout.rewards().clone();
  }

  @Test
  void whatIsCroppedAwayChangesNoRewardAndWhatIsLeftDoes() {
    GailDiscriminator discriminator = discriminator(false, 0, Corruption.NONE);
    discriminator.train(new Experience(rollout(5), null), new HashMap<>());
    float[] rewards = judged(discriminator, rollout(6));

    for (int pixel = 0; pixel < IMAGE.width(); pixel++) {
      byte[] changed = noise(6);
      changed[pixel] += (byte) 128;
      float[] now = judged(discriminator, rollout(changed));
      assertThat(now[0] == rewards[0]).as("pixel %d is not seen", pixel).isEqualTo(!seen(pixel));
      now[0] = rewards[0];
      assertThat(now).isEqualTo(rewards);
    }
  }

  @Test
  void thePolicysPicturesStayWhole() {
    GailDiscriminator discriminator = discriminator(true, 1, Corruption.NONE);
    Rollout rollout = rollout(5);

    discriminator.train(new Experience(rollout, null), new HashMap<>());
    judged(discriminator, rollout);

    byte[] after = new byte[ROWS * IMAGE.width()];
    rollout.observations().copyTo(0, batch(after), 0, ROWS);
    assertThat(after).isEqualTo(noise(5));
  }

  @Test
  void thePenaltyMovesTheSlopesToOne() {
    GailDiscriminator steep = discriminator(false, 0, Corruption.NONE);
    GailDiscriminator penalized = discriminator(false, 10, Corruption.NONE);
    Map<String, Double> first = new HashMap<>();
    Map<String, Double> last = new HashMap<>();
    penalized.train(new Experience(rollout(5), null), first);
    for (int round = 0; round < 100; round++) {
      penalized.train(new Experience(rollout(5), null), last);
    }

    assertThat(last.get("discriminator/gradient-penalty"))
        .isLessThan(first.get("discriminator/gradient-penalty"))
        .isLessThan(0.05);
    assertThat(last.get("discriminator/gradient-norm")).isBetween(0.8, 1.2);
    Map<String, Double> unpenalized = new HashMap<>();
    steep.train(new Experience(rollout(5), null), unpenalized);
    assertThat(unpenalized).doesNotContainKey("discriminator/gradient-penalty");
  }

  /** A control still has a discriminator that is kept from becoming steep. */
  @Test
  void withoutAnExpertThePenaltyIsThatOfThePolicysOwnTransitions() {
    Map<String, Double> metrics = new HashMap<>();

    discriminator(true, 10, Corruption.WITHHELD).train(new Experience(rollout(5), null), metrics);

    assertThat(metrics.get("discriminator/gradient-norm")).isPositive();
  }

  @Test
  void cropsThatCannotBeCutAreRefused() {
    assertThat(Crop.NONE.conflict(BoxSpace.unbounded(4))).isEmpty();
    assertThat(CROP.conflict(IMAGE)).isEmpty();
    assertThat(CROP.conflict(BoxSpace.unbounded(4)).orElseThrow())
        .startsWith("crop cuts rows and columns from pictures, but observations are");
    assertThat(new Crop(5, 3, 1, 1).conflict(IMAGE).orElseThrow())
        .isEqualTo(
            "crop leaves nothing of uint8 image[2, 8, 9]: top + bottom = 8 must be less than 8,"
                + " left + right = 2 less than 9");
    assertThat(new Crop(0, 0, 0, 9).conflict(IMAGE)).isPresent();
    assertThatThrownBy(() -> new Crop(0, -1, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("crop.bottom must be at least 0, found -1");
  }

  @Test
  void aCropOfVectorsIsRefusedBeforeAnythingRuns(@TempDir Path folder) throws Exception {
    Trials.record(folder, "identity", new GameExpert(4));
    assertThatThrownBy(
            () ->
                Trials.of(
                    folder,
                    """
                    environment { plugin = identity, copies = 8 }
                    network { plugin = mlp, hidden = [16] }
                    algorithm {
                      plugin = gail
                      discriminator.crop.top = 2
                      demonstrations.file = "demonstrations.npz"
                    }
                    training.steps = 16000
                    """))
        .hasMessageContaining("discriminator: crop cuts rows and columns from pictures");
  }
}
