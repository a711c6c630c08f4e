package org.apprentice.core.config;

import java.util.List;

/**
 * What a variant of an ablation changes in the baseline.
 *
 * @param name the variant's
 * @param position where it was asked for
 */
record Modification(String name, Kind kind, Position position, List<Layer> layers) {
  /** Who wants the variant to be there. */
  enum Kind {
    /** {@code ablation.variants}: a person. */
    WRITTEN,
    /** {@code ablation.leave-one-out}: a person, who says that it makes a difference. */
    WITHOUT,
    /** {@code ablation.swap}: the rule, wherever it makes sense. */
    SWAPPED
  }
}
