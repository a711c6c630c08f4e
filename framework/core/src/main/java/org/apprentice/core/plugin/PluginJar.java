package org.apprentice.core.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Where a plugin came from.
 *
 * @param location the jar, or a folder of classes when run from a build tree
 */
public record PluginJar(Path location) {
  static PluginJar of(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null) {
      return new PluginJar(Path.of("the Java runtime"));
    }
    try {
      return new PluginJar(Path.of(source.getLocation().toURI()));
    } catch (URISyntaxException e) {
      throw new PluginException("cannot tell where " + type.getName() + " was loaded from", e);
    }
  }

  /** The file's name, for messages. A build tree's {@code m/target/classes} reads {@code m}. */
  public String name() {
    if (location.endsWith(Path.of("target", "classes"))
        || location.endsWith(Path.of("target", "test-classes"))) {
      return location.getParent().getParent().getFileName().toString();
    }
    Path file = location.getFileName();
    return file == null ? location.toString() : file.toString();
  }

  /** SHA-256 of the jar in hexadecimal; empty for a folder of classes. */
  public Optional<String> sha256() {
    if (!Files.isRegularFile(location)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(location)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return Optional.of(HexFormat.of().formatHex(digest.digest()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read plugin " + location, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
