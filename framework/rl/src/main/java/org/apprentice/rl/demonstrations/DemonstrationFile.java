package org.apprentice.rl.demonstrations;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apprentice.spi.ImageSpace;

/**
 * Demonstrations as npz files, or, by their name {@code observations_NAME.csv}, as text (see {@link
 * CsvPair}).
 *
 * <p>Of npz files, written and read (as Stable-Baselines 2 does): {@code obs [rows x ...]} (f4),
 * {@code actions} ({@code [rows x 1]} i8 for indices, {@code [rows x width]} f4), {@code rewards
 * [rows]}, {@code episode_starts [rows]}, {@code episode_returns [episodes]}; besides, where it is
 * known how episodes ended, {@code final_obs [episodes x ...]} and {@code terminated [episodes]}.
 *
 * <p>Images are written as {@code frames [n x rows x columns]} (u1) and {@code stacks [rows x
 * channels]} (i4), the numbers of each observation's frames, so that {@code frames[stacks]} are the
 * observations {@code [rows x channels x rows x columns]} and stacks share their frames; {@code
 * final_stacks [episodes x channels]} then stands for {@code final_obs}. Nothing is compressed, and
 * frames are read where they lie when they are needed. {@code obs} of unsigned bytes is read too.
 *
 * <p>Read only: OpenAI Baselines' {@code obs}, {@code acs}, {@code rews}, {@code ep_rets} with
 * leading axes; {@code obs} that are paths of picture files, as Stable-Baselines 2 records games;
 * and folders that hold the same arrays as files ({@code actions.npy}, or {@code actions.csv} or
 * {@code actions.txt} with a number per line, and so on). A folder without {@code obs} holds
 * pictures named by their numbers; it may leave out {@code rewards}, {@code episode_starts} (then
 * all is one episode) and {@code episode_returns}.
 */
public final class DemonstrationFile {
  private static final List<String> ARRAYS =
      List.of("actions", "obs", "rewards", "episode_returns", "episode_starts");

  private DemonstrationFile() {}

  /**
   * {@link #read(Path, Pictures, Optional)} of pictures as they are.
   *
   * @throws DemonstrationException if the file is missing, damaged, of another format or
   *     inconsistent
   */
  public static Demonstrations read(Path file) {
    return read(file, Pictures.DEFAULT, Optional.empty());
  }

  /**
   * @param file or folder
   * @param pictures how picture files are understood, if observations are such
   * @param environment what such pictures are made to look like: gray if it shows gray, its size,
   *     and as many of them stacked as it shows
   * @throws DemonstrationException if the file is missing, damaged, of another format or
   *     inconsistent
   */
  public static Demonstrations read(
      Path file, Pictures pictures, Optional<ImageSpace> environment) {
    if (CsvPair.isText(file)) {
      return CsvPair.read(file);
    }
    if (isFolder(file)) {
      return RowsLayout.read(new ArrayFolder(file), pictures, environment);
    }
    NpzArchive archive = NpzArchive.read(file);
    return archive.has("acs")
        ? BaselinesLayout.read(archive, file)
        : RowsLayout.read(archive, pictures, environment);
  }

  /** Whether it is a folder of demonstrations. */
  private static boolean isFolder(Path file) {
    return Files.isDirectory(file) && ArrayFolder.fileOf(file, "actions").isPresent();
  }

  /**
   * The files that demonstrations of this name lie in, the file itself first; empty if it is a
   * folder of something else.
   *
   * @throws DemonstrationException if pictures are missing
   */
  public static List<Path> parts(Path file) {
    if (Files.isDirectory(file)) {
      return isFolder(file) ? parts(new ArrayFolder(file)) : List.of();
    }
    if (CsvPair.isPair(file)) {
      return CsvPair.files(file);
    }
    return NpzArchive.namesPictures(file) ? parts(NpzArchive.read(file)) : List.of(file);
  }

  private static List<Path> parts(ArraySource source) {
    List<Path> parts = new ArrayList<>();
    if (source instanceof ArrayFolder) {
      parts.addAll(ArrayFolder.files(source.file(), ARRAYS));
    } else {
      parts.add(source.file());
    }
    RowsLayout.pictures(source).ifPresent(pictures -> parts.addAll(pictures.all()));
    return parts;
  }

  /**
   * Writes further episodes behind those that the file holds; the same as {@link #write} where it
   * does not exist.
   *
   * @throws DemonstrationException if they are of another kind, or the file does not say where its
   *     last episode ends
   */
  public static void append(Path file, Demonstrations more) {
    if (!Files.exists(file)) {
      write(file, more);
      return;
    }
    if (CsvPair.isText(file)) {
      CsvPair.requireEpisodes(file);
    }
    Demonstrations before = read(file);
    if (!before.isLike(more)) {
      throw new DemonstrationException(
          "cannot append to %s: it holds %s, these are %s"
              .formatted(file, before.kind(), more.kind()));
    }
    write(file, before.followedBy(more));
  }

  /**
   * Writes the file at once or not at all, uncompressed. What is read from a file and written again
   * gives the same bytes.
   */
  public static void write(Path file, Demonstrations demonstrations) {
    try {
      if (CsvPair.isText(file)) {
        CsvPair.write(file, demonstrations);
      } else {
        DemonstrationOutput.write(file, demonstrations);
      }
    } catch (IOException e) {
      Path folder = file.toAbsolutePath().getParent();
      String reason = e.getMessage();
      if (Files.exists(folder) && !Files.isDirectory(folder)) {
        reason = folder + " is a file, not a folder";
      } else if (e instanceof FileSystemException named && named.getReason() == null) {
        reason = "its folder may not be written to";
      }
      throw new DemonstrationException(
          "cannot write demonstrations to "
              + file
              + " ("
              + reason
              + "); choose a file in a folder that can be written, with room for it",
          e);
    }
  }
}
