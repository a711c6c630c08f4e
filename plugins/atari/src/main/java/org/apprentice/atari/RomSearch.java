package org.apprentice.atari;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds a game's ROM by its contents, whatever the file is called, and says where it looked and
 * what was there if it finds none.
 */
final class RomSearch {
  private static final List<String> VARIABLES = List.of("ALE_ROMS_DIR", "ALE_ROM_DIR");
  private static final Set<String> ENDINGS = Set.of("bin", "a26", "rom", "gz");

  /** Python packages that bring ROMs. */
  private static final List<String> PACKAGES = List.of("ale_py/roms", "AutoROM/roms");

  private final Map<String, String> environment;
  private final Path home;
  private final Path root;

  RomSearch() {
    this(System.getenv(), Path.of(System.getProperty("user.home")), Path.of("/"));
  }

  /**
   * @param environment variables
   * @param home the user's folder
   * @param root of the file system
   */
  RomSearch(Map<String, String> environment, Path home, Path root) {
    this.environment = environment;
    this.home = home;
    this.root = root;
  }

  /**
   * @throws IllegalArgumentException if the ROM that is named cannot be used
   * @throws IllegalStateException if none is named and none is found
   */
  Rom find(AtariConfig config) {
    Game game = Game.named(config.game());
    if (game.isEmbedded()) {
      return Rom.embedded(game);
    }
    return config.rom().isPresent()
        ? named(game, config.rom().get(), config.unknownRom())
        : search(game, config.roms());
  }

