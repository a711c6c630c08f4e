package org.apprentice.testkit.components;

import org.apprentice.spi.NetworkPlugin;
import org.apprentice.testkit.NetworkContract;

class ElmanNetworkTest implements NetworkContract<ElmanConfig> {
  @Override
  public NetworkPlugin<ElmanConfig> plugin() {
    return TestkitPlugin.ELMAN;
  }

  @Override
  public ElmanConfig config() {
    return new ElmanConfig(8);
  }
}
