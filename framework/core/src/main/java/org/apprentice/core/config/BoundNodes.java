package org.apprentice.core.config;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apprentice.spi.Choice;
import org.apprentice.spi.NetworkPlugin;

/**
 * All choices and records of a bound experiment by path, outer ones first. What a network is made
 * of is the network's own: the parts of one do not see the environment.
 */
final class BoundNodes {
  private final Map<String, Object> nodes = new LinkedHashMap<>();

  private BoundNodes() {}

  static Map<String, Object> of(Experiment experiment) {
    BoundNodes found = new BoundNodes();
    found.fields(experiment, "");
    return found.nodes;
  }

  private void visit(Object value, String path) {
    if (value instanceof Optional<?> optional) {
      optional.ifPresent(it -> visit(it, path));
    } else if (value instanceof Choice<?> choice) {
      nodes.put(path, choice);
      if (!(choice.plugin() instanceof NetworkPlugin<?>)) {
        fields(choice.config(), path);
      }
    } else if (value instanceof Experiment.Environment environment) {
      visit(environment.component(), path);
      visit(environment.wrappers().all(), path + ".wrappers");
    } else if (value instanceof NetworkNode.Single single) {
      visit(single.component(), path);
    } else if (value instanceof Record config) {
      nodes.put(path, config);
      fields(config, path);
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        visit(list.get(i), path + "[" + i + "]");
      }
    } else if (value instanceof Map<?, ?> map) {
      map.forEach((key, it) -> visit(it, path + "." + key));
    }
  }

  private void fields(Record config, String path) {
    for (RecordComponent component : config.getClass().getRecordComponents()) {
      String key = Types.kebab(component.getName());
      visit(Types.read(component, config), path.isEmpty() ? key : path + "." + key);
    }
  }
}
