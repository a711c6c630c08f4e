package org.apprentice.networks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apprentice.nn.Architecture;
import org.apprentice.nn.Architecture.Layer;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.Space;

/**
 * A gated recurrent unit for the policy and dense layers for the value, as OpenAI Baselines' {@code
 * mlpgru} policy has them. Heads other than {@value #CRITIC} are the actor's.
 */
public final class MlpGruPlugin implements NetworkPlugin<MlpGruConfig> {
  private static final String CRITIC = "value";

  @Override
  public String name() {
    return "mlpgru";
  }

  @Override
  public Class<MlpGruConfig> configType() {
    return MlpGruConfig.class;
  }

  @Override
  public String description() {
    return "recurrent actor (gru), feed-forward critic (mlp), for vectors of numbers";
  }

  @Override
  public Network create(MlpGruConfig config, NetworkSpec spec) {
    conflict(config, spec.observationSpace())
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(reason);
            });
    List<List<Layer>> torsos = new ArrayList<>();
    for (NetworkSpec.Head head : spec.heads()) {
      List<Layer> layers = new ArrayList<>();
      if (spec.actionWidth() > 0) {
        layers.add(new Layer.JoinActions(spec.actionWidth()));
      }
      boolean critic = head.name().equals(CRITIC);
      layers.addAll(
          Widths.dense(
              critic ? config.criticHidden() : config.hidden(),
              config.activation(),
              config.initialization()));
      if (!critic) {
        layers.add(new Layer.Gru(config.width(), config.initialization()));
      }
      torsos.add(layers);
    }
    return config.engine().create(Architecture.of(spec, torsos, config.initialization()), spec);
  }

  @Override
  public Optional<String> conflict(MlpGruConfig config, Space observationSpace) {
    return Memories.conflict(name(), observationSpace);
  }
}
