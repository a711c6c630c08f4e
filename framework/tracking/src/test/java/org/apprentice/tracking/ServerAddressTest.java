package org.apprentice.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apprentice.spi.TrackingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerAddressTest {
  @TempDir Path folder;

  private static ServerAddress address(String uri, Map<String, String> environment) {
    return ServerAddress.of(uri, environment::get);
  }

  private static String basic(String userAndPassword) {
    return "Basic "
        + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void slashesAtTheEndDoNotCount() {
    for (String uri : List.of("http://h:5000", "http://h:5000/", "HTTP://h:5000//")) {
      assertThat(address(uri, Map.of()).base()).isEqualTo("http://h:5000");
    }
    assertThat(address("https://h/a/b/", Map.of()).base()).isEqualTo("https://h/a/b");
    assertThat(address("https://h/a/b/", Map.of()).origin()).isEqualTo("https://h");
  }

  @Test
  void hostsMayBeNumbersOrHoldUnderscores() {
    for (String uri : List.of("http://[::1]:5000", "http://10.0.0.1", "http://ml_flow:80/x")) {
      assertThat(address(uri, Map.of())).hasToString(uri);
    }
  }

  @Test
  void refusesWhatIsNoAddress() {
    for (String uri :
        List.of(
            "http://",
            "http:///x",
            "http://h:port",
            "http://h:5000/#/experiments/1",
            "http://h?x=1",
            "http://h o/",
            "http://me:pa/ss@h",
            "http://me:pa?ss@h",
            "http://me:pa%zz@h")) {
      assertThatThrownBy(() -> address(uri, Map.of()))
          .isInstanceOf(TrackingException.class)
          .hasMessageContaining("tracking.uri must be " + ServerAddress.FORM)
          .hasMessageContaining("'" + Trackers.withoutSecrets(uri) + "'")
          .hasMessageNotContaining("pa/ss")
          .hasMessageNotContaining("pa?ss")
          .hasMessageNotContaining("pa%zz");
    }
  }

  @Test
  void userInTheUriCountsMoreThanTheVariables() {
    ServerAddress address =
        address(
            "http://me:p%40ss+:@h:1",
            Map.of(
                ServerAddress.USERNAME, "you",
                ServerAddress.PASSWORD, "other",
                ServerAddress.TOKEN, "t"));
    assertThat(address.authorization()).hasValue(basic("me:p@ss+:"));
    assertThat(address.credentialsOrigin()).contains("tracking.uri");
    assertThat(address).hasToString("http://h:1");
  }

  @Test
  void userAndPasswordCountMoreThanATokenAsInThePythonClient() {
    Map<String, String> both =
        Map.of(
            ServerAddress.USERNAME, "me",
            ServerAddress.PASSWORD, "pässword",
            ServerAddress.TOKEN, "t");
    assertThat(address("http://h", both).authorization()).hasValue(basic("me:pässword"));
    assertThat(address("http://h", Map.of(ServerAddress.TOKEN, "t")).authorization())
        .hasValue("Bearer t");
    assertThat(address("http://h", Map.of()).authorization()).isEmpty();
  }

  @Test
  void aUserNeedsAPassword() {
    assertThatThrownBy(() -> address("http://h", Map.of(ServerAddress.USERNAME, "me")))
        .hasMessage(
            "MLFLOW_TRACKING_USERNAME is set and MLFLOW_TRACKING_PASSWORD is not: set both or"
                + " none");
  }

  @Test
  void trustIsGivenByVariables() throws Exception {
    Path file = Files.writeString(folder.resolve("ca.pem"), "x");
    ServerAddress own = address("https://h", Map.of(ServerAddress.CERTIFICATES, file.toString()));
    assertThat(own.certificates()).hasValue(file);
    assertThat(own.isInsecure()).isFalse();
    assertThat(address("https://h", Map.of(ServerAddress.INSECURE_TLS, "True")).isInsecure())
        .isTrue();
    assertThatThrownBy(
            () ->
                address(
                    "https://h",
                    Map.of(
                        ServerAddress.CERTIFICATES,
                        file.toString(),
                        ServerAddress.INSECURE_TLS,
                        "1")))
        .hasMessageContaining("exclude each other");
    assertThatThrownBy(() -> address("http://h", Map.of(ServerAddress.INSECURE_TLS, "yes")))
        .hasMessage("MLFLOW_TRACKING_INSECURE_TLS must be true or false, found 'yes'");
    assertThatThrownBy(() -> address("http://h", Map.of(ServerAddress.CERTIFICATES, "gone.pem")))
        .hasMessageContaining("MLFLOW_TRACKING_SERVER_CERT_PATH must be a file")
        .hasMessageContaining("'gone.pem'");
  }

  @Test
  void timeLimitIsMlflows() {
    assertThat(address("http://h", Map.of()).timeout()).isEqualTo(Duration.ofMinutes(2));
    assertThat(address("http://h", Map.of(ServerAddress.TIMEOUT, "7")).timeout())
        .isEqualTo(Duration.ofSeconds(7));
    for (String value : List.of("0", "1.5", "soon")) {
      assertThatThrownBy(() -> address("http://h", Map.of(ServerAddress.TIMEOUT, value)))
          .hasMessageContaining(ServerAddress.TIMEOUT)
          .hasMessageContaining("'" + value + "'");
    }
  }
}
