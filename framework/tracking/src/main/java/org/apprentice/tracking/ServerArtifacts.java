package org.apprentice.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apprentice.spi.TrackingException;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow_project.apachehttp.client.methods.HttpPut;
import org.mlflow_project.apachehttp.entity.AbstractHttpEntity;

/**
 * The files of a run on a tracking server. The server's {@code artifact_uri} says how they come
 * there: through the server (the default), or, if it does not hand them on, straight into its
 * folder when that is on this machine. Into storage of other kinds, for example {@code s3:}, which
 * the server leaves to its clients, we cannot write; everything can be read, through the server.
 */
final class ServerArtifacts {
  private static final String PROXY = "/api/2.0/mlflow-artifacts/artifacts";
  private static final int BUFFER = 64 * 1024;

  private final MlflowServer server;
  private final String run;
  private final String uri;

  /** Address below which files are put and fetched. */
  private final Optional<String> url;

  /** Folder of this machine that holds the files. */
  private final Optional<Path> folder;

  ServerArtifacts(MlflowServer server, RunInfo info) {
    this.server = server;
    run = info.getRunId();
    uri = info.getArtifactUri();
    url = url(server.address(), uri);
    folder = url.isPresent() ? Optional.empty() : folder(server.address(), uri);
  }

  private static Optional<String> url(ServerAddress address, String uri) {
    String scheme = scheme(uri);
    if (scheme.equals("http") || scheme.equals("https")) {
      return Optional.of(uri);
    }
    if (!scheme.equals("mlflow-artifacts")) {
      return Optional.empty();
    }
    String rest = uri.substring(scheme.length() + 1);
    if (!rest.startsWith("//")) {
      return Optional.of(address.base() + PROXY + encodedPath(rest));
    }
    int path = rest.indexOf('/', 2);
    String authority = path < 0 ? rest.substring(2) : rest.substring(2, path);
    String root =
        authority.isEmpty()
            ? address.base()
            : address.base().substring(0, address.base().indexOf("//") + 2) + authority;
    return Optional.of(root + PROXY + encodedPath(path < 0 ? "" : rest.substring(path)));
  }

  private static String scheme(String uri) {
    int colon = uri.indexOf(':');
    String scheme = colon < 0 ? "" : uri.substring(0, colon).toLowerCase(Locale.ROOT);
    // One letter is a drive of Windows.
    return scheme.matches("[a-z][a-z0-9+.-]+") ? scheme : "";
  }

  /** With a slash before each part. */
  private static String encodedPath(String path) {
    return List.of(path.split("/")).stream()
        .filter(part -> !part.isEmpty())
        .map(part -> "/" + MlflowServer.encode(part))
        .collect(Collectors.joining());
  }

  /**
   * A folder that the server names counts if the server runs here, or if the three folders above,
   * of its run and of its experiment, are in one that we can write: a disk that both share.
   */
  private static Optional<Path> folder(ServerAddress address, String uri) {
    String scheme = scheme(uri);
    if (!scheme.isEmpty() && !scheme.equals("file")) {
      return Optional.empty();
    }
    try {
      Path path = scheme.isEmpty() ? Path.of(uri) : Path.of(URI.create(uri));
      Path root = path.isAbsolute() && path.getNameCount() > 3 ? parent(path, 3) : null;
      boolean shared = root != null && Files.isWritable(root);
      return path.isAbsolute() && (shared || isHere(address))
          ? Optional.of(path)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      // Not a path of this kind of machine.
      return Optional.empty();
    }
  }

  private static Path parent(Path path, int levels) {
    return levels == 0 ? path : parent(path.getParent(), levels - 1);
  }

  private static boolean isHere(ServerAddress address) {
    try {
      String host = URI.create(address.base()).getHost();
      InetAddress resolved = host == null ? null : InetAddress.getByName(host);
      return resolved != null
          && (resolved.isLoopbackAddress() || NetworkInterface.getByInetAddress(resolved) != null);
    } catch (IOException e) {
      return false;
    }
  }

  /** Where the server keeps the files, in its words. */
  String uri() {
    return uri;
  }

  /** Whether {@link #put} can work. */
  boolean isWritable() {
    return url.isPresent() || folder.isPresent();
  }

