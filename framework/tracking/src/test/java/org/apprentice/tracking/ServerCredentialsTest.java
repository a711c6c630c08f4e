package org.apprentice.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apprentice.spi.RunEvent;
import org.apprentice.spi.RunSpec;
import org.apprentice.spi.TrackingException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerCredentialsTest {
  private static final char[] STORE_PASSWORD = "changeit".toCharArray();

  @TempDir static Path certificates;
  @TempDir Path results;

  /** A certificate for localhost that nobody trusts, and another one. */
  @BeforeAll
  static void makeCertificates() throws Exception {
    for (String name : List.of("server", "stranger")) {
      Path store = certificates.resolve(name + ".p12");
      keytool(
          ("-genkeypair -alias x -keyalg EC -dname CN=localhost -ext SAN=dns:localhost -validity 2"
                  + " -storetype PKCS12 -storepass changeit -keystore")
              .split(" "),
          store);
      keytool(
          ("-exportcert -rfc -alias x -storepass changeit -file "
                  + certificates.resolve(name + ".pem")
                  + " -keystore")
              .split(" "),
          store);
    }
  }

  private static void keytool(String[] arguments, Path store) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.add(store.toString());
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  private static SSLContext identity() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream file = Files.newInputStream(certificates.resolve("server.p12"))) {
      store.load(file, STORE_PASSWORD);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, STORE_PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private static MlflowServer server(String uri, Map<String, String> environment) {
    return new MlflowServer(ServerAddress.of(uri, environment::get));
  }

  @Test
  void serversAreLetInByTheirCertificate() throws Exception {
    try (MlflowServerStub stub = MlflowServerStub.start(identity())) {
      for (Map<String, String> environment :
          List.of(
              Map.of(ServerAddress.CERTIFICATES, certificates.resolve("server.pem").toString()),
              Map.of(ServerAddress.INSECURE_TLS, "true"))) {
        try (MlflowServer server = server(stub.uri(), environment)) {
          server.check();
        }
      }
      long requests = stub.requests();
      for (Map<String, String> environment :
          List.of(
              Map.of(ServerAddress.CERTIFICATES, certificates.resolve("stranger.pem").toString()),
              Map.<String, String>of())) {
        try (MlflowServer server = server(stub.uri(), environment)) {
          assertThatThrownBy(server::check)
              .isInstanceOfSatisfying(
                  TrackingException.class, e -> assertThat(e.isTemporary()).isTrue())
              .hasMessageContaining("name it in MLFLOW_TRACKING_SERVER_CERT_PATH");
        }
      }
      assertThat(stub.requests()).isEqualTo(requests);
      // The certificate is for localhost.
      String other = stub.uri().replace("localhost", "127.0.0.1");
      try (MlflowServer server =
          server(
              other,
              Map.of(ServerAddress.CERTIFICATES, certificates.resolve("server.pem").toString()))) {
        assertThatThrownBy(server::check).hasMessageContaining("127.0.0.1");
      }
      try (MlflowServer server = server(other, Map.of(ServerAddress.INSECURE_TLS, "true"))) {
        server.check();
      }
    }
  }

  @Test
  void certificatesMustBeCertificates() throws IOException {
    Path file = Files.writeString(results.resolve("ca.pem"), "no certificate");
    try (MlflowServer server =
        server("https://localhost:1", Map.of(ServerAddress.CERTIFICATES, file.toString()))) {
      assertThatThrownBy(server::check)
          .hasMessageContaining("MLFLOW_TRACKING_SERVER_CERT_PATH = " + file)
          .hasMessageContaining("must hold certificates");
    }
  }

  @Test
  void weAreLetInByUserAndPasswordOrToken() throws Exception {
    try (MlflowServerStub stub = MlflowServerStub.start()) {
      stub.requireAuthorization(
          "Basic "
              + Base64.getEncoder().encodeToString("me:secret".getBytes(StandardCharsets.UTF_8)));
      String withUser = stub.uri().replace("//", "//me:secret@");
      try (MlflowServer server = server(withUser, Map.of())) {
        server.check();
      }
      try (MlflowServer server =
          server(
              stub.uri(), Map.of(ServerAddress.USERNAME, "me", ServerAddress.PASSWORD, "secret"))) {
        server.check();
      }
      stub.requireAuthorization("Bearer abc");
      try (MlflowServer server = server(stub.uri(), Map.of(ServerAddress.TOKEN, "abc"))) {
        server.check();
      }
    }
  }

  @Test
  void wrongCredentialsAreNamedAndTriedAgain() throws Exception {
    try (MlflowServerStub stub = MlflowServerStub.start()) {
      stub.requireAuthorization("Bearer abc");
      for (Map<String, String> environment :
          List.of(
              Map.<String, String>of(),
              Map.of(ServerAddress.TOKEN, "secret"),
              Map.of(ServerAddress.USERNAME, "me", ServerAddress.PASSWORD, "secret"))) {
        try (MlflowServer server = server(stub.uri(), environment)) {
          assertThatThrownBy(server::check)
              .isInstanceOfSatisfying(
                  TrackingException.class, e -> assertThat(e.isTemporary()).isTrue())
              .hasMessageContaining("with status 401: You are not authenticated.")
              .hasMessageContaining(
                  "It was asked with "
                      + (environment.isEmpty()
                          ? "no user, password or token"
                          : environment.containsKey(ServerAddress.TOKEN)
                              ? "MLFLOW_TRACKING_TOKEN"
                              : "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"))
              .hasMessageContaining("set MLFLOW_TRACKING_USERNAME and")
              .hasMessageNotContaining("secret");
        }
      }
    }
  }

  /** All that is logged, at any level. */
  private static final class Log extends Handler {
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void publish(LogRecord entry) {
      lines.add(new SimpleFormatter().format(entry));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void passwordsAreNeitherLoggedNorToldNorStored() throws Exception {
    Logger root = Logger.getLogger("");
    Level level = root.getLevel();
    Log log = new Log();
    log.setLevel(Level.ALL);
    StringBuilder told = new StringBuilder();
    try (MlflowServerStub stub = MlflowServerStub.start();
        FaultProxy proxy = new FaultProxy(stub.port(), new AllFaults())) {
      root.addHandler(log);
      root.setLevel(Level.ALL);
      String uri = proxy.uri().replace("//", "//me:S3cret%21@");
      ServerAddress address =
          ServerAddress.of(uri, name -> null).withTimeout(Duration.ofMillis(300));
      RunSpec spec = Events.spec(results);
      RunManifest.write(spec, uri, 0);
      told.append(address).append(uri.replace("S3cret%21", "")).append(address.credentialsOrigin());
      try (ServerTracker tracker = new ServerTracker(new MlflowServer(address), results)) {
        told.append(tracker.howToView());
        for (int i = 0; i < 40; i++) {
          try {
            tracker
                .start(spec)
                .deliver(
                    List.of(
                        Events.metric("a", i, i),
                        new RunEvent.Finished(RunEvent.Status.FINISHED, i)));
          } catch (TrackingException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
              told.append(cause);
            }
          }
        }
      }
    } finally {
      root.removeHandler(log);
      root.setLevel(level);
    }
    String basic =
        Base64.getEncoder().encodeToString("me:S3cret!".getBytes(StandardCharsets.UTF_8));
    assertThat(told).contains("status 401");
    assertThat(log.lines).isNotEmpty();
    String stored = Files.readString(results.resolve("run.json"));
    for (String text : List.of(told.toString(), String.join("", log.lines), stored)) {
      assertThat(text).doesNotContain("S3cret", basic);
    }
  }

  /** One after the other, with sound requests between them. */
  private static final class AllFaults implements Supplier<FaultProxy.Fault> {
    private int next;

    @Override
    public synchronized FaultProxy.Fault get() {
      FaultProxy.Fault[] all = FaultProxy.Fault.values();
      next++;
      return next % 4 == 0 ? all[next / 4 % all.length] : FaultProxy.Fault.NONE;
    }
  }
}
