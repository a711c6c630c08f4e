package org.apprentice.core.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apprentice.core.config.Statements.Statement;

/**
 * Reads an experiment file and what it includes into layers. Wherever an {@code include} stands,
 * what it includes lies below all that its own file says. An included file must exist; its name is
 * relative to the file that includes it.
 */
final class LayerReader {
  private final Sources sources;
  private final Deque<Path> open = new ArrayDeque<>();

  LayerReader(Sources sources) {
    this.sources = sources;
  }

  /**
   * Lowest precedence first, the file itself last.
   *
   * @throws ConfigurationException if a file is missing or is not HOCON
   */
  List<Layer> read(Path file) {
    return read(file, text(file));
  }

  /** The defaults of a component, which include nothing. */
  static Layer defaults(String text, String source) {
    return new Layer(
        source,
        Statements.of(text).stream()
            .map(statement -> Hocon.parse(statement.inPlace(), source))
            .toList());
  }

  private List<Layer> read(Path file, String text) {
    String source = file.toString();
    checkSyntax(text, source);
    open.addLast(file.toAbsolutePath().normalize());
    List<Layer> layers = new ArrayList<>();
    List<ConfigObject> own = new ArrayList<>();
    for (Statement statement : Statements.of(text)) {
      if (statement.isInclude()) {
        for (Layer layer : included(statement, file)) {
          layers.add(layer.below(statement.parents(), source));
        }
      } else {
        own.add(
            Hocon.parse(
                statement.inPlace(), source, name -> merged(include(name, statement, file))));
      }
    }
    open.removeLast();
    layers.add(new Layer(source, own));
    return layers;
  }

  private List<Layer> included(Statement statement, Path file) {
    List<String> names = new ArrayList<>();
    ConfigObject nothing = ConfigFactory.empty().root();
    try {
      Hocon.parse(
          statement.text(),
          file.toString(),
          name -> {
            names.add(name);
            return nothing;
          });
    } catch (IllegalArgumentException e) {
      throw failure(e.getMessage(), statement, file);
    }
    return names.stream().flatMap(name -> include(name, statement, file).stream()).toList();
  }

  private List<Layer> include(String name, Statement statement, Path file) {
    Path included = file.resolveSibling(name);
    if (!sources.isFile(included) && sources.isFile(file.resolveSibling(name + ".conf"))) {
      included = file.resolveSibling(name + ".conf");
    }
    if (!sources.isFile(included)) {
      throw failure(
          "cannot include \"%s\": no such file %s; includes are relative to the including file"
              .formatted(name, included),
          statement,
          file);
    }
    Path normal = included.toAbsolutePath().normalize();
    if (open.contains(normal)) {
      throw failure(
          "include \"" + name + "\" goes in a circle: " + circle(normal), statement, file);
    }
    return read(included.normalize(), text(included));
  }

  private String circle(Path again) {
    StringBuilder circle = new StringBuilder();
    open.forEach(file -> circle.append(file.getFileName()).append(" -> "));
    return circle.append(again.getFileName()).toString();
  }

  private static ConfigObject merged(List<Layer> layers) {
    ConfigObject merged = ConfigFactory.empty().root();
    for (Layer layer : layers) {
      for (ConfigObject statement : layer.statements()) {
        merged = statement.withFallback(merged);
      }
    }
    return merged;
  }

  private static void checkSyntax(String text, String source) {
    try {
      Hocon.parse(text, source);
    } catch (ConfigException e) {
      throw new ConfigurationException(Hocon.problem(e, source));
    } catch (IllegalArgumentException e) {
      // An include of something else than a file, reported with its line when its turn comes.
    }
  }

  private static ConfigurationException failure(String message, Statement statement, Path file) {
    return new ConfigurationException(
        new Problem(message, file.toString(), Optional.of(statement.line())));
  }

  private String text(Path file) {
    String name = file.toString();
    try {
      return sources.read(file);
    } catch (NoSuchFileException e) {
      throw unreadable("no such file", name);
    } catch (MalformedInputException e) {
      throw unreadable("not a text file in UTF-8", name);
    } catch (IOException e) {
      String reason =
          Files.isDirectory(file) ? "a folder, expected an experiment file" : e.getMessage();
      throw unreadable("cannot be read: " + reason, name);
    }
  }

  private static ConfigurationException unreadable(String reason, String name) {
    return new ConfigurationException(new Problem(reason, name, Optional.empty()));
  }
}
