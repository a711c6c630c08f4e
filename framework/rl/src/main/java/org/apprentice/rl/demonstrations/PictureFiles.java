package org.apprentice.rl.demonstrations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The picture files that demonstrations consist of, in the order of their transitions. */
final class PictureFiles {
  private static final Pattern NUMBERED =
      Pattern.compile("(?i)(\\d{1,9})\\.(png|jpg|jpeg|bmp|gif)");

  private final List<Path> files;

  private PictureFiles(List<Path> files) {
    this.files = files;
  }

  int count() {
    return files.size();
  }

  Path file(int index) {
    return files.get(index);
  }

  List<Path> all() {
    return files;
  }

  /**
   * {@code 1.png, 2.png, ..., 10.png}, from any number on.
   *
   * @throws DemonstrationException if a number is missing or there twice
   */
  static PictureFiles numbered(Path folder) {
    NavigableMap<Integer, Path> found = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        Matcher name = NUMBERED.matcher(file.getFileName().toString());
        if (name.matches()) {
          Path other = found.put(Integer.parseInt(name.group(1)), file);
          if (other != null) {
            throw new DemonstrationException(
                "%s has picture %s twice: %s and %s"
                    .formatted(
                        folder,
                        Integer.valueOf(name.group(1)),
                        other.getFileName(),
                        file.getFileName()));
          }
        }
      }
    } catch (IOException e) {
      throw new DemonstrationException("cannot read the folder " + folder + ": " + e, e);
    }
    if (!found.isEmpty() && found.lastKey() - found.firstKey() + 1 != found.size()) {
      throw new DemonstrationException(gap(folder, found));
    }
    return new PictureFiles(new ArrayList<>(found.values()));
  }

  private static String gap(Path folder, NavigableMap<Integer, Path> found) {
    int missing = found.firstKey();
    while (found.containsKey(missing)) {
      missing++;
    }
    Map.Entry<Integer, Path> before = found.floorEntry(missing);
    return "%s has no picture %d: they are numbered %d to %d, and after %s comes %s (%d are missing); every step needs its picture"
        .formatted(
            folder,
            missing,
            found.firstKey(),
            found.lastKey(),
            before.getValue().getFileName(),
            found.higherEntry(missing).getValue().getFileName(),
            found.lastKey() - found.firstKey() + 1 - found.size());
  }

  /**
   * Pictures that an archive names: by their path as it stands, relative to the archive's folder or
   * absolute; or, where pictures moved with the archive, beside it, in the folder that the path
   * names last or in none.
   *
   * @param label of the array that names them
   * @throws DemonstrationException if one is in none of these places
   */
  static PictureFiles named(String label, Path folder, String[] paths) {
    List<Path> files = new ArrayList<>(paths.length);
    for (int i = 0; i < paths.length; i++) {
      List<Path> places = places(folder, paths[i]);
      int row = i;
      files.add(
          places.stream()
              .filter(Files::isRegularFile)
              .findFirst()
              .orElseThrow(
                  () ->
                      new DemonstrationException(
                          "%s names picture %d '%s', which is missing; looked for %s"
                              .formatted(label, row, paths[row], places))));
    }
    return new PictureFiles(files);
  }

  private static List<Path> places(Path folder, String path) {
    // archives move between systems
    String[] parts = path.replace('\\', '/').split("/");
    Path absolute = folder.toAbsolutePath().normalize();
    List<Path> places = new ArrayList<>();
    places.add(absolute.resolve(path.replace('\\', '/')).normalize());
    String name = parts[parts.length - 1];
    if (parts.length > 1) {
      places.add(absolute.resolve(parts[parts.length - 2]).resolve(name));
    }
    places.add(absolute.resolve(name));
    return places.stream().distinct().toList();
  }
}
