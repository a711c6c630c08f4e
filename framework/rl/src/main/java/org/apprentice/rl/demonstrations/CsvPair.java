package org.apprentice.rl.demonstrations;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringTokenizer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apprentice.spi.ActionBatch;
import org.apprentice.spi.ObservationBatch;

/**
 * Demonstrations as text: {@code observations_NAME.csv} and {@code actions_NAME.csv}, a transition
 * per line, its numbers separated by spaces.
 *
 * <p>The pair itself says neither where episodes end nor what rewards there were. So a third file,
 * {@code episodes_NAME.csv}, is written beside it with a line {@code LENGTH RETURN} per episode.
 * Where it is missing, as with pairs that other programs wrote, all transitions are one episode
 * whose return is not known and read as 0, as all rewards are.
 *
 * <p>A line of actions that is one whole number is an index; it may be written as NumPy's {@code
 * savetxt} does ({@code 1.000000000000000000e+00}). Everything else is a real vector.
 */
final class CsvPair {
  private static final Pattern NAME = Pattern.compile("observations_(.+)\\.csv");
  private static final Pattern INDEX = Pattern.compile("-?\\d+(\\.\\d*e[+-]\\d+)?");

  private final Path observations;
  private final Path actions;
  private final Path episodes;

  private CsvPair(Path file) {
    Matcher matcher = NAME.matcher(file.getFileName().toString());
    if (!matcher.matches()) {
      throw new DemonstrationException(
          file
              + ": demonstrations as text are named by their observations, observations_NAME.csv,"
              + " beside actions_NAME.csv");
    }
    observations = file;
    actions = file.resolveSibling("actions_" + matcher.group(1) + ".csv");
    episodes = file.resolveSibling("episodes_" + matcher.group(1) + ".csv");
  }

  /** Whether a file is meant to be text, by its name. */
  static boolean isText(Path file) {
    return file.getFileName().toString().endsWith(".csv");
  }

  /** Whether a file's name is that of a pair's observations. */
  static boolean isPair(Path file) {
    return NAME.matcher(file.getFileName().toString()).matches();
  }

  /** Refuses to append to transitions of which nobody knows where their episodes end. */
  static void requireEpisodes(Path file) {
    CsvPair pair = new CsvPair(file);
    if (!Files.exists(pair.episodes)) {
      throw new DemonstrationException(
          "cannot append to %s: %s, which says where its episodes end, is missing; write it with a"
                  .formatted(file, pair.episodes)
              + " line LENGTH RETURN for each");
    }
  }

  /** The files that belong together. */
  static List<Path> files(Path file) {
    CsvPair pair = new CsvPair(file);
    return List.of(pair.observations, pair.actions, pair.episodes);
  }

  /** Numbers of a file, line by line. */
  private record Table(float[] values, int rows, int width, boolean indices) {}

  static Demonstrations read(Path file) {
    CsvPair pair = new CsvPair(file);
    Table observed = table(pair.observations);
    Table done = table(pair.actions);
    if (done.rows() != observed.rows()) {
      throw new DemonstrationException(
          "%s has %d lines, expected %d as %s has: a line per transition"
              .formatted(
                  pair.actions, done.rows(), observed.rows(), pair.observations.getFileName()));
    }
    int rows = observed.rows();
    int[] lengths = {rows};
    double[] returns = {0};
    if (Files.exists(pair.episodes)) {
      List<double[]> lines = pair.episodes(rows);
      lengths = lines.stream().mapToInt(line -> (int) line[0]).toArray();
      returns = lines.stream().mapToDouble(line -> line[1]).toArray();
    }
    return new Demonstrations(
        new int[] {observed.width()},
        new ObservationBatch.Float32(observed.values(), rows, observed.width()),
        done.indices()
            ? new ActionBatch.Discrete(indices(done.values()))
            : new ActionBatch.Continuous(done.values(), rows, done.width()),
        new float[rows],
        Episodes.firstRows(lengths),
        returns);
  }

