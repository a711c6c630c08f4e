package org.apprentice.core.plugin;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.apprentice.spi.Plugin;

/** Loads plugins from the class path and, each jar with its own class loader, from a folder. */
public final class PluginLoader {
  private PluginLoader() {}

  /**
   * Loads every plugin there is. A broken jar of the folder is skipped, see {@link
   * Components#warnings()}; the class loaders stay open as long as the process.
   *
   * @param folder of jars ({@code --plugins DIR})
   * @throws PluginException if the folder is missing, or two plugins offer the same component
   */
  public static Components load(Optional<Path> folder) {
    Components components = new Components();
    for (Plugin plugin : ServiceLoader.load(Plugin.class, PluginLoader.class.getClassLoader())) {
      components.add(plugin, PluginJar.of(plugin.getClass()));
    }
    for (Path jar : folder.map(PluginLoader::jarsIn).orElse(List.of())) {
      try {
        loadJar(jar, components);
      } catch (DuplicateComponentException e) {
        throw e;
      } catch (IOException | ServiceConfigurationError | LinkageError | RuntimeException e) {
        components.warn("skipped plugin " + jar + ": " + reason(e));
      }
    }
    return components;
  }

  private static List<Path> jarsIn(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new PluginException(
          "--plugins %s: %s; expected a folder of plugin jars"
              .formatted(folder, Files.exists(folder) ? "not a folder" : "no such folder"));
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new PluginException("--plugins " + folder + ": " + e.getMessage(), e);
    }
  }

  // The loader stays open: components load further classes while they run.
  @SuppressWarnings("resource")
  private static void loadJar(Path jar, Components components) throws IOException {
    checkEntries(jar);
    ClassLoader parent = PluginLoader.class.getClassLoader();
    URLClassLoader loader =
        new URLClassLoader(jar.getFileName().toString(), new URL[] {jar.toUri().toURL()}, parent);
    // The parent's plugins come along; they are loaded already.
    List<Plugin> plugins =
        ServiceLoader.load(Plugin.class, loader).stream()
            .filter(provider -> provider.type().getClassLoader() == loader)
            .map(ServiceLoader.Provider::get)
            .toList();
    if (plugins.isEmpty()) {
      throw new PluginException("its service entry names no class of its own");
    }
    for (Plugin plugin : plugins) {
      components.add(plugin, new PluginJar(jar));
    }
  }

  /** A class loader silently ignores what is not a jar, so look before. */
  private static void checkEntries(Path jar) throws IOException {
    String entry = "META-INF/services/" + Plugin.class.getName();
    try (JarFile file = new JarFile(jar.toFile())) {
      if (file.getEntry(entry) == null) {
        throw new PluginException("it offers no plugin: " + entry + " is missing");
      }
    }
  }

  private static String reason(Throwable failure) {
    if (failure instanceof PluginException) {
      return failure.getMessage();
    }
    if (failure instanceof ZipException) {
      return "not a jar (" + failure.getMessage() + ")";
    }
    if (failure instanceof NoClassDefFoundError) {
      return "a class that it needs is missing: " + failure.getMessage().replace('/', '.');
    }
    String message =
        failure instanceof ServiceConfigurationError
            ? failure.getMessage().replace(Plugin.class.getName() + ": ", "")
            : failure.toString();
    return failure.getCause() == null ? message : message + ": " + reason(failure.getCause());
  }
}
