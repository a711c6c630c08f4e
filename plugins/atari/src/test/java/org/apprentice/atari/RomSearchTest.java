package org.apprentice.atari;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches a machine that is made up in a folder. */
class RomSearchTest {
  @TempDir Path folder;
  private Path root;
  private Path home;

  @BeforeEach
  void makeMachine() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    home = Files.createDirectory(root.resolve("home"));
  }

  private Rom find(Map<String, String> environment, Path... roms) {
    return new RomSearch(environment, home, root).find(Settings.of("breakout").roms(roms).config());
  }

  @Test
  void sayWhereItLookedAndWhatWasThere() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path wrong = Files.createDirectory(folder.resolve("wrong"));
    Files.write(wrong.resolve("Breakout.bin"), Rom.embedded(Game.named("bricks")).image());
    Files.writeString(wrong.resolve("breakout.rom"), "scores");
    Files.writeString(wrong.resolve("notes.txt"), "no ROM");
    Path python = home.resolve(".local/lib/python3.11/site-packages/ale_py/roms");
    Files.createDirectories(python);
    Map<String, String> environment =
        Map.of("ALE_ROMS_DIR", empty.toString(), "ALE_ROM_DIR", folder.resolve("gone").toString());
    assertThatThrownBy(() -> find(environment, wrong))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no ROM of breakout (MD5 f34f08e5eb96e500e851a80be3277a56) was found")
        .hasMessageContaining(wrong + " (roms): not among 2 ROM files")
        .hasMessageContaining("Breakout.bin is that of bricks")
        .hasMessageContaining("breakout.rom has 6 bytes, which no cartridge has")
        .hasMessageContaining(empty + " (ALE_ROMS_DIR): no files that end in .bin, .a26, .rom or")
        .hasMessageContaining(folder.resolve("gone") + " (ALE_ROM_DIR): does not exist")
        .hasMessageContaining(python + " (ale_py): no files")
        .hasMessageContaining("pip install ale-py")
        .hasMessageContaining("plugin = bricks needs none");
    assertThatThrownBy(() -> find(Map.of()))
        .as("with nothing to look in")
        .hasMessageContaining("Looked in " + python);
  }

  @Test
  void bricksNeedsNoSearch() {
    Rom rom = new RomSearch(Map.of(), folder, folder).find(Settings.of("bricks").config());
    assertThat(rom.isKnown()).isTrue();
    assertThat(rom.image()).hasSize(4096);
  }

  @Test
  void findsTheRealRomByItsContentsWhereverItLies() throws IOException {
    byte[] breakout = breakout();
    List<Path> places =
        List.of(
            folder.resolve("own"),
            home.resolve(".local/lib/python3.9/site-packages/ale_py/roms"),
            root.resolve("usr/local/lib/python3.12/dist-packages/ale_py/roms"),
            root.resolve("usr/lib/python3/dist-packages/ale_py/roms"),
            root.resolve("venv/lib/python3.10/site-packages/AutoROM/roms"),
            root.resolve("conda/Lib/site-packages/ale_py/roms"));
    Map<String, String> environment =
        Map.of(
            "ALE_ROM_DIR", folder.resolve("own").toString(),
            "VIRTUAL_ENV", root.resolve("venv").toString(),
            "CONDA_PREFIX", root.resolve("conda").toString());
    for (Path place : places) {
      Files.createDirectories(place);
      Path file = Files.write(place.resolve("some game.A26"), breakout);
      Files.write(place.resolve("breakout.bin"), Rom.embedded(Game.named("bricks")).image());
      assertThat(find(environment).image()).as("found in %s", place).isEqualTo(breakout);
      Files.delete(file);
    }
  }

  @Test
  void takesGzip() throws IOException {
    byte[] breakout = breakout();
    Path zipped = folder.resolve("breakout.bin.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
      out.write(breakout);
    }
    assertThat(find(Map.of(), folder).image()).isEqualTo(breakout);
    Settings settings = Settings.of("breakout").rom(zipped);
    assertThat(new RomSearch().find(settings.config()).isKnown()).isTrue();
  }

  /** Only a file with this checksum is Breakout, so there is nothing to make one up from. */
  private static byte[] breakout() {
    byte[] image = null;
    try {
      image = new RomSearch().find(Settings.of("breakout").config()).image();
    } catch (IllegalStateException e) {
      assumeThat(image)
          .as("skipped without Breakout's ROM; ALE_ROMS_DIR names a folder that has it")
          .isNotNull();
    }
    return image;
  }
}
