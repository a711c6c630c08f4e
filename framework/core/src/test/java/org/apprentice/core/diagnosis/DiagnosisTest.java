package org.apprentice.core.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apprentice.tracking.MlflowServerStub;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
  void serversAreAskedWhetherTheyLetUsIn(@TempDir Path results) throws IOException {
    try (MlflowServerStub stub = MlflowServerStub.start()) {
      assertThat(Diagnosis.tracking("server", stub.uri(), results, List.of()))
          .isEqualTo(new Diagnosis.Finding(true, "server", "see runs with: " + stub.uri()));
      stub.requireAuthorization("Bearer abc");
      Diagnosis.Finding refused = Diagnosis.tracking("server", stub.uri(), results, List.of());
      assertThat(refused.healthy()).isFalse();
      assertThat(refused.text()).contains("status 401").contains("MLFLOW_TRACKING_TOKEN");
    }
  }

  @Test
  void withoutSettingNativeThreadsAreManyToo() {
    assertThat(Diagnosis.nativeThreads(null).healthy()).isFalse();
    assertThat(Diagnosis.nativeThreads(null).text()).startsWith("OMP_NUM_THREADS is not set:");
  }
}
