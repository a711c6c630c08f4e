package org.apprentice.atari;

import java.io.File;
import java.io.IOException;
import org.bytedeco.ale.global.ale;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;

/** Loads libale once, and quietens it. */
final class NativeLibrary {
  /** {@code ale::Logger::current_mode}, which has no other access. */
  private static final String LOG_MODE = "_ZN3ale6Logger12current_modeE";

  /** Errors only; those end the process, so they should be seen. */
  private static final int ERRORS = 2;

  private static final String FAILURE = load();

  private NativeLibrary() {}

  /**
   * @throws IllegalStateException if there is none for this system
   */
  static void require() {
    if (FAILURE != null) {
      throw new IllegalStateException(FAILURE);
    }
  }

  private static String load() {
    String platform = Loader.getPlatform();
    try {
      Loader.load(ale.class);
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      return ("the Arcade Learning Environment cannot be loaded on %s (%s); its library is there for"
              + " Linux, macOS and Windows on x86_64")
          .formatted(platform, e.getMessage());
    }
    quieten(platform);
    return null;
  }

  /** Eleven lines per emulator are worth little; where this fails they are printed. */
  private static void quieten(String platform) {
    String name = System.mapLibraryName("ale");
    try {
      File library = Loader.cacheResource(ale.class, "/org/bytedeco/ale/" + platform + "/" + name);
      if (library != null) {
        Loader.loadGlobal(library.getPath());
        Pointer mode = Loader.addressof(LOG_MODE);
        if (mode != null) {
          new IntPointer(mode).capacity(1).put(0, ERRORS);
        }
      }
    } catch (IOException | UnsatisfiedLinkError e) {
      // Noisy, then.
      return;
    }
  }
}
