package corridor;

import java.util.List;
import org.apprentice.spi.AlgorithmPlugin;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.Plugin;

/** An environment, a network and an algorithm. */
public final class CorridorPlugin implements Plugin {
  @Override
  public List<EnvironmentPlugin<?>> environments() {
    return List.of(new Corridor());
  }

  @Override
  public List<NetworkPlugin<?>> networks() {
    return List.of(new Graph());
  }

  @Override
  public List<AlgorithmPlugin<?>> algorithms() {
    return List.of(new HillClimbing());
  }
}
