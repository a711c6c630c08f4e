package org.apprentice.core.execution;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.apprentice.core.trial.SourceState;

/**
 * The code that a study runs with.
 *
 * @param commit of the git checkout that holds the experiment file; null outside of one
 * @param dirty whether tracked files there differ from the commit
 * @param jars a digest of each jar's contents, or of a folder of classes, by file name
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record CodeState(String commit, boolean dirty, Map<String, String> jars) {
  private static final int DIGITS = 16;

  /**
   * @param folder of the experiment file
   * @param plugins folder of further plugins
   */
  static CodeState of(Path folder, Optional<Path> plugins) {
    Optional<SourceState> source = SourceState.of(folder);
    return new CodeState(
        source.map(SourceState::commit).orElse(null),
        source.map(SourceState::dirty).orElse(false),
        jars(plugins));
  }

  /**
   * Contents, so that building the same sources again changes nothing; of jars of others, which are
   * large and named by version, the size will do.
   */
  static Map<String, String> jars(Optional<Path> plugins) {
    List<Path> paths = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      paths.add(Path.of(entry));
    }
    Map<String, String> digests = new TreeMap<>();
    try {
      if (plugins.isPresent()) {
        try (Stream<Path> files = Files.list(plugins.get())) {
          files.filter(it -> it.toString().endsWith(".jar")).forEach(paths::add);
        }
      }
      for (Path path : paths) {
        boolean own =
            path.getFileName().toString().startsWith("apprentice")
                || (plugins.isPresent() && path.startsWith(plugins.get()));
        if (Files.isRegularFile(path)) {
          digests.put(path.getFileName().toString(), own ? contents(path) : "" + Files.size(path));
        }
      }
    } catch (IOException e) {
      throw new ExecutionException("cannot read the jars of this process: " + e.getMessage(), e);
    }
    return digests;
  }

  /** Of names and contents of the entries; times differ between builds of the same sources. */
  private static String contents(Path jar) throws IOException {
    MessageDigest digest = sha256();
    try (JarFile file = new JarFile(jar.toFile())) {
      file.stream()
          .filter(entry -> !entry.isDirectory())
          .sorted((a, b) -> a.getName().compareTo(b.getName()))
          .forEach(
              entry -> {
                digest.update(entry.getName().getBytes(StandardCharsets.UTF_8));
                digest.update(
                    HexFormat.of().toHexDigits(entry.getCrc()).getBytes(StandardCharsets.UTF_8));
              });
    }
    return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** What differs now from how it was, a sentence each. */
  List<String> changesSince(CodeState before) {
    List<String> changes = new ArrayList<>();
    if (!Objects.equals(commit, before.commit)) {
      changes.add(
          "the git commit was %s and is %s now"
              .formatted(shortened(before.commit), shortened(commit)));
    } else if (dirty && !before.dirty) {
      changes.add("tracked files were changed since, without a commit");
    }
    List<String> changed = differences(before.jars, jars);
    if (!changed.isEmpty()) {
      changes.add("the code was changed since: " + String.join(", ", changed));
    }
    return changes;
  }

  /** Names of jars that came, went or changed. */
  static List<String> differences(Map<String, String> before, Map<String, String> now) {
    Map<String, String> all = new TreeMap<>(before);
    all.putAll(now);
    return all.keySet().stream()
        .filter(jar -> !Objects.equals(now.get(jar), before.get(jar)))
        .toList();
  }

  private static String shortened(String commit) {
    return commit == null ? "none" : commit.substring(0, Math.min(8, commit.length()));
  }
}
