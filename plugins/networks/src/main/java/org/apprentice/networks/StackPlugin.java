package org.apprentice.networks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apprentice.nn.Architecture;
import org.apprentice.nn.LayeredNetworkPlugin;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.Space;

/** A torso, for example of convolutions, and a memory behind it. */
public final class StackPlugin implements LayeredNetworkPlugin<StackConfig> {
  @Override
  public String name() {
    return "stack";
  }

  @Override
  public Class<StackConfig> configType() {
    return StackConfig.class;
  }

  @Override
  public String description() {
    return "one network's layers behind another's: { torso = mlp, memory = lstm }";
  }

  @Override
  public Set<String> impliedBy() {
    return Set.of("torso", "memory");
  }

  @Override
  public Layout layout(StackConfig config) {
    Layout torso = config.torsoLayout();
    Layout memory = config.memoryLayout();
    List<Architecture.Layer> layers = new ArrayList<>(torso.layers());
    layers.addAll(memory.layers());
    return new Layout(
        layers,
        memory.heads(),
        torso.shared() || memory.shared(),
        torso.engine().and(memory.engine()));
  }

  @Override
  public Optional<String> conflict(StackConfig config, Space observationSpace) {
    Optional<String> ofTorso =
        config.torso().plugin().conflictOf(config.torso().config(), observationSpace);
    if (ofTorso.isPresent()) {
      return ofTorso;
    }
    try {
      Space between = BoxSpace.unbounded(config.torsoLayout().output(observationSpace).width());
      layout(config);
      return config.memory().plugin().conflictOf(config.memory().config(), between);
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }
}
