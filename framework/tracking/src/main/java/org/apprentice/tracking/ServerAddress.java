package org.apprentice.tracking;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apprentice.spi.TrackingException;

/**
 * Where a tracking server is, who we are there, and how it is told from an impostor: {@code
 * tracking.uri} and the environment variables of MLflow's own clients. A user in the URI counts
 * more than the variables; user and password count more than a token. Its texts hold no password
 * and no token.
 */
final class ServerAddress {
  static final String FORM = "http[s]://HOST[:PORT][/PREFIX]";

  static final String USERNAME = "MLFLOW_TRACKING_USERNAME";
  static final String PASSWORD = "MLFLOW_TRACKING_PASSWORD";
  static final String TOKEN = "MLFLOW_TRACKING_TOKEN";
  static final String INSECURE_TLS = "MLFLOW_TRACKING_INSECURE_TLS";
  static final String CERTIFICATES = "MLFLOW_TRACKING_SERVER_CERT_PATH";
  static final String TIMEOUT = "MLFLOW_HTTP_REQUEST_TIMEOUT";

  private static final String DEFAULT_TIMEOUT = "120";
  private static final Pattern PARTS =
      Pattern.compile("(?i)(https?)://(?:([^/?#]*)@)?([^/?#@]+)((?:/[^?#]*)?)");

  /** Who we are, and what a person changes to be somebody else. */
  private record Credentials(String authorization, String origin) {
    @Override
    public String toString() {
      return origin;
    }
  }

  private final String base;
  private final Credentials credentials;
  private final boolean insecure;
  private final Path certificates;
  private final Duration timeout;

  private ServerAddress(
      String base, Credentials credentials, boolean insecure, Path certificates, Duration timeout) {
    this.base = base;
    this.credentials = credentials;
    this.insecure = insecure;
    this.certificates = certificates;
    this.timeout = timeout;
  }

  /**
   * @param uri {@link #FORM}
   * @param environment the value of a variable; null if it is not set
   * @throws TrackingException if no server could be reached so
   */
  static ServerAddress of(String uri, UnaryOperator<String> environment) {
    Matcher parts = PARTS.matcher(uri);
    if (!parts.matches()) {
      throw malformed(uri, "; write ? and # in a user or password as %3F and %23");
    }
    UnaryOperator<String> variables =
        name -> Optional.ofNullable(environment.apply(name)).orElse("").strip();
    boolean insecure = flag(INSECURE_TLS, variables);
    Path certificates = certificates(variables.apply(CERTIFICATES));
    if (insecure && certificates != null) {
      throw new TrackingException(
          INSECURE_TLS + " and " + CERTIFICATES + " exclude each other: unset one of them");
    }
    return new ServerAddress(
        base(parts, uri),
        credentials(parts.group(2), uri, variables),
        insecure,
        certificates,
        timeout(variables.apply(TIMEOUT)));
  }

  private static TrackingException malformed(String uri, String problem) {
    return new TrackingException(
        "tracking.uri must be "
            + FORM
            + ", for example http://localhost:5000, found '"
            + Trackers.withoutSecrets(uri)
            + "'"
            + problem);
  }

  private static String base(Matcher parts, String uri) {
    String path = parts.group(4).replaceAll("/+$", "");
    if (path.contains("@")) {
      throw malformed(uri, "; write a / in a user or password as %2F");
    }
    String base = parts.group(1).toLowerCase(Locale.ROOT) + "://" + parts.group(3) + path;
    try {
      String authority = new URI(base).getRawAuthority();
      if (!authority.matches("(\\[[0-9A-Fa-f:.%]+]|[^:\\[\\]]+)(:[0-9]{1,5})?")) {
        throw malformed(uri, ", whose port is no number");
      }
      return base;
    } catch (URISyntaxException e) {
      // Its message quotes the whole URI.
      throw malformed(uri, " (" + e.getReason() + ")");
    }
  }

  private static Credentials credentials(String user, String uri, UnaryOperator<String> variables) {
    if (user != null) {
      try {
        return basic(
            URLDecoder.decode(user.replace("+", "%2B"), StandardCharsets.UTF_8),
            "the user and password in tracking.uri");
      } catch (IllegalArgumentException e) {
        throw malformed(uri, ", whose user or password has a stray %: write it as %25");
      }
    }
    String name = variables.apply(USERNAME);
    String password = variables.apply(PASSWORD);
    String token = variables.apply(TOKEN);
    if (!name.isEmpty() && !password.isEmpty()) {
      return basic(name + ":" + password, USERNAME + " and " + PASSWORD);
    }
    if (!token.isEmpty()) {
      return new Credentials("Bearer " + token, TOKEN);
    }
    if (!name.isEmpty() || !password.isEmpty()) {
      throw new TrackingException(
          (name.isEmpty() ? PASSWORD : USERNAME)
              + " is set and "
              + (name.isEmpty() ? USERNAME : PASSWORD)
              + " is not: set both or none");
    }
    return new Credentials(null, "no user, password or token");
  }

  private static Credentials basic(String userAndPassword, String origin) {
    byte[] bytes = userAndPassword.getBytes(StandardCharsets.UTF_8);
    return new Credentials("Basic " + Base64.getEncoder().encodeToString(bytes), origin);
  }

  private static boolean flag(String name, UnaryOperator<String> variables) {
    String value = variables.apply(name).toLowerCase(Locale.ROOT);
    return switch (value) {
      case "true", "1" -> true;
      case "false", "0", "" -> false;
      default ->
          throw new TrackingException(name + " must be true or false, found '" + value + "'");
    };
  }

  private static Path certificates(String value) {
    if (value.isEmpty()) {
      return null;
    }
    try {
      Path file = Path.of(value);
      if (Files.isReadable(file) && Files.isRegularFile(file)) {
        return file;
      }
    } catch (InvalidPathException e) {
      // Told below.
    }
    throw new TrackingException(
        CERTIFICATES + " must be a file with certificates (PEM), found '" + value + "'");
  }

  private static Duration timeout(String value) {
    try {
      int seconds = Integer.parseInt(value.isEmpty() ? DEFAULT_TIMEOUT : value);
      if (seconds > 0) {
        return Duration.ofSeconds(seconds);
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new TrackingException(
        TIMEOUT + " must be a whole number of seconds above 0, found '" + value + "'");
  }

  /** The same server with another {@link #timeout}. */
  ServerAddress withTimeout(Duration other) {
    return new ServerAddress(base, credentials, insecure, certificates, other);
  }

  /**
   * The server's root, for example {@code https://host:5000/prefix}, without a slash at its end.
   */
  String base() {
    return base;
  }

  /** {@code https://host:5000}. */
  String origin() {
    int path = base.indexOf('/', base.indexOf("//") + 2);
    return path < 0 ? base : base.substring(0, path);
  }

  /** The header that says who we are. Never to be shown. */
  Optional<String> authorization() {
    return Optional.ofNullable(credentials.authorization());
  }

  /** Where the credentials come from, for people. */
  String credentialsOrigin() {
    return credentials.origin();
  }

  /** Whether any certificate will do. */
  boolean isInsecure() {
    return insecure;
  }

  /** The certificates to trust, instead of those that Java trusts. */
  Optional<Path> certificates() {
    return Optional.ofNullable(certificates);
  }

  /** How long a call may take. */
  Duration timeout() {
    return timeout;
  }

  @Override
  public String toString() {
    return base;
  }
}
