package org.apprentice.core.execution;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apprentice.core.config.Sources;

/**
 * A study as it was when it was taken up last.
 *
 * @param file the experiment file, absolute
 * @param overrides of the command line
 * @param sources what the file, and all that it includes, said then
 */
public record FrozenStudy(Path file, List<String> overrides, Sources.Frozen sources) {
  /** Whether there is such a study. */
  public static boolean exists(Path results, String name) throws IOException {
    return Ledger.base(Ledger.folder(results, name)).isPresent();
  }

  /**
   * @throws ExecutionException if there is no such study
   */
  public static FrozenStudy read(Path results, String name) throws IOException {
    Ledger.Base base =
        Ledger.base(Ledger.folder(results, name))
            .orElseThrow(() -> StudyStatus.unknown(results, name));
    return new FrozenStudy(Path.of(base.file()), base.overrides(), base.sources());
  }
}
