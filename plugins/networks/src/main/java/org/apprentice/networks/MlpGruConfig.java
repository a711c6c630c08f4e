package org.apprentice.networks;

import java.util.List;
import org.apprentice.nn.Activation;
import org.apprentice.nn.Engine;
import org.apprentice.nn.Initialization;

/**
 * A recurrent actor and a feed-forward critic; see {@code /network/mlpgru.conf}.
 *
 * @param hidden widths of the actor's dense layers before its memory
 * @param width of the actor's memory
 * @param criticHidden widths of the critic's layers
 */
public record MlpGruConfig(
    List<Integer> hidden,
    int width,
    List<Integer> criticHidden,
    Activation activation,
    Initialization initialization,
    Engine engine) {
  public MlpGruConfig {
    hidden = Widths.checked("hidden", hidden);
    Widths.check("width", width);
    criticHidden = Widths.checked("critic-hidden", criticHidden);
  }
}
