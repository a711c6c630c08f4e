package org.apprentice.core.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where experiment files, what they include and the experiments of their experts are read from. */
public interface Sources {
  boolean isFile(Path file);

  /**
   * @throws NoSuchFileException if there is no such file
   */
  String read(Path file) throws IOException;

  /** The files as they are on disk now. */
  static Sources onDisk() {
    return new Sources() {
      @Override
      public boolean isFile(Path file) {
        return Files.isRegularFile(file);
      }

      @Override
      public String read(Path file) throws IOException {
        return Files.readString(file);
      }
    };
  }

  /**
   * Files as they once were; there are no others.
   *
   * @param texts by absolute path
   */
  record Frozen(Map<Path, String> texts) implements Sources {
    public Frozen {
      texts = Map.copyOf(texts);
    }

    @Override
    public boolean isFile(Path file) {
      return texts.containsKey(absolute(file));
    }

    @Override
    public String read(Path file) throws IOException {
      String text = texts.get(absolute(file));
      if (text == null) {
        throw new NoSuchFileException(file.toString());
      }
      return text;
    }
  }

  /** Reads each file once, however often it is asked for, and keeps what it read. */
  final class Recording implements Sources {
    private final Sources origin;
    private final Map<Path, String> texts = new LinkedHashMap<>();

    public Recording(Sources origin) {
      this.origin = origin;
    }

    @Override
    public boolean isFile(Path file) {
      return texts.containsKey(absolute(file)) || origin.isFile(file);
    }

    @Override
    public String read(Path file) throws IOException {
      String known = texts.get(absolute(file));
      if (known == null) {
        known = origin.read(file);
        texts.put(absolute(file), known);
      }
      return known;
    }

    /** What was read so far. */
    public Frozen frozen() {
      return new Frozen(texts);
    }
  }

  private static Path absolute(Path file) {
    return file.toAbsolutePath().normalize();
  }
}
