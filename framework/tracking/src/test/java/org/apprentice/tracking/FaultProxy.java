package org.apprentice.tracking;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A network between a client and an HTTP server on loopback that does to each request what it is
 * told to. Each request gets a connection of its own to the server; the client's may be kept.
 */
public final class FaultProxy implements AutoCloseable {
  /** What happens to a request. */
  public enum Fault {
    NONE,
    /** Connections are refused for a few milliseconds, from this request on. */
    REFUSED,
    /** The connection is reset when a part of the request is read. */
    RESET_BEFORE,
    /** The connection is reset in the middle of the answer. */
    RESET_AFTER,
    /** No answer ever comes, and the server does not see the request. */
    STALLED,
    /** The answer comes, a byte at a time, too slowly. */
    SLOW,
    TOO_MANY_REQUESTS,
    TOO_MANY_REQUESTS_WAIT,
    TOO_MANY_REQUESTS_WAIT_UNTIL,
    INTERNAL_ERROR,
    UNAVAILABLE_HTML,
    /** A page with status 200, as from a login portal. */
    LOGIN_PAGE,
    UNAUTHORIZED,
    /** The answer with another content type. */
    WRONG_TYPE,
    /** Half of the answer's body, said to be all. */
    TRUNCATED,
    /** Half of the answer's body, and the end of the connection. */
    CUT_OFF,
    /** The server gets the request twice; the client gets the second answer. */
    TWICE,
    /** The server gets the request once more just before the next one. */
    TWICE_LATE,
    /** The server carries the request out, and the client does not hear of it. */
    ANSWER_LOST,
    /**
     * The client's connection is reset, and the server gets the request only later: a creation
     * after a few others, everything else before the next.
     */
    EXECUTED_LATER
  }

  private static final int SLOW_MILLIS = 20;
  private static final int REFUSING_MILLIS = 3;

  /** What the server gets later. */
  private static final class Held {
    final byte[] request;
    int requestsLeft;

    Held(byte[] request, int requestsLeft) {
      this.request = request;
      this.requestsLeft = requestsLeft;
    }
  }

  private final int serverPort;
  private final Supplier<Fault> schedule;
  private final int port;
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
  private final List<Held> held = new ArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile ServerSocket listener;
  private volatile boolean healed;

  /**
   * @param schedule asked once for each request, in turn
   */
  public FaultProxy(int serverPort, Supplier<Fault> schedule) throws IOException {
    this.serverPort = serverPort;
    this.schedule = schedule;
    listener = listen(0);
    port = listener.getLocalPort();
    start(this::accept);
  }