  private static Rom named(Game game, Path file, boolean unknownRom) {
    byte[] image;
    try {
      image = RomFile.read(file);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "rom %s of %s %s; %s".formatted(file, game.name(), e.getMessage(), help(game)), e);
    }
    Rom rom = new Rom(game, Rom.md5(image), image);
    Optional<Game> owner = Game.withMd5(rom.md5());
    if (rom.isKnown() || (unknownRom && owner.isEmpty())) {
      return rom;
    }
    throw new IllegalArgumentException(
        "rom %s is not the one of %s (MD5 %s), but %s; %s"
                .formatted(file, game.name(), game.md5(), identity(rom.md5()), help(game))
            + (owner.isEmpty() ? "; unknown-rom = true plays it nevertheless" : ""));
  }

  private static String identity(String md5) {
    return Game.withMd5(md5)
        .map(owner -> "that of " + owner.name())
        .orElse("one that ALE does not know (MD5 " + md5 + ")");
  }

  private Rom search(Game game, List<Path> configured) {
    Map<Path, String> folders = folders(configured);
    List<String> findings = new ArrayList<>();
    for (Map.Entry<Path, String> folder : folders.entrySet()) {
      Optional<Rom> rom = search(game, folder.getKey(), folder.getValue(), findings);
      if (rom.isPresent()) {
        return rom.get();
      }
    }
    String variables = String.join(" and ", VARIABLES);
    throw new IllegalStateException(
        "no ROM of %s (MD5 %s) was found. Looked in %s%s. %s"
            .formatted(
                game.name(),
                game.md5(),
                findings.isEmpty()
                    ? "no folder: roms names none, "
                        + variables
                        + " are not set, and no ale-py is installed in the usual places"
                    : String.join("; ", findings),
                findings.isEmpty() ? "" : "; and for an installed ale-py in the usual places",
                sentence(help(game))));
  }

  private static String help(Game game) {
    return "get ROMs by pip install ale-py and point ALE_ROMS_DIR or roms = [\"folder\"] to its"
        + " folder roms, or name a file by rom = \""
        + game.name()
        + ".bin\"; plugin = bricks needs none";
  }

  private static String sentence(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private static Optional<Rom> search(
      Game game, Path folder, String origin, List<String> findings) {
    String place = folder + " (" + origin + "): ";
    if (!Files.isDirectory(folder)) {
      findings.add(place + (Files.exists(folder) ? "not a folder" : "does not exist"));
      return Optional.empty();
    }
    List<String> namesakes = new ArrayList<>();
    int files = 0;
    try {
      for (Path file : candidates(game, folder)) {
        files++;
        try {
          byte[] image = RomFile.read(file);
          String md5 = Rom.md5(image);
          if (md5.equals(game.md5())) {
            return Optional.of(new Rom(game, md5, image));
          }
          if (isNamesake(game, file)) {
            namesakes.add(file.getFileName() + " is " + identity(md5));
          }
        } catch (IOException e) {
          if (isNamesake(game, file)) {
            namesakes.add(file.getFileName() + " " + e.getMessage());
          }
        }
      }
    } catch (IOException e) {
      findings.add(place + "cannot be read (" + e.getMessage() + ")");
      return Optional.empty();
    }
    findings.add(
        place
            + (files == 0
                ? "no files that end in .bin, .a26, .rom or .gz"
                : "not among %d ROM files".formatted(files))
            + (namesakes.isEmpty() ? "" : ", " + String.join(", ", namesakes)));
    return Optional.empty();
  }

  /** The files that may be ROMs, those with the game's name first. */
  private static List<Path> candidates(Game game, Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> ENDINGS.contains(ending(file)) && !Files.isDirectory(file))
          .sorted(
              Comparator.comparing((Path file) -> !isNamesake(game, file))
                  .thenComparing(Comparator.naturalOrder()))
          .toList();
    }
  }

  private static boolean isNamesake(Game game, Path file) {
    return name(file).startsWith(game.name() + ".");
  }

  private static String ending(Path file) {
    return name(file).substring(name(file).lastIndexOf('.') + 1);
  }

  private static String name(Path file) {
    return file.getFileName().toString().toLowerCase(Locale.ROOT);
  }

  /** Where to look, in order, and why there. */
  private Map<Path, String> folders(List<Path> configured) {
    Map<Path, String> folders = new LinkedHashMap<>();
    configured.forEach(folder -> folders.putIfAbsent(folder, "roms"));
    for (String variable : VARIABLES) {
      path(environment.get(variable)).ifPresent(it -> folders.putIfAbsent(it, variable));
    }
    for (Path packages : pythonPackages()) {
      for (String name : PACKAGES) {
        Path folder = packages.resolve(name);
        if (Files.isDirectory(folder)) {
          folders.putIfAbsent(folder, name.substring(0, name.indexOf('/')));
        }
      }
    }
    return folders;
  }

  private static Optional<Path> path(String text) {
    try {
      return text == null || text.isBlank() ? Optional.empty() : Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** Folders of installed Python packages: of an active environment, the user's, the system's. */
  private List<Path> pythonPackages() {
    List<Path> folders = new ArrayList<>();
    for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
      path(environment.get(variable))
          .ifPresent(
              prefix -> {
                folders.add(prefix.resolve("Lib/site-packages"));
                folders.addAll(versions(prefix.resolve("lib")));
              });
    }
    folders.addAll(versions(home.resolve(".local/lib")));
    path(environment.get("APPDATA"))
        .ifPresent(data -> folders.addAll(versions(data.resolve("Python"))));
    for (String system : List.of("usr/local/lib", "usr/lib", "opt/homebrew/lib")) {
      folders.addAll(versions(root.resolve(system)));
    }
    return folders;
  }

  /** Packages of every Python 3 below a folder. */
  private static List<Path> versions(Path folder) {
    List<Path> packages = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> pythons = Files.newDirectoryStream(folder, "[pP]ython3*")) {
        for (Path python : pythons) {
          packages.add(python.resolve("site-packages"));
          packages.add(python.resolve("dist-packages"));
        }
      } catch (IOException e) {
        // A folder that cannot be listed holds nothing for us.
        packages.clear();
      }
    }
    packages.sort(Comparator.reverseOrder());
    return packages;
  }
}
