package org.apprentice.core.film;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;

/** A film as H.264 in MP4, by ffmpeg, which is fed with raw pictures. */
final class Mp4File {
  private static final String FFMPEG = "ffmpeg";
  private static final int MOST_COMPLAINT = 500;

  private Mp4File() {}

  static boolean isPossible() {
    String path = System.getenv("PATH");
    return path != null
        && Arrays.stream(path.split(File.pathSeparator))
            .filter(folder -> !folder.isEmpty())
            .map(folder -> Path.of(folder))
            .anyMatch(
                folder ->
                    Files.isExecutable(folder.resolve(FFMPEG))
                        || Files.isExecutable(folder.resolve(FFMPEG + ".exe")));
  }

  /**
   * Replaces the file in one step.
   *
   * @param delay hundredths of a second that each picture is shown
   */
  static void write(Path mp4, List<StoredFrame> frames, int delay) throws IOException {
    Files.createDirectories(mp4.toAbsolutePath().getParent());
    Path beside = mp4.resolveSibling(mp4.getFileName() + ".new");
    Path said = Files.createTempFile("ffmpeg", ".txt");
    try {
      Process ffmpeg =
          new ProcessBuilder(command(frames.get(0), delay, beside))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(said.toFile())
              .start();
      IOException broken = feed(ffmpeg, frames);
      int status = ffmpeg.waitFor();
      if (status != 0 || broken != null) {
        String complaint = Files.readString(said, StandardCharsets.UTF_8).strip();
        throw new IOException(
            "ffmpeg ended with status %d: %s"
                .formatted(
                    status, complaint.substring(Math.max(0, complaint.length() - MOST_COMPLAINT))),
            broken);
      }
      Files.move(beside, mp4, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while ffmpeg worked", e);
    } finally {
      Files.deleteIfExists(said);
      Files.deleteIfExists(beside);
    }
  }

  private static List<String> command(StoredFrame first, int delay, Path out) {
    return List.of(
        FFMPEG,
        "-v",
        "error",
        "-y",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-s",
        first.width() + "x" + first.height(),
        "-framerate",
        "100/" + delay,
        "-i",
        "-",
        "-an",
        // What players can show, and they show even sizes only.
        "-vf",
        "pad=ceil(iw/2)*2:ceil(ih/2)*2",
        "-pix_fmt",
        "yuv420p",
        "-movflags",
        "+faststart",
        "-f",
        "mp4",
        out.toString());
  }

  /** What broke the pipe, as it does when ffmpeg ends too soon; null if nothing did. */
  private static IOException feed(Process ffmpeg, List<StoredFrame> frames) {
    try (OutputStream pipe = new BufferedOutputStream(ffmpeg.getOutputStream())) {
      for (StoredFrame stored : frames) {
        pipe.write(stored.frame().rgb());
      }
      return null;
    } catch (IOException e) {
      return e;
    }
  }
}