  /**
   * Sends a file of any size, which is never held in memory.
   *
   * @param path with {@code /}
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if the file cannot be read, or the folder cannot be written
   */
  void put(String path, Path file) throws IOException {
    long size = Files.size(file);
    if (folder.isPresent()) {
      copy(file, folder.get().resolve(path));
      return;
    }
    server.send(
        progress -> {
          HttpPut put = new HttpPut(URI.create(url(path)));
          put.setEntity(new Upload(file, size, progress));
          put.setHeader("Content-Type", contentType(path));
          return put;
        });
  }

  private String url(String path) {
    return url.orElseThrow() + encodedPath(path);
  }

  private static String contentType(String path) {
    String type = URLConnection.guessContentTypeFromName(path);
    return type == null ? "application/octet-stream" : type;
  }

  private static void copy(Path source, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    Path incomplete = target.resolveSibling("." + target.getFileName() + ".incomplete");
    Files.copy(source, incomplete, StandardCopyOption.REPLACE_EXISTING);
    Files.move(
        incomplete, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Sends a text as a file. */
  void put(String path, String text) throws IOException {
    Path file = Files.createTempFile("artifact", ".txt");
    try {
      Files.writeString(file, text, StandardCharsets.UTF_8);
      put(path, file);
    } finally {
      Files.delete(file);
    }
  }

  /** A file just as long as promised: the length goes first. */
  private static final class Upload extends AbstractHttpEntity {
    private final Path file;
    private final long size;
    private final Runnable progress;

    Upload(Path file, long size, Runnable progress) {
      this.file = file;
      this.size = size;
      this.progress = progress;
    }

    @Override
    public boolean isRepeatable() {
      return true;
    }

    @Override
    public long getContentLength() {
      return size;
    }

    @Override
    public InputStream getContent() throws IOException {
      return Files.newInputStream(file);
    }

    @Override
    public boolean isStreaming() {
      return false;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      try (InputStream content = getContent()) {
        byte[] buffer = new byte[BUFFER];
        long left = size;
        while (left > 0) {
          int read = content.read(buffer, 0, (int) Math.min(buffer.length, left));
          if (read < 0) {
            throw new IOException(file + " became shorter while it was sent");
          }
          out.write(buffer, 0, read);
          left -= read;
          progress.run();
        }
      }
    }
  }

  /**
   * Sizes of the files in a folder, by their paths; folders in it are left out.
   *
   * @param path with {@code /}; empty for the topmost folder
   */
  Map<String, Long> files(String path) {
    Map<String, Long> files = new TreeMap<>();
    list(path, files, false);
    return files;
  }

  /** Sizes of all files, by their paths. */
  Map<String, Long> allFiles() {
    Map<String, Long> files = new TreeMap<>();
    list("", files, true);
    return files;
  }

  private void list(String path, Map<String, Long> files, boolean deep) {
    String token = "";
    do {
      Map<String, String> query = new HashMap<>(Map.of("run_id", run));
      if (!path.isEmpty()) {
        query.put("path", path);
      }
      if (!token.isEmpty()) {
        query.put("page_token", token);
      }
      JsonNode page = server.get("artifacts/list", query);
      for (JsonNode file : page.path("files")) {
        String name = file.path("path").asText();
        if (!file.path("is_dir").asBoolean()) {
          files.put(name, file.path("file_size").asLong());
        } else if (deep && !name.equals(path)) {
          list(name, files, true);
        }
      }
      token = page.path("next_page_token").asText("");
    } while (!token.isEmpty());
  }

  /**
   * Fetches a file.
   *
   * @param path with {@code /}
   * @param target is replaced when all has arrived
   * @throws IOException if the target cannot be written
   */
  void get(String path, Path target) throws IOException {
    Files.createDirectories(target.toAbsolutePath().getParent());
    Path incomplete = target.resolveSibling("." + target.getFileName() + ".incomplete");
    String source =
        url.isPresent()
            ? url(path)
            : server.address().base()
                + "/get-artifact?run_id="
                + MlflowServer.encode(run)
                + "&path="
                + MlflowServer.encode(path);
    try (OutputStream out = Files.newOutputStream(incomplete)) {
      server.fetch(
          source,
          (content, progress) -> {
            byte[] buffer = new byte[BUFFER];
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
              write(out, buffer, read, incomplete);
              progress.run();
            }
            return null;
          });
    }
    Files.move(
        incomplete, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** A disk that is full is not the server's fault. */
  private static void write(OutputStream out, byte[] buffer, int length, Path file) {
    try {
      out.write(buffer, 0, length);
    } catch (IOException e) {
      throw new TrackingException("cannot write " + file + " (" + e.getMessage() + ")", e);
    }
  }
}
