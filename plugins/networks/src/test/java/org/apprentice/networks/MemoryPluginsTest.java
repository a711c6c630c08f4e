package org.apprentice.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apprentice.nn.Activation;
import org.apprentice.nn.Engine;
import org.apprentice.nn.Initialization;
import org.apprentice.nn.KernelNetwork;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.Choice;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.Space;
import org.junit.jupiter.api.Test;

class MemoryPluginsTest {
  private static final ImageSpace IMAGE = new ImageSpace(1, 6, 6);
  private static final MlpConfig FLATTENING =
      new MlpConfig(List.of(5), Activation.TANH, Initialization.XAVIER, true, true, 0, Engine.AUTO);

  private static NetworkSpec spec(Space space, int actionWidth) {
    return new NetworkSpec(
        space,
        actionWidth,
        List.of(new NetworkSpec.Head("policy", 2, 0.01), new NetworkSpec.Head("value", 1, 1)),
        1,
        1);
  }

  private static StackConfig stack(MlpConfig torso, NetworkPlugin<?> memory, Record config) {
    return new StackConfig(new Choice<>(new MlpPlugin(), torso), new Choice<>(memory, config));
  }

  private static Network create(StackConfig config, NetworkSpec spec) {
    return new StackPlugin().create(config, spec);
  }

  @Test
  void memoriesCarryWhatTheyHold() {
    NetworkSpec spec = spec(BoxSpace.unbounded(3), 0);
    assertThat(new LstmPlugin().create(LstmConfig.of(5), spec).stateWidth()).isEqualTo(20);
    assertThat(new GruPlugin().create(GruConfig.of(5), spec).stateWidth()).isEqualTo(10);
    assertThat(
            create(stack(MlpConfig.tanh(4), new GruPlugin(), GruConfig.of(5)), spec).stateWidth())
        .isEqualTo(10);
  }

  /** Only the policy has a memory, whatever the heads are called. */
  @Test
  void mlpgruGivesTheCriticNone() {
    MlpGruConfig config =
        new MlpGruConfig(
            List.of(), 5, List.of(7), Activation.TANH, Initialization.XAVIER, Engine.AUTO);
    Network network = new MlpGruPlugin().create(config, spec(BoxSpace.unbounded(3), 0));
    assertThat(network.stateWidth()).isEqualTo(5);
    assertThat(network.description())
        .isEqualTo("3 -> [gru(5)] -> policy(2) | [dense(7, tanh)] -> value(1)");
  }

  @Test
  void aStackIsSharedWhereAPartSaysSo() {
    NetworkSpec spec = spec(BoxSpace.unbounded(3), 0);
    MlpConfig shared =
        new MlpConfig(
            List.of(4), Activation.RELU, Initialization.XAVIER, true, false, 0, Engine.AUTO);
    assertThat(create(stack(shared, new LstmPlugin(), LstmConfig.of(5, 6)), spec).description())
        .isEqualTo("3 -> [dense(4, relu), dense(6, tanh), lstm(5)] -> policy(2) -> value(1)");
    assertThat(
            create(stack(MlpConfig.tanh(4), new LstmPlugin(), LstmConfig.of(5)), spec)
                .description())
        .isEqualTo(
            "3 -> [dense(4, tanh), lstm(5)] -> policy(2) | [dense(4, tanh), lstm(5)] -> value(1)");
  }

  @Test
  void actionsJoinAVectorFirst() {
    NetworkSpec spec = spec(BoxSpace.unbounded(3), 2);
    assertThat(
            create(stack(MlpConfig.tanh(4), new GruPlugin(), GruConfig.of(5)), spec).description())
        .startsWith("3 and 2 -> [join-actions, dense(4, tanh), gru(5)]");
  }

  @Test
  void imagesNeedATorsoThatTakesThem() {
    assertThat(new LstmPlugin().conflict(LstmConfig.of(5), IMAGE))
        .hasValue(
            "network lstm takes vectors, but the observation is a uint8 image[1, 6, 6]; put a"
                + " network for images before it, as in network { torso = cnn, memory = lstm }");
    StackPlugin plugin = new StackPlugin();
    assertThat(plugin.conflict(stack(FLATTENING, new LstmPlugin(), LstmConfig.of(5)), IMAGE))
        .isEmpty();
    assertThat(plugin.conflict(stack(MlpConfig.tanh(4), new LstmPlugin(), LstmConfig.of(5)), IMAGE))
        .hasValueSatisfying(reason -> assertThat(reason).startsWith("network mlp takes vectors"));
    assertThat(create(stack(FLATTENING, new LstmPlugin(), LstmConfig.of(5)), spec(IMAGE, 0)))
        .isInstanceOf(KernelNetwork.class);
  }

  @Test
  void partsMustBeLayersOneAfterTheOther() {
    MlpGruConfig config =
        new MlpGruConfig(
            List.of(), 5, List.of(), Activation.TANH, Initialization.XAVIER, Engine.AUTO);
    assertThatThrownBy(() -> stack(MlpConfig.tanh(4), new MlpGruPlugin(), config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "memory must be a network of layers one after the other, such as mlp, gru or lstm,"
                + " found mlpgru");
  }

  @Test
  void partsMustAgreeOnTheEngine() {
    MlpConfig kernels =
        new MlpConfig(
            List.of(4), Activation.RELU, Initialization.XAVIER, true, false, 0, Engine.KERNELS);
    GruConfig dl4j =
        new GruConfig(List.of(), 4, Activation.TANH, Initialization.XAVIER, true, Engine.DL4J);
    assertThat(
            new StackPlugin()
                .conflict(stack(kernels, new GruPlugin(), dl4j), BoxSpace.unbounded(3)))
        .hasValueSatisfying(
            reason -> assertThat(reason).contains("engine = kernels").contains("engine = dl4j"));
  }

  @Test
  void refusesWidthsBelowOne() {
    assertThatThrownBy(() -> LstmConfig.of(0)).hasMessage("width must be at least 1, found 0");
    assertThatThrownBy(() -> GruConfig.of(4, 3, 0))
        .hasMessage("hidden must hold widths of at least 1, found 0");
  }
}
