package org.apprentice.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apprentice.core.plugin.Components;
import org.apprentice.core.sweep.BuiltInSamplers;
import org.apprentice.spi.ActionSpace;
import org.apprentice.spi.BoxSpace;
import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.spi.EnvironmentSpec;
import org.apprentice.spi.Plugin;
import org.apprentice.spi.VectorEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  private static final String SECRET = "hunter2-xyz";
  private static final Components COMPONENTS =
      Components.of(new TestPlugin(), new BuiltInSamplers(), new RemotePlugin());
  private static final String EXPERIMENT =
      """
      environment { plugin = remote, host = "games.example" }
      network = mlp
      algorithm = ppo
      training.steps = 1000
      """;

  /** An environment behind a login. */
  static final class RemotePlugin implements Plugin {
    @Override
    public List<EnvironmentPlugin<?>> environments() {
      return List.of(new Remote());
    }
  }

  /** Its defaults are in {@code /environment/remote.conf}. */
  static final class Remote implements EnvironmentPlugin<Remote.RemoteConfig> {
    record RemoteConfig(
        String host, Optional<String> apiKey, Optional<Integer> pin, List<String> mirrors) {
      RemoteConfig {
        if (host.length() > 40) {
          throw new IllegalArgumentException("host is too long: " + host);
        }
      }
    }

    @Override
    public String name() {
      return "remote";
    }

    @Override
    public String description() {
      return "played elsewhere";
    }

    @Override
    public Class<RemoteConfig> configType() {
      return RemoteConfig.class;
    }

    @Override
    public EnvironmentSpec spec(RemoteConfig config) {
      return new EnvironmentSpec(BoxSpace.unbounded(2), new ActionSpace.Discrete(2));
    }

    @Override
    public VectorEnvironment create(RemoteConfig config, int copies) {
      throw new IllegalStateException("composed only");
    }
  }

  @TempDir Path folder;

  private Study study(Map<String, String> environment, String more, String... overrides)
      throws IOException {
    Path file = folder.resolve("it.conf");
    Files.writeString(file, EXPERIMENT + more);
    return composer(environment).compose(file, List.of(overrides));
  }

  private static Composer composer(Map<String, String> environment) {
    return new Composer(COMPONENTS, environment);
  }

  private Trial trial(Map<String, String> environment, String more, String... overrides)
      throws IOException {
    return study(environment, more, overrides).trials().get(0);
  }

  private static Remote.RemoteConfig bound(Trial trial) {
    return (Remote.RemoteConfig) trial.experiment().environment().component().config();
  }

  /** The trial again from what was written of it. */
  private Trial resumed(Trial trial, Map<String, String> environment) throws IOException {
    Path file = folder.resolve("resolved.conf");
    Files.writeString(file, trial.resolved());
    return composer(environment).compose(file, List.of()).trials().get(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          environment.api-key = ${?GAME}               | GAME       | api-key = ${?GAME}
          environment.api-key = ${GAME}                | GAME       | api-key = ${?GAME}
          environment.host = ${?GAME_TOKEN}            | GAME_TOKEN | host = ${?GAME_TOKEN}
          environment.host = ${?MY_PASSWORD_2}         | MY_PASSWORD_2 | host = ${?MY_PASSWORD_2}
          environment.host = "a/"${GAME_SECRET}"/b"    | GAME_SECRET | host = "a/"${?GAME_SECRET}"/b"
          environment.mirrors = [one, ${DB_PASSWD}]    | DB_PASSWD  | mirrors = ["one", ${?DB_PASSWD}]
          notes = "with "${SIGNING_KEY}                | SIGNING_KEY | notes = "with "${?SIGNING_KEY}
          """)
  void secretsOfTheEnvironmentAreWrittenBackAsTheVariable(
      String line, String variable, String written) throws IOException {
    Trial trial = trial(Map.of(variable, SECRET), line);
    assertThat(trial.resolved()).contains(written).doesNotContain(SECRET);
    assertThat(trial.parameters().toString()).doesNotContain(SECRET);
    assertThat(trial.experiment().toString()).contains(SECRET);

    Trial again = resumed(trial, Map.of(variable, SECRET));
    assertThat(again.key()).isEqualTo(trial.key());
    assertThat(again.resolved()).isEqualTo(trial.resolved());
    assertThat(again.experiment()).isEqualTo(trial.experiment());
    assertThat(Secrets.hidden("login with " + SECRET + " failed"))
        .isEqualTo("login with ${" + variable + "} failed");
  }

  @Test
  void peopleSeeTheVariable() throws IOException {
    Trial trial = trial(Map.of("GAME_TOKEN", SECRET), "environment.host = \"x-\"${GAME_TOKEN}");
    assertThat(trial.parameters()).containsEntry("environment.host", "x-${GAME_TOKEN}");
    assertThat(bound(trial).host()).isEqualTo("x-" + SECRET);
  }

  @Test
  void aNewPasswordIsTheSameTrial() throws IOException {
    String line = "environment.api-key = ${?API_KEY}";
    Trial trial = trial(Map.of("API_KEY", SECRET), line);
    Trial later = resumed(trial, Map.of("API_KEY", "swordfish-abc"));
    assertThat(later.key()).isEqualTo(trial.key());
    assertThat(bound(later).apiKey()).contains("swordfish-abc");
    assertThat(trial(Map.of(), line).key()).as("without any").isNotEqualTo(trial.key());
  }

  @Test
  void whatIsNoSecretIsWrittenOut() throws IOException {
    Trial trial =
        trial(
            Map.of("GAME_HOST", "games", "PIN", "7", "STEPS", "5e2"),
            """
            environment.host = ${GAME_HOST}
            environment.pin = ${?PIN}
            training.steps = ${STEPS}
            """);
    assertThat(trial.resolved()).contains("host = \"games\"", "pin = 7", "steps = 500");
    Trial again = resumed(trial, Map.of());
    assertThat(again.key()).isEqualTo(trial.key());
  }

  @Test
  void keysComeBeforeVariables() throws IOException {
    Trial trial = trial(Map.of("name", "wrong"), "environment.host = ${name}");
    assertThat(bound(trial).host()).isEqualTo("it");
  }

  @Test
  void anAddressIsStoredWithoutUserAndPassword() throws IOException {
    String uri = "http://user:" + SECRET + "@tracking.example:5000/path";
    for (Trial trial :
        List.of(
            trial(Map.of(), "tracking.uri = \"" + uri + "\""),
            trial(Map.of(), "", "tracking.uri=" + uri))) {
      assertThat(trial.experiment().tracking().uri()).isEqualTo(uri);
      assertThat(trial.resolved()).contains("uri = \"http://tracking.example:5000/path\"");
      assertThat(resumed(trial, Map.of()).key()).isEqualTo(trial.key());
    }
    Trial trial = trial(Map.of("MLFLOW", uri), "tracking.uri = ${?MLFLOW}");
    assertThat(trial.resolved()).contains("uri = ${?MLFLOW}");
    assertThat(resumed(trial, Map.of("MLFLOW", uri)).experiment()).isEqualTo(trial.experiment());
  }

  @Test
  void messagesDoNotShowThem() {
    Map<String, String> environment = Map.of("GAME_TOKEN", SECRET, "PIN", "not " + SECRET);
    assertThatThrownBy(() -> study(environment, "training.seed = ${GAME_TOKEN}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("training.seed must be a whole number, found \"${GAME_TOKEN}\"")
        .hasMessageNotContaining(SECRET);
    String tooLong = "environment.host = \"" + "x".repeat(40) + "\"${GAME_TOKEN}";
    assertThatThrownBy(() -> study(environment, tooLong))
        .hasMessageContaining("host is too long")
        .hasMessageNotContaining(SECRET);
    assertThatThrownBy(() -> study(environment, "environment = ${GAME_TOKEN}"))
        .hasMessageContaining("unknown environment")
        .hasMessageNotContaining(SECRET);
    String address = "http://user:" + SECRET + "@host";
    assertThatThrownBy(() -> study(environment, "training.seed = \"" + address + "\""))
        .hasMessageContaining("found \"http://host\"")
        .hasMessageNotContaining(SECRET);
    assertThatThrownBy(() -> study(environment, "name = ${GAME_TOKEN}"))
        .hasMessageContaining("name must not hold a secret: it names folders and runs")
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void secretsAreNotWrittenOutInExperiments() {
    assertThatThrownBy(() -> study(Map.of(), "environment.api-key = \"" + SECRET + "\""))
        .hasMessageContaining(
            "it.conf:5: environment.api-key holds a secret, which would be stored with every run;"
                + " set an environment variable such as API_KEY to it, and write ${?NAME} with the"
                + " name of that here")
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void aMissingVariableIsNamed() {
    assertThatThrownBy(() -> study(Map.of(), "environment.api-key = ${GAME_TOKEN}"))
        .hasMessageContaining(
            "environment.api-key cannot be resolved: ${GAME_TOKEN} stands for nothing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password",
        "DB_PASSWORD",
        "tokens",
        "environment.api-key",
        "APIKEY",
        "AWS_ACCESS_KEY_ID",
        "client-secret",
        "PASSWORD2"
      })
  void namesTell(String name) {
    assertThat(Secrets.isNamedSo(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PWD", "tokenizer", "api-key.host", "keys", "HOME", "compass"})
  void otherNamesAreNone(String name) {
    assertThat(Secrets.isNamedSo(name)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http://u:p@host/path        | http://host/path
          see https://u@h, http://v@w | see https://h, http://w
          http://u:p@q@host           | http://host
          http://u:p/q?r#s@host/path  | http://host/path
          http://host:5000/a@b        | http://host:5000/a@b
          http://host/@name           | http://host/@name
          sqlite:////a@b/c.db         | sqlite:////a@b/c.db
          user@host                   | user@host
          """)
  void addressesLoseUserAndPassword(String text, String expected) {
    assertThat(Secrets.hidden(text)).isEqualTo(expected);
  }

  @Test
  void textsWithinJsonLoseThemToo() throws IOException {
    String odd = "a\"b\\c-" + SECRET;
    trial(Map.of("ODD_TOKEN", odd), "environment.host = ${ODD_TOKEN}");
    assertThat(Secrets.hidden("{\"message\": \"no a\\\"b\\\\c-" + SECRET + "\"}"))
        .isEqualTo("{\"message\": \"no ${ODD_TOKEN}\"}");
    assertThat(Secrets.hidden(null)).isNull();
  }

  @Test
  void variantsAndPointsKnowThem() throws IOException {
    Map<String, String> environment = new HashMap<>(Map.of("A_TOKEN", SECRET));
    Study study =
        study(
            environment,
            """
            sweep.space { environment.host = [plain, ${A_TOKEN}] }
            ablation.variants { other { environment.api-key = ${A_TOKEN} } }
            """);
    assertThat(study.trials()).hasSize(4);
    for (Trial trial : study.trials()) {
      assertThat(trial.point().toString() + trial.parameters() + trial.resolved())
          .doesNotContain(SECRET);
    }
    assertThat(study.trials().get(1).experiment().toString()).contains(SECRET);
  }
}