  private static int[] indices(float[] values) {
    int[] indices = new int[values.length];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = (int) values[i];
    }
    return indices;
  }

  /** A reader of lines; what it throws says what is wrong with the line. */
  private interface Line {
    void read(String line);
  }

  /** Reads all lines that are not blank; there must be one. */
  private static void lines(Path file, Line reader) {
    int number = 0;
    boolean any = false;
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        if (!line.isBlank()) {
          reader.read(line);
          any = true;
        }
      }
    } catch (NoSuchFileException e) {
      throw new DemonstrationException(
          "%s is missing; demonstrations as text are observations_NAME.csv and actions_NAME.csv in"
                  .formatted(file)
              + " the same folder",
          e);
    } catch (CharacterCodingException e) {
      throw new DemonstrationException(file + " is no text; expected numbers", e);
    } catch (IOException e) {
      throw new DemonstrationException("cannot read %s: %s".formatted(file, e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new DemonstrationException("%s:%d: %s".formatted(file, number, e.getMessage()), e);
    }
    if (!any) {
      throw new DemonstrationException(file + " is empty; expected a line of numbers per step");
    }
  }

  private static Table table(Path file) {
    Numbers numbers = new Numbers();
    lines(file, numbers);
    return new Table(
        Arrays.copyOf(numbers.values, numbers.count),
        numbers.count / numbers.width,
        numbers.width,
        numbers.indices && numbers.width == 1);
  }

  /** Collects lines of equally many numbers. */
  private static final class Numbers implements Line {
    private float[] values = new float[1024];
    private int count;
    private int width;
    private boolean indices = true;

    @Override
    public void read(String line) {
      StringTokenizer tokens = new StringTokenizer(line);
      int found = tokens.countTokens();
      if (width == 0) {
        width = found;
      } else if (found != width) {
        throw new IllegalArgumentException(
            "expected %d numbers as in the first line, found %d".formatted(width, found));
      }
      if (count + width > values.length) {
        values = Arrays.copyOf(values, 2 * values.length + width);
      }
      while (tokens.hasMoreTokens()) {
        String token = tokens.nextToken();
        values[count] = real(token);
        indices =
            indices && values[count] == Math.rint(values[count]) && INDEX.matcher(token).matches();
        count++;
      }
    }
  }

  private static float real(String token) {
    number(token);
    // not by way of a double, which would round twice
    return Float.parseFloat(token);
  }

  private static double number(String token) {
    double value;
    try {
      value = Double.parseDouble(token);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "expected numbers separated by spaces, found '%s'".formatted(token), e);
    }
    if (!Float.isFinite((float) value)) {
      throw new IllegalArgumentException("expected a finite number, found '%s'".formatted(token));
    }
    return value;
  }

  /** Length and return of each episode. */
  private List<double[]> episodes(int rows) {
    List<double[]> found = new ArrayList<>();
    long[] sum = {0};
    lines(
        episodes,
        line -> {
          String[] tokens = line.strip().split("\\s+");
          double length = tokens.length == 2 ? number(tokens[0]) : -1;
          if (length < 1 || length != Math.rint(length)) {
            throw new IllegalArgumentException(
                "expected LENGTH RETURN of an episode, for example '200 200.0', found '%s'"
                    .formatted(line.strip()));
          }
          sum[0] += (long) length;
          if (sum[0] > rows) {
            throw new IllegalArgumentException(
                "the episodes up to here have %d transitions, and %s has %d"
                    .formatted(sum[0], observations.getFileName(), rows));
          }
          found.add(new double[] {length, number(tokens[1])});
        });
    if (sum[0] != rows) {
      throw new DemonstrationException(
          "%s counts %d transitions, expected %d as %s has"
              .formatted(episodes, sum[0], rows, observations.getFileName()));
    }
    return found;
  }

  /** Writes all three files, each at once or not at all. */
  static void write(Path file, Demonstrations demonstrations) throws IOException {
    CsvPair pair = new CsvPair(file);
    if (demonstrations.images()) {
      throw new DemonstrationException(
          "images do not fit into lines of text; write them to an npz file instead of " + file);
    }
    ObservationBatch.Float32 observed = (ObservationBatch.Float32) demonstrations.observations();
    int rows = demonstrations.rows();
    replace(
        pair.observations,
        out -> {
          for (int row = 0; row < rows; row++) {
            out.write(line(observed.values(), row, observed.width()));
          }
        });
    replace(
        pair.actions,
        out -> {
          for (int row = 0; row < rows; row++) {
            if (demonstrations.actions() instanceof ActionBatch.Discrete indices) {
              out.write(indices.values()[row] + "\n");
            } else if (demonstrations.actions() instanceof ActionBatch.Continuous real) {
              out.write(line(real.values(), row, real.width()));
            }
          }
        });
    replace(
        pair.episodes,
        out -> {
          for (int episode = 0; episode < demonstrations.episodes(); episode++) {
            out.write(
                demonstrations.length(episode)
                    + " "
                    + demonstrations.episodeReturn(episode)
                    + "\n");
          }
        });
  }

  /** The shortest decimals that read as the same numbers again. */
  private static String line(float[] values, int row, int width) {
    StringBuilder line = new StringBuilder();
    for (int i = row * width; i < (row + 1) * width; i++) {
      line.append(i == row * width ? "" : " ").append(values[i]);
    }
    return line.append('\n').toString();
  }

  private interface Content {
    void write(Writer out) throws IOException;
  }

  private static void replace(Path file, Content content) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path partial = Files.createTempFile(folder, file.getFileName().toString(), ".part");
    try {
      try (Writer out = Files.newBufferedWriter(partial, StandardCharsets.UTF_8)) {
        content.write(out);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }
}
