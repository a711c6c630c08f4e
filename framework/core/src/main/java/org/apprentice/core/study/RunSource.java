package org.apprentice.core.study;

import java.io.IOException;
import java.util.List;

/** Where recorded runs are found: a folder of results, or a tracking server. */
public interface RunSource {
  /**
   * What was found.
   *
   * @param damaged what could not be read, and why, a line each
   */
  record Found(List<RecordedRun> runs, List<String> damaged) {}

  /**
   * The runs that these arguments name: each a run, or all runs of a name.
   *
   * @throws ComparisonException if one of them names nothing, or a run that cannot be read
   */
  Found named(List<String> arguments) throws IOException;

  /**
   * All runs that were trained or reused by a study.
   *
   * @throws ComparisonException if there are none
   */
  Found ofStudy(String study) throws IOException;

  /**
   * All runs that a filter lets through.
   *
   * @throws ComparisonException if there are none
   */
  Found matching(RunFilter filter) throws IOException;
}
