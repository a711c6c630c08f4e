package org.apprentice.rl.demonstrations;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A folder whose files are arrays: {@code NAME.npy}, or {@code NAME.csv} or {@code NAME.txt} with a
 * number per line.
 */
final class ArrayFolder implements ArraySource {
  private static final List<String> SUFFIXES = List.of(".npy", ".csv", ".txt");

  private final Path folder;

  ArrayFolder(Path folder) {
    this.folder = folder;
  }

  /** The file of an array. */
  static Optional<Path> fileOf(Path folder, String name) {
    return SUFFIXES.stream()
        .map(suffix -> folder.resolve(name + suffix))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  @Override
  public Path file() {
    return folder;
  }

  @Override
  public boolean has(String name) {
    return fileOf(folder, name).isPresent();
  }

  @Override
  public String label(String name) {
    return fileOf(folder, name).orElse(folder.resolve(name + ".npy")).toString();
  }

  private Path existing(String name) {
    return fileOf(folder, name)
        .orElseThrow(
            () ->
                new DemonstrationException(
                    "%s has no %s.npy, %2$s.csv or %2$s.txt".formatted(folder, name)));
  }

  @Override
  public NpyHeader header(String name) {
    Path file = existing(name);
    if (!isNpy(file)) {
      NpyArray array = array(name);
      return new NpyHeader(
          array.kind(), array.itemSize(), array.elements().order(), false, array.shape(), 0);
    }
    try (InputStream in = Files.newInputStream(file)) {
      return NpyHeader.parse(label(name), in.readNBytes(NpyHeader.MAX_LENGTH));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static boolean isNpy(Path file) {
    return file.toString().endsWith(".npy");
  }

  private static DemonstrationException unreadable(Path file, IOException e) {
    return new DemonstrationException("cannot read demonstrations " + file + ": " + e, e);
  }

  @Override
  public NpyArray array(String name) {
    Path file = existing(name);
    return isNpy(file) ? ArraySource.numbers(label(name), inMemory(file)) : lines(file);
  }

  @Override
  public String[] texts(String name) {
    return ArraySource.texts(label(name), inMemory(existing(name)));
  }

  private static NpyArray inMemory(Path file) {
    try {
      if (Files.size(file) > Integer.MAX_VALUE - 16) {
        throw new DemonstrationException(file + " is larger than 2 GiB, more than can be read");
      }
      return NpyArray.parse(file.toString(), Files.readAllBytes(file));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Whole numbers if all are, else real ones. A csv file may begin with a line of words. */
  private static NpyArray lines(Path file) {
    double[] numbers = new double[256];
    int count = 0;
    int number = 0;
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        String text = line.strip();
        boolean title = number == 1 && file.toString().endsWith(".csv") && !text.matches(".*\\d.*");
        if (!text.isEmpty() && !title) {
          if (count == numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * count);
          }
          numbers[count++] = Double.parseDouble(text);
        }
      }
    } catch (NumberFormatException e) {
      throw new DemonstrationException(
          "%s:%d: expected one number, %s".formatted(file, number, e.getMessage()), e);
    } catch (CharacterCodingException e) {
      throw new DemonstrationException(file + " is no text; expected a number per line", e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    double[] all = Arrays.copyOf(numbers, count);
    return Arrays.stream(all).allMatch(it -> it == Math.rint(it) && Math.abs(it) < 1L << 53)
        ? NpyArray.of(Arrays.stream(all).mapToLong(it -> (long) it).toArray())
        : NpyArray.of(all);
  }

  @Override
  public boolean isLarge(String name) {
    try {
      return Files.size(existing(name)) > NpzArchive.LARGE;
    } catch (IOException e) {
      throw unreadable(existing(name), e);
    }
  }

  @Override
  public Frames frames(String name, int size) {
    Path file = existing(name);
    NpyHeader header = header(name);
    int count = ArraySource.frames(label(name), header, size);
    try {
      long elements = Files.size(file) - header.length();
      if (elements != header.elements()) {
        throw NpyHeader.damaged(
            label(name),
            "it has %d bytes of elements, its shape needs %d"
                .formatted(elements, header.elements()));
      }
      return new Frames.InFile(
          file, FileChannel.open(file, StandardOpenOption.READ), header.length(), size, count);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** All arrays' files that are there. */
  static List<Path> files(Path folder, List<String> names) {
    List<Path> files = new ArrayList<>();
    names.forEach(name -> fileOf(folder, name).ifPresent(files::add));
    return files;
  }
}
