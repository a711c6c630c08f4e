package org.apprentice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Module;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.apprentice.nn.Dl4jNetwork;
import org.apprentice.rl.RandomStreams;
import org.apprentice.spi.Plugin;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.factory.Nd4j;

/** Builds a plugin's jar from a folder of sources and resources, as somebody else would. */
final class ForeignJar {
  /** All that a plugin may see: the SPI with its Guice, and what algorithms and networks share. */
  private static final List<Class<?>> VISIBLE =
      List.of(
          Plugin.class,
          Module.class,
          RandomStreams.class,
          Dl4jNetwork.class,
          ComputationGraph.class,
          Nd4j.class);

  private ForeignJar() {}

  /** The sources lie below {@code src/test/resources}. */
  static Path build(String sources, Path jar) throws IOException {
    return build(resource(sources), jar);
  }

  static Path build(Path sources, Path jar) throws IOException {
    Path classes = Files.createTempDirectory(jar.getParent(), "classes");
    compile(files(sources, ".java"), classes);
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out)) {
      add(files(classes, ".class"), classes, entries);
      add(files(sources, ".conf"), sources, entries);
      add(files(sources, Plugin.class.getName()), sources, entries);
    }
    return jar;
  }

  private static Path resource(String name) {
    try {
      return Path.of(ForeignJar.class.getResource("/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void compile(List<Path> sources, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String visible =
        VISIBLE.stream().map(ForeignJar::location).collect(Collectors.joining(separator()));
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      boolean compiled =
          compiler
              .getTask(
                  messages,
                  files,
                  null,
                  List.of(
                      "--release", "17", "-proc:none", "-d", classes.toString(), "-cp", visible),
                  null,
                  files.getJavaFileObjectsFromPaths(sources))
              .call();
      assertThat(compiled).as(messages.toString()).isTrue();
    }
  }

  private static String separator() {
    return System.getProperty("path.separator");
  }

  private static String location(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()))
        .toString();
  }

  private static List<Path> files(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> Files.isRegularFile(file) && file.toString().endsWith(ending))
          .sorted()
          .toList();
    }
  }

  private static void add(List<Path> files, Path root, JarOutputStream jar) throws IOException {
    for (Path file : files) {
      jar.putNextEntry(new JarEntry(root.relativize(file).toString().replace('\\', '/')));
      jar.write(Files.readAllBytes(file));
      jar.closeEntry();
    }
  }
}
