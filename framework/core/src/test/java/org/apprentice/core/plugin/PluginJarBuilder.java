package org.apprentice.core.plugin;

import com.google.inject.Module;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.apprentice.spi.Plugin;
import org.assertj.core.api.Assertions;

/** Builds a plugin's jar from source, with nothing on the compiler's path but the SPI and Guice. */
final class PluginJarBuilder {
  /** What sources compile to: most jars of a test are the same but for a resource. */
  private static final Map<Map<String, String>, Map<String, byte[]>> COMPILED = new HashMap<>();

  private final Map<String, String> sources = new LinkedHashMap<>();
  private final Map<String, byte[]> resources = new LinkedHashMap<>();

  /**
   * @param name of the top-level class, fully qualified
   */
  PluginJarBuilder source(String name, String text) {
    sources.put(name, text);
    return this;
  }

  PluginJarBuilder resource(String path, String text) {
    resources.put(path, text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  PluginJarBuilder service(String className) {
    return resource("META-INF/services/" + Plugin.class.getName(), className + "\n");
  }

  /** Leaves out classes whose name contains {@code missing}. */
  Path build(Path jar, String missing) {
    try {
      Map<String, byte[]> classes = COMPILED.get(sources);
      if (classes == null) {
        classes = compile(Files.createTempDirectory(jar.getParent(), "classes"));
        COMPILED.put(Map.copyOf(sources), classes);
      }
      try (OutputStream out = Files.newOutputStream(jar);
          JarOutputStream entries = new JarOutputStream(out)) {
        for (Map.Entry<String, byte[]> compiled : classes.entrySet()) {
          if (missing.isEmpty() || !compiled.getKey().contains(missing)) {
            write(entries, compiled.getKey(), compiled.getValue());
          }
        }
        for (Map.Entry<String, byte[]> resource : resources.entrySet()) {
          write(entries, resource.getKey(), resource.getValue());
        }
      }
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path build(Path jar) {
    return build(jar, "");
  }

  private static void write(JarOutputStream jar, String name, byte[] content) throws IOException {
    jar.putNextEntry(new JarEntry(name));
    jar.write(content);
    jar.closeEntry();
  }

  private Map<String, byte[]> compile(Path classes) throws IOException {
    if (sources.isEmpty()) {
      return Map.of();
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String path =
        Stream.of(Plugin.class, Module.class)
            .map(type -> PluginJar.of(type).location().toString())
            .collect(Collectors.joining(System.getProperty("path.separator")));
    List<String> options =
        List.of("--release", "17", "-proc:none", "-d", classes.toString(), "-cp", path);
    List<JavaFileObject> units = new ArrayList<>();
    sources.forEach((name, text) -> units.add(new Source(name, text)));
    Assertions.assertThat(compiler.getTask(null, null, null, options, null, units).call()).isTrue();
    Map<String, byte[]> compiled = new TreeMap<>();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        compiled.put(classes.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return compiled;
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("string:///" + name.replace('.', '/') + Kind.SOURCE.extension), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
