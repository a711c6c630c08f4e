package org.apprentice.core.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A trial's {@link Trial#resolved} as it lies in a run's folder, without composing it. */
public final class ResolvedSettings {
  private ResolvedSettings() {}

  /**
   * Values as text by path, quickly and unchecked; nothing if the file cannot be read.
   *
   * @param resolved the file
   */
  public static Map<String, String> read(Path resolved) {
    Map<String, String> settings = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, ConfigValue> entry :
          Hocon.parse(Files.readString(resolved), resolved.toString()).toConfig().entrySet()) {
        settings.put(entry.getKey(), String.valueOf(entry.getValue().unwrapped()));
      }
    } catch (IOException | ConfigException e) {
      settings.clear();
    }
    return settings;
  }
}
