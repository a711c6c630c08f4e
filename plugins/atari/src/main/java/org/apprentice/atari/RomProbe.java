package org.apprentice.atari;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.bytedeco.ale.ALEInterface;
import org.bytedeco.javacpp.Loader;

/**
 * Tries a ROM that ALE does not know in a process of its own, which it may end or never leave: a
 * page of anything, called breakout.bin, makes {@code loadROM} loop forever.
 */
final class RomProbe {
  /** A good ROM answers within two seconds; a busy machine may take longer. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int FRAMES = 100;
  private static final String SURVIVED = "survived";

  /** What is wrong with each ROM that was tried, by MD5; empty if nothing is. */
  private static final Map<String, Optional<String>> TRIED = new ConcurrentHashMap<>();

  private RomProbe() {}

  /**
   * @throws IllegalArgumentException if the ROM cannot be played
   */
  static void require(Rom rom, Duration patience) {
    String key = rom.md5() + " as " + rom.game().settings();
    TRIED
        .computeIfAbsent(key, it -> attempt(rom, patience))
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(
                  "the unknown ROM (MD5 %s) cannot be played as %s: %s"
                      .formatted(rom.md5(), rom.game().name(), problem));
            });
  }

  private static Optional<String> attempt(Rom rom, Duration patience) {
    String[] problem = new String[1];
    rom.withFile(file -> problem[0] = play(file, patience));
    return Optional.ofNullable(problem[0]);
  }

  private static String play(Path file, Duration patience) {
    Path output = file.resolveSibling("output");
    try {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-cp",
                  String.join(File.pathSeparator, classPath()),
                  RomProbe.class.getName(),
                  file.toString())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
          return "it did not play %d frames within %d s"
              .formatted(FRAMES, Math.max(1, patience.toSeconds()));
        }
      } finally {
        process.destroyForcibly().waitFor();
      }
      String said = Files.readString(output).strip();
      return process.exitValue() == 0 && said.endsWith(SURVIVED)
          ? null
          : "the emulator ended with status %d%s"
              .formatted(process.exitValue(), said.isEmpty() ? "" : " and said: " + said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while trying a ROM", e);
    } finally {
      output.toFile().delete();
    }
  }

  /** This plugin's jar and ALE's, wherever they were loaded from. */
  private static Set<String> classPath() throws IOException {
    Set<String> places = new LinkedHashSet<>();
    for (Class<?> type : new Class<?>[] {RomProbe.class, ALEInterface.class, Loader.class}) {
      CodeSource source = type.getProtectionDomain().getCodeSource();
      if (source != null) {
        places.add(file(source.getLocation()));
      }
    }
    String platform = Loader.getPlatform();
    for (String library : new String[] {"ale/" + platform, "javacpp/" + platform}) {
      URL folder = RomProbe.class.getResource("/org/bytedeco/" + library + "/");
      URLConnection connection = folder == null ? null : folder.openConnection();
      if (connection instanceof JarURLConnection jar) {
        places.add(file(jar.getJarFileURL()));
      }
    }
    return places;
  }

  private static String file(URL location) throws IOException {
    try {
      return Path.of(location.toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IOException(location + " is no file", e);
    }
  }

  /**
   * Plays some frames, in the child process.
   *
   * @param arguments the ROM's file
   */
  public static void main(String[] arguments) {
    NativeLibrary.require();
    ALEInterface ale = new ALEInterface();
    ale.setInt("random_seed", 0);
    ale.loadROM(arguments[0]);
    ale.reset_game();
    for (int frame = 0; frame < FRAMES; frame++) {
      ale.act(Emulator.NOOP);
    }
    ale.deallocate();
    System.out.println(SURVIVED);
  }
}
