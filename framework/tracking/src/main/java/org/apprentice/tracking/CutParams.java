package org.apprentice.tracking;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apprentice.spi.TrackingException;

/**
 * Params that were too long for a place: {@link MlflowLimits} says in them where they are whole.
 */
final class CutParams {
  private static final Pattern NOTE =
      Pattern.compile("\\.\\.\\. \\(cut; whole in artifact (params/.+\\.txt)\\)$");

  private CutParams() {}

  /** The run with whole params, as far as the files that hold them can be read. */
  static StoredRun restore(RunStore store, StoredRun run) throws IOException {
    Map<String, String> params = new LinkedHashMap<>(run.params());
    for (Map.Entry<String, String> param : params.entrySet()) {
      Matcher note = NOTE.matcher(param.getValue());
      if (note.find()) {
        String beginning = param.getValue().substring(0, note.start());
        read(store, run, note.group(1))
            .filter(text -> text.startsWith(beginning))
            .ifPresent(param::setValue);
      }
    }
    return run.params().equals(params) ? run : run.withParams(params);
  }

  private static Optional<String> read(RunStore store, StoredRun run, String path)
      throws IOException {
    Path file = Files.createTempFile("param", ".txt");
    try {
      store.fetch(run, new RunStore.StoredFile(path, -1), file);
      return Optional.of(Files.readString(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (TrackingException e) {
      if (e.isTemporary()) {
        throw e;
      }
      return Optional.empty();
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
