package org.apprentice.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MlflowLimitsTest {
  private final MlflowLimits limits = new MlflowLimits();

  @Test
  void leavesGoodKeysAlone() {
    for (String key :
        new String[] {"rollout/return-mean", "algorithm.clip", "a b:c_d", "..a", "a/.b"}) {
      assertThat(limits.key(key)).isEqualTo(key);
    }
  }

  @Test
  void replacesWhatMlflowForbids() {
    assertThat(limits.key("a[0]")).isEqualTo("a_0_");
    assertThat(limits.key("../a")).isEqualTo("_/a");
    assertThat(limits.key("/a//b/")).isEqualTo("_/a/_/b/_");
    assertThat(limits.key("")).isEqualTo("_");
  }

  @Test
  void keepsDifferentKeysDifferent() {
    String first = limits.key("a[0]");
    String second = limits.key("a(0)");
    assertThat(second).isNotEqualTo(first).startsWith("a_0_-");
    assertThat(limits.key("a[0]")).isEqualTo(first);
    assertThat(limits.key("k".repeat(300) + 1))
        .hasSize(250)
        .isNotEqualTo(limits.key("k".repeat(300) + 2));
  }

  @Property
  void everyKeyBecomesOneThatMlflowTakes(@ForAll String key) {
    String allowed = limits.key(key);
    assertThat(allowed).hasSizeBetween(1, 250);
    // mlflow/utils/validation.py: _VALID_PARAM_AND_METRIC_NAMES and path_not_unique
    assertThat(allowed).matches("(?U)^[/\\w.\\- :]*$");
    assertThat(allowed.split("/", -1)).doesNotContain("", ".", "..");
  }

  @Property
  void cutTextsFitAndStayText(@ForAll String text) {
    String cut = MlflowLimits.cut(text, 20, "...");
    assertThat(cut).hasSizeLessThanOrEqualTo(20);
    if (text.length() <= 20) {
      assertThat(cut).isEqualTo(text);
    } else {
      assertThat(text).startsWith(cut.substring(0, cut.length() - 3));
    }
  }
}