  private static ServerSocket listen(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    try {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "fault-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  public String uri() {
    return "http://localhost:" + port;
  }

  /** From now on nothing happens to requests; what is held is delivered. */
  public void heal() {
    healed = true;
    synchronized (held) {
      held.forEach(it -> it.requestsLeft = 0);
    }
    forwardHeld();
    while (listener.isClosed() && closing.getCount() > 0) {
      Thread.onSpinWait();
    }
  }

  private void accept() {
    while (closing.getCount() > 0) {
      try {
        Socket client = listener.accept();
        clients.add(client);
        client.setTcpNoDelay(true);
        start(() -> serve(client));
      } catch (IOException e) {
        reopen();
      }
    }
  }

  /** The port may be taken for a moment by a connection that goes out from it. */
  private void reopen() {
    try {
      while (!closing.await(REFUSING_MILLIS, TimeUnit.MILLISECONDS)) {
        try {
          listener = listen(port);
          return;
        } catch (IOException e) {
          // Tried again.
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      for (byte[] head = head(in); head.length > 0; head = head(in)) {
        Fault fault = healed ? Fault.NONE : schedule.get();
        if (fault == Fault.RESET_BEFORE) {
          reset(client);
          return;
        }
        byte[] request = concat(head, body(in, head));
        if (!answer(client, request, fault)) {
          return;
        }
      }
    } catch (IOException e) {
      // The client is gone, or the server.
    } finally {
      clients.remove(client);
    }
  }

  /** Whether the connection goes on. */
  private boolean answer(Socket client, byte[] request, Fault fault) throws IOException {
    OutputStream out = client.getOutputStream();
    forwardHeld();
    switch (fault) {
      case NONE -> out.write(forward(request));
      case REFUSED -> {
        listener.close();
        reset(client);
        return false;
      }
      case RESET_AFTER -> {
        byte[] answer = forward(request);
        out.write(answer, 0, answer.length / 2);
        reset(client);
        return false;
      }
      case STALLED -> {
        awaitEnd(client);
        return false;
      }
      case SLOW -> drip(out, forward(request));
      case TOO_MANY_REQUESTS -> write(out, "429 Too Many Requests", "", "text/plain", "slow down");
      case TOO_MANY_REQUESTS_WAIT ->
          write(out, "429 Too Many Requests", "Retry-After: 0\r\n", "application/json", "{}");
      case TOO_MANY_REQUESTS_WAIT_UNTIL ->
          write(
              out,
              "429 Too Many Requests",
              "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n",
              "text/html",
              "<p>slow down</p>");
      case INTERNAL_ERROR ->
          write(
              out,
              "500 Internal Server Error",
              "",
              "application/json",
              "{\"error_code\": \"INTERNAL_ERROR\", \"message\": \"database is locked\"}");
      case UNAVAILABLE_HTML ->
          write(out, "503 Service Unavailable", "", "text/html", "<h1>Bad gateway</h1>");
      case LOGIN_PAGE -> write(out, "200 OK", "", "text/html", "<html><h1>Log in</h1></html>");
      case UNAUTHORIZED -> write(out, "401 Unauthorized", "", "text/plain", "who are you?");
      case WRONG_TYPE -> {
        byte[] answer = forward(request);
        write(out, status(answer), "", "text/plain", text(payload(answer)));
      }
      case TRUNCATED -> {
        byte[] answer = forward(request);
        String body = text(payload(answer));
        write(out, status(answer), "", "application/json", body.substring(0, body.length() / 2));
      }
      case CUT_OFF -> {
        byte[] answer = forward(request);
        out.write(answer, 0, answer.length - 1);
        return false;
      }
      case TWICE -> {
        forward(request);
        out.write(forward(request));
      }
      case TWICE_LATE -> {
        out.write(forward(request));
        hold(request, 0);
      }
      case ANSWER_LOST -> {
        forward(request);
        reset(client);
        return false;
      }
      case EXECUTED_LATER -> {
        hold(request, isCreation(request) ? request.length % 3 : 0);
        reset(client);
        return false;
      }
      default -> throw new IllegalStateException(fault.toString());
    }
    out.flush();
    return true;
  }

  private static boolean isCreation(byte[] request) {
    return text(request).startsWith("POST /api/2.0/mlflow/runs/create");
  }

  private void hold(byte[] request, int otherRequests) {
    synchronized (held) {
      held.add(new Held(request, otherRequests));
    }
  }

  private void forwardHeld() {
    List<byte[]> due = new ArrayList<>();
    synchronized (held) {
      for (Iterator<Held> all = held.iterator(); all.hasNext(); ) {
        Held next = all.next();
        if (next.requestsLeft-- <= 0) {
          due.add(next.request);
          all.remove();
        }
      }
    }
    for (byte[] request : due) {
      try {
        forward(request);
      } catch (IOException e) {
        throw new IllegalStateException("the server of the test is gone", e);
      }
    }
  }

  /** The server's whole answer. */
  private byte[] forward(byte[] request) throws IOException {
    try (Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
      server.setTcpNoDelay(true);
      server.getOutputStream().write(request);
      InputStream in = new BufferedInputStream(server.getInputStream());
      byte[] head = head(in);
      return concat(head, body(in, head));
    }
  }

  private static void write(
      OutputStream out, String status, String header, String type, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 %s\r\n%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(status, header, type, bytes.length);
    out.write(concat(head.getBytes(StandardCharsets.UTF_8), bytes));
  }

  private void drip(OutputStream out, byte[] answer) throws IOException {
    try {
      for (byte next : answer) {
        out.write(next);
        out.flush();
        if (closing.await(SLOW_MILLIS, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitEnd(Socket client) throws IOException {
    while (client.getInputStream().read() >= 0) {
      // The client may still send something.
    }
  }

  private static void reset(Socket client) throws IOException {
    client.setSoLinger(true, 0);
    client.close();
  }

  /** Up to the empty line; nothing if the connection was closed. */
  private static byte[] head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream(512);
    int matched = 0;
    while (matched < 4) {
      int next = in.read();
      if (next < 0) {
        return new byte[0];
      }
      head.write(next);
      matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
    }
    return head.toByteArray();
  }

  private static byte[] body(InputStream in, byte[] head) throws IOException {
    for (String line : text(head).split("\r\n")) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        int length = Integer.parseInt(line.substring(15).strip());
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
          throw new EOFException();
        }
        return body;
      }
    }
    return new byte[0];
  }

  private static byte[] payload(byte[] answer) {
    return text(answer)
        .substring(text(answer).indexOf("\r\n\r\n") + 4)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String status(byte[] answer) {
    String text = text(answer);
    return text.substring("HTTP/1.1 ".length(), text.indexOf('\r'));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  @Override
  public void close() throws IOException {
    closing.countDown();
    listener.close();
    for (Socket client : clients) {
      client.close();
    }
  }
}
