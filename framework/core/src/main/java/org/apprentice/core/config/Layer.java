package org.apprentice.core.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import java.util.List;

/**
 * What one source says: a file without what it includes, a variant, a sweep point or the command
 * line.
 *
 * @param statements in their order, unresolved; each an object with one assignment
 */
record Layer(String source, List<ConfigObject> statements) {
  /** The layer with every statement moved below {@code path}; its substitutions follow. */
  Layer below(List<String> path, String position) {
    if (path.isEmpty()) {
      return this;
    }
    String including = ConfigUtil.joinPath(path) + " { include \"it\" }";
    return new Layer(
        source,
        statements.stream()
            .map(statement -> Hocon.parse(including, position, name -> statement))
            .toList());
  }
}
