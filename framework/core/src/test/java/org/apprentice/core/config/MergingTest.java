package org.apprentice.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergingTest {
  private static final String REST =
      """
      environment = line
      algorithm = ppo
      training.steps = 1000
      """;

  @TempDir Path temporary;
  private ExperimentFolder folder;

  @BeforeEach
  void openFolder() {
    folder = new ExperimentFolder(temporary);
  }

  private String network(String key, String text, String... overrides) {
    return folder.file("it.conf", REST + text).value("network." + key, "it.conf", overrides);
  }

  @Nested
  class WithinAFile {
    @Test
    void aNameThenKeys() {
      String text = "network = gru\nnetwork.hidden = [8]";
      assertThat(network("plugin", text)).isEqualTo("gru");
      assertThat(network("hidden", text)).isEqualTo("[8]");
      assertThat(network("steps", text)).isEqualTo("16");
    }

    @Test
    void keysThenAName() {
      String text = "network.hidden = [8]\nnetwork = gru";
      assertThat(network("plugin", text)).isEqualTo("gru");
      assertThat(network("hidden", text)).isEqualTo("[8]");
    }

    @Test
    void anObjectThenAnObject() {
      String text = "network { plugin = gru }\nnetwork { hidden = [8] }";
      assertThat(network("plugin", text)).isEqualTo("gru");
      assertThat(network("hidden", text)).isEqualTo("[8]");
    }

    @Test
    void anObjectThenAKey() {
      String text = "network { plugin = gru, hidden = [8] }\nnetwork.steps = 4";
      assertThat(network("plugin", text)).isEqualTo("gru");
      assertThat(network("steps", text)).isEqualTo("4");
    }

    @Test
    void namingANodeTwiceIsAnError() {
      folder.file("it.conf", REST + "network = gru\nnetwork { plugin = mlp }");
      assertThat(folder.problems("it.conf"))
          .containsExactly(
              "it.conf:5: network is chosen twice, here and in line 4; choose it once and set its"
                  + " keys in an object");
    }

    @Test
    void namingANestedNodeTwiceIsAnError() {
      folder.file(
          "it.conf",
          """
          environment = line
          network = mlp
          algorithm {
            plugin = gail
            generator = ppo
            generator { plugin = ppo }
            demonstrations.file = "it.conf"
          }
          training.steps = 1000
          """);
      assertThat(folder.problems("it.conf"))
          .containsExactly(
              "it.conf:6: algorithm.generator is chosen twice, here and in line 5; choose it once"
                  + " and set its keys in an object");
    }

    @Test
    void theLastOfTwoPlainValuesCounts() {
      assertThat(network("hidden", "network = mlp\nnetwork.hidden = [8]\nnetwork.hidden = [9]"))
          .isEqualTo("[9]");
    }
  }

  @Nested
  class AcrossLayers {
    @Test
    void anotherNameReplacesTheNode() {
      String text = "network { plugin = gru, hidden = [8], steps = 4 }";
      assertThat(network("hidden", text, "network=mlp")).isEqualTo("[64, 64]");
      assertThat(network("steps", text, "network=mlp")).isNull();
    }

    @Test
    void theSameNameMerges() {
      String text = "network { plugin = gru, hidden = [8] }";
      assertThat(network("hidden", text, "network=gru")).isEqualTo("[8]");
      assertThat(network("hidden", text, "network.plugin=gru", "network.steps=2")).isEqualTo("[8]");
    }

    @Test
    void noNameMerges() {
      String text = "network = gru";
      assertThat(network("plugin", text, "network.hidden=[8]")).isEqualTo("gru");
      assertThat(network("hidden", text, "network.hidden=[8]")).isEqualTo("[8]");
    }

    @Test
    void aNameAndItsKeysReplaceTogetherInAnyOrder() {
      String text = "network { plugin = gru, hidden = [8] }";
      assertThat(network("hidden", text, "network.hidden=[9]", "network=mlp")).isEqualTo("[9]");
      assertThat(network("hidden", text, "network=mlp", "network.hidden=[9]")).isEqualTo("[9]");
    }

    @Test
    void keysOfThePluginThatWasReplacedDoNotStay() {
      folder.file("it.conf", REST + "network { plugin = gru, steps = 4 }");
      assertThat(folder.trial("it.conf", "network=mlp").resolved()).doesNotContain("steps = 4");
    }

    @Test
    void theEnvironmentsCopiesAreKeptByDefault() {
      folder.file("it.conf", REST + "network = mlp");
      assertThat(
              folder.value("environment.copies", "it.conf", "environment=picture", "network=gru"))
          .isEqualTo("8");
    }

    @Test
    void actorAndCriticReplaceASingleNetworkAndBack() {
      String text = "network { plugin = gru, hidden = [8] }";
      String[] roles = {"network.actor=gru", "network.critic=mlp"};
      assertThat(network("actor.hidden", text, roles)).isEqualTo("[128]");
      assertThat(network("critic.plugin", text, roles)).isEqualTo("mlp");
      assertThat(network("plugin", text, roles)).isNull();
      assertThat(network("plugin", "network { actor = gru, critic = mlp }", "network=mlp"))
          .isEqualTo("mlp");
    }

    @Test
    void aRoleOfTheNetworkMergesLikeAnyNode() {
      String text = "network { actor = gru, critic = mlp }";
      assertThat(network("actor.plugin", text, "network.actor.hidden=[8]")).isEqualTo("gru");
      assertThat(network("actor.hidden", text, "network.actor.hidden=[8]")).isEqualTo("[8]");
      assertThat(network("critic.hidden", text, "network.critic=gru")).isEqualTo("[128]");
    }

    @Test
    void nullTakesAnOptionalNodeAway() {
      folder.file("it.conf", REST + "network = mlp");
      assertThat(folder.value("network.plugin", "it.conf", "network=null", "algorithm=sarsa"))
          .isNull();
    }
  }

  /** {@code network { torso = mlp, memory = gru }}. */
  @Nested
  class ChosenByKeys {
    @Test
    void eitherKeyIsEnough() {
      assertThat(network("plugin", "network { torso = gru, memory = mlp }")).isEqualTo("stack");
      assertThat(network("plugin", "network.memory = gru")).isEqualTo("stack");
      assertThat(network("torso.plugin", "network.memory = mlp")).isEqualTo("mlp");
      assertThat(network("plugin", "network.torso { plugin = gru, steps = 3 }")).isEqualTo("stack");
      assertThat(network("torso.steps", "network.torso { plugin = gru, steps = 3 }"))
          .isEqualTo("3");
    }

    @Test
    void inAnyOrderOfStatements() {
      String text = "network.memory.hidden = [8]\nnetwork.memory = mlp\nnetwork.torso = gru";
      assertThat(network("plugin", text)).isEqualTo("stack");
      assertThat(network("memory.hidden", text)).isEqualTo("[8]");
      assertThat(network("torso.plugin", text)).isEqualTo("gru");
    }

    @Test
    void keysOfAPartMerge() {
      String text = "network { torso = gru, memory = gru }";
      assertThat(network("memory.steps", text, "network.memory.steps=3")).isEqualTo("3");
      assertThat(network("torso.steps", text, "network.memory.steps=3")).isEqualTo("16");
      assertThat(network("torso.plugin", text, "network.memory=mlp")).isEqualTo("gru");
    }

    @Test
    void replacesAnotherNetworkAndBack() {
      assertThat(network("plugin", "network = mlp", "network.memory=gru")).isEqualTo("stack");
      assertThat(network("hidden", "network { plugin = mlp, hidden = [8] }", "network.memory=gru"))
          .isNull();
      assertThat(network("plugin", "network { torso = gru }", "network=mlp")).isEqualTo("mlp");
      assertThat(network("memory.plugin", "network { torso = gru }", "network=mlp")).isNull();
    }

    @Test
    void replacesActorAndCriticAndBack() {
      String roles = "network { actor = gru, critic = mlp }";
      assertThat(network("plugin", roles, "network.torso=gru")).isEqualTo("stack");
      assertThat(network("actor.plugin", roles, "network.torso=gru")).isNull();
      assertThat(network("actor.plugin", "network.torso = gru", "network={actor=mlp, critic=mlp}"))
          .isEqualTo("mlp");
    }

    @Test
    void mergesWithItsName() {
      String text = "network { torso = gru }";
      assertThat(network("torso.plugin", text, "network=stack")).isEqualTo("gru");
      assertThat(network("torso.plugin", "network = stack", "network.torso=gru")).isEqualTo("gru");
    }

    @Test
    void worksForActorAndCritic() {
      String text = "network { actor { torso = gru }, critic = mlp }";
      assertThat(network("actor.plugin", text)).isEqualTo("stack");
      assertThat(network("actor.memory.plugin", text)).isEqualTo("gru");
      assertThat(network("critic.plugin", text, "network.critic.memory=gru")).isEqualTo("stack");
    }

    @Test
    void worksWithinAnAlgorithm() {
      folder.file(
          "it.conf",
          """
          environment = line
          network = mlp
          training.steps = 1000
          algorithm {
            plugin = gail
            demonstrations.file = "it.conf"
            discriminator.network { torso = gru, memory = mlp }
          }
          """);
      String node = "algorithm.discriminator.network.";
      assertThat(folder.value(node + "plugin", "it.conf")).isEqualTo("stack");
      assertThat(folder.value(node + "memory.plugin", "it.conf")).isEqualTo("mlp");
      assertThat(folder.value(node + "torso.steps", "it.conf", node + "torso.steps=2"))
          .isEqualTo("2");
    }

    @Test
    void aStackMayHoldAStack() {
      String text = "network { torso { torso = gru, memory = gru }, memory = mlp }";
      assertThat(network("torso.plugin", text)).isEqualTo("stack");
      assertThat(network("torso.memory.plugin", text)).isEqualTo("gru");
    }

    @Test
    void aKeyOfTheNamedNetworkIsThatNetworks() {
      assertThat(network("memory", "network { plugin = keeper, memory = 5 }")).isEqualTo("5");
      assertThat(network("memory", "network = keeper", "network.memory=6")).isEqualTo("6");
      assertThat(network("plugin", "network = keeper", "network.torso=gru")).isEqualTo("stack");
    }

    @Test
    void anotherNameBesideTheKeysIsNotOverruled() {
      folder.file("it.conf", REST + "network { plugin = mlp, memory = gru }");
      assertThat(folder.problems("it.conf"))
          .containsExactly(
              "it.conf:4: unknown key network.memory for mlp; known: hidden, activation");
    }

    @Test
    void partsAreNotAskedAboutTheEnvironment() {
      folder.file(
          "it.conf",
          """
          environment = picture
          algorithm = ppo
          training.steps = 1000
          network { torso = gru, memory = mlp }
          """);
      assertThat(folder.value("network.memory.plugin", "it.conf")).isEqualTo("mlp");
    }
  }

  @Nested
  class NestedNodes {
    private static final String GAIL =
        """
        environment = line
        network = mlp
        training.steps = 1000
        algorithm = gail
        algorithm.demonstrations.file = "it.conf"
        """;

    private String algorithm(String key, String text, String... overrides) {
      return folder.file("it.conf", GAIL + text).value("algorithm." + key, "it.conf", overrides);
    }

    @Test
    void defaultsApplyWhereverANodeChoosesAComponent() {
      assertThat(algorithm("generator.plugin", "")).isEqualTo("ppo");
      assertThat(algorithm("generator.clip", "")).isEqualTo("0.2");
      assertThat(algorithm("discriminator.network.hidden", "")).isEqualTo("[32]");
      assertThat(algorithm("discriminator.network.activation", "")).isEqualTo("tanh");
      assertThat(algorithm("discriminator.updates", "")).isEqualTo("3");
    }

    @Test
    void aNameKeepsTheKeysOfOtherStatements() {
      assertThat(
              algorithm(
                  "generator.clip", "algorithm.generator = ppo\nalgorithm.generator.clip = 0.1"))
          .isEqualTo("0.1");
      assertThat(
              algorithm(
                  "generator.clip", "algorithm.generator.clip = 0.1\nalgorithm.generator = ppo"))
          .isEqualTo("0.1");
      assertThat(
              algorithm(
                  "discriminator.network.hidden",
                  "algorithm { discriminator.network = gru }\n"
                      + "algorithm.discriminator { network.hidden = [7] }"))
          .isEqualTo("[7]");
    }

    @Test
    void anotherNameReplacesTheDefaultChoice() {
      String[] overrides = {"algorithm.generator=trpo"};
      assertThat(algorithm("generator.delta", "algorithm.generator.clip = 0.1", overrides))
          .isEqualTo("0.01");
      assertThat(
              algorithm("discriminator.network.hidden", "", "algorithm.discriminator.network=gru"))
          .isEqualTo("[128]");
    }

    @Test
    void componentsInMapsAndListsGetTheirDefaults() {
      String text =
          """
          environment = line
          network = mlp
          training.steps = 1000
          algorithm {
            plugin = ensemble
            members { a = ppo, "b.c" { plugin = trpo, delta = 0.5 } }
            networks = [gru, { plugin = mlp, hidden = [8] }]
          }
          """;
      folder.file("it.conf", text);
      assertThat(
              folder.value("algorithm.members.a.clip", "it.conf", "algorithm.members.a.epochs=2"))
          .isEqualTo("0.2");
      assertThat(folder.value("algorithm.members.b.c.delta", "it.conf")).isEqualTo("0.5");
      TestPlugin.Ensemble.EnsembleConfig config =
          (TestPlugin.Ensemble.EnsembleConfig)
              folder.trial("it.conf").experiment().algorithm().config();
      assertThat(config.members()).containsOnlyKeys("a", "b.c");
      assertThat(config.networks().get(0).config())
          .isEqualTo(new TestPlugin.Gru.GruConfig(java.util.List.of(128), 16));
      assertThat(config.networks().get(1).config())
          .isEqualTo(
              new TestPlugin.Mlp.MlpConfig(java.util.List.of(8), TestPlugin.Mlp.Activation.TANH));
    }
  }

  @Nested
  class Substitutions {
    @Test
    void areResolvedAfterAllLayers() {
      String text = "width = 4\nnetwork { plugin = mlp, hidden = [${training.threads}] }";
      folder.file("it.conf", REST + text.substring(text.indexOf('\n') + 1));
      assertThat(folder.value("network.hidden", "it.conf", "training.threads=3")).isEqualTo("[3]");
    }

    @Test
    void seeTheDefaultsOfComponents() {
      assertThat(network("hidden", "network = mlp\nnetwork.hidden = [${algorithm.epochs}]"))
          .isEqualTo("[10]");
    }

    @Test
    void mayChooseAComponent() {
      String text = "notes = gru\nnetwork = ${notes}\nnetwork.steps = 4";
      assertThat(network("plugin", text)).isEqualTo("gru");
      assertThat(network("steps", text)).isEqualTo("4");
      assertThat(network("hidden", "notes = gru\nnetwork = ${notes}", "notes=mlp"))
          .isEqualTo("[64, 64]");
    }

    @Test
    void mayStandForAnotherNode() {
      folder.file(
          "it.conf",
          """
          environment = line
          training.steps = 1000
          network = gru
          network.steps = 4
          algorithm {
            plugin = gail
            discriminator.network = ${network} { hidden = [3] }
            demonstrations.file = "it.conf"
          }
          """);
      Trial trial = folder.trial("it.conf", "network.hidden=[5]");
      assertThat(trial.parameters())
          .containsEntry("algorithm.discriminator.network.plugin", "gru")
          .containsEntry("algorithm.discriminator.network.steps", "4")
          .containsEntry("algorithm.discriminator.network.hidden", "[3]")
          .containsEntry("network.hidden", "[5]");
    }

    @Test
    void extendANodeOfALowerLayer() {
      folder.file("preset.conf", REST + "network = gru");
      folder.file("it.conf", "include \"preset.conf\"\nnetwork = ${network} { steps = 3 }");
      assertThat(folder.value("network.plugin", "it.conf")).isEqualTo("gru");
      assertThat(folder.value("network.steps", "it.conf")).isEqualTo("3");
    }

    @Test
    void extendWhatALowerLayerSays() {
      folder.file("preset.conf", "network { plugin = mlp, hidden = [8] }");
      folder.file(
          "it.conf", "include \"preset.conf\"\n" + REST + "network.hidden = ${network.hidden} [9]");
      assertThat(folder.value("network.hidden", "it.conf")).isEqualTo("[8, 9]");
    }

    @Test
    void thatStandForNothingAreNamedWithTheirLines() {
      folder.file(
          "it.conf", REST + "network { plugin = mlp, hidden = ${widths} }\nnotes = ${nothing}");
      assertThat(folder.problems("it.conf"))
          .containsExactly(
              "it.conf:4: network.hidden cannot be resolved: ${widths} stands for nothing",
              "it.conf:5: notes cannot be resolved: ${nothing} stands for nothing");
    }

    @Test
    void inACircleAreNamed() {
      folder.file("it.conf", REST + "network = mlp\nnotes = ${name}\nname = ${notes}");
      assertThat(folder.problems("it.conf")).singleElement().asString().contains("${n");
    }

    @Test
    void readTheEnvironmentAndNoPropertiesOfTheMachine() {
      folder.file("it.conf", REST + "network = mlp\nnotes = ${?PATH}\nname = ${?user.name}x");
      assertThat(folder.trial("it.conf").experiment().notes()).contains(System.getenv("PATH"));
      assertThat(folder.trial("it.conf").experiment().name()).isEqualTo("x");
    }
  }
}
