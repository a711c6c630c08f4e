package org.apprentice.networks;

import java.util.List;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.Plugin;

/** The bundled networks. */
public final class NetworksPlugin implements Plugin {
  @Override
  public List<NetworkPlugin<?>> networks() {
    return List.of(
        new MlpPlugin(),
        new CnnPlugin(),
        new GruPlugin(),
        new LstmPlugin(),
        new MlpGruPlugin(),
        new StackPlugin());
  }
}
