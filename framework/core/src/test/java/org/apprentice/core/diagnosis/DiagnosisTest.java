package org.apprentice.core.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiagnosisTest {
  @Test
  void oneNativeThreadIsHealthy() {
    assertThat(Diagnosis.nativeThreads("1").healthy()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "", "4,2"})
  void moreNativeThreadsAreToBeMended(String setting) {
    Diagnosis.Finding finding = Diagnosis.nativeThreads(setting);
    assertThat(finding.healthy()).isFalse();
    assertThat(finding.text())
        .startsWith("OMP_NUM_THREADS is " + setting + ":")
        .contains("set it to 1");
  }

  @Test
  void withoutSettingNativeThreadsAreManyToo() {
    assertThat(Diagnosis.nativeThreads(null).healthy()).isFalse();
    assertThat(Diagnosis.nativeThreads(null).text()).startsWith("OMP_NUM_THREADS is not set:");
  }
}
