package org.apprentice.tracking;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apprentice.spi.RunEvent;

/**
 * One event as one line of JSON whose last member is the CRC-32C of the bytes before it, for
 * example {@code
 * {"metric":"rollout/return","value":12.5,"step":2048,"time":1790000000002,"crc":"0a1b2c3d"}}.
 * Doubles keep every bit; those that JSON has no number for are the strings NaN, Infinity and
 * -Infinity.
 */
final class EventLine {
  private static final JsonFactory JSON = new JsonFactory();
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] CHECKSUM_MEMBER = ",\"crc\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final int SUFFIX_LENGTH = CHECKSUM_MEMBER.length + 8 + 2;

  private EventLine() {}

  /** Appends the line with its newline. */
  static void write(RunEvent event, ByteArrayOutputStream out) {
    byte[] object = json(event);
    int length = object.length - 1;
    CRC32C checksum = new CRC32C();
    checksum.update(object, 0, length);
    out.write(object, 0, length);
    out.writeBytes(CHECKSUM_MEMBER);
    out.writeBytes(HEX.toHexDigits((int) checksum.getValue()).getBytes(StandardCharsets.US_ASCII));
    out.write('"');
    out.write('}');
    out.write('\n');
  }

  private static byte[] json(RunEvent event) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(160);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      writeMembers(event, json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void writeMembers(RunEvent event, JsonGenerator json) throws IOException {
    if (event instanceof RunEvent.Metric metric) {
      json.writeStringField("metric", metric.key());
      json.writeNumberField("value", metric.value());
      json.writeNumberField("step", metric.step());
      json.writeNumberField("time", metric.timestampMillis());
    } else if (event instanceof RunEvent.Param param) {
      json.writeStringField("param", param.key());
      json.writeStringField("value", param.value());
    } else if (event instanceof RunEvent.Tag tag) {
      json.writeStringField("tag", tag.key());
      json.writeStringField("value", tag.value());
    } else if (event instanceof RunEvent.ExperimentTag tag) {
      json.writeStringField("experimentTag", tag.key());
      json.writeStringField("value", tag.value());
    } else if (event instanceof RunEvent.Artifact artifact) {
      json.writeStringField("artifact", artifact.file());
      json.writeStringField("path", artifact.path());
    } else if (event instanceof RunEvent.Dataset dataset) {
      json.writeStringField("dataset", dataset.name());
      json.writeStringField("digest", dataset.digest());
      json.writeStringField("sourceType", dataset.sourceType());
      json.writeStringField("source", dataset.source());
      json.writeStringField("schema", dataset.schema());
      json.writeStringField("profile", dataset.profile());
      json.writeStringField("context", dataset.context());
    } else if (event instanceof RunEvent.Started started) {
      json.writeNumberField("started", started.timestampMillis());
    } else if (event instanceof RunEvent.Finished finished) {
      json.writeStringField("finished", finished.status().name());
      json.writeNumberField("time", finished.timestampMillis());
    } else {
      throw new IllegalStateException("no line for " + event);
    }
  }

  /** The event of a line without its newline, or nothing if the line is torn or damaged. */
  static Optional<RunEvent> read(byte[] bytes, int offset, int length) {
    int body = length - SUFFIX_LENGTH;
    if (body <= 0) {
      return Optional.empty();
    }
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, offset, body);
    String expected =
        new String(CHECKSUM_MEMBER, StandardCharsets.US_ASCII)
            + HEX.toHexDigits((int) checksum.getValue())
            + "\"}";
    if (!expected.equals(
        new String(bytes, offset + body, SUFFIX_LENGTH, StandardCharsets.ISO_8859_1))) {
      return Optional.empty();
    }
    try {
      return Optional.of(event(MAPPER.readTree(bytes, offset, length)));
    } catch (IOException | IllegalArgumentException e) {
      throw new JournalException(
          "the journal holds a line that this version does not know: "
              + new String(bytes, offset, length, StandardCharsets.UTF_8)
              + "; use the version that wrote it",
          e);
    }
  }

  private static RunEvent event(JsonNode line) {
    String kind = line.fieldNames().next();
    return switch (kind) {
      case "metric" ->
          new RunEvent.Metric(
              text(line, kind),
              number(line.get("value")),
              line.get("step").longValue(),
              line.get("time").longValue());
      case "param" -> new RunEvent.Param(text(line, kind), text(line, "value"));
      case "tag" -> new RunEvent.Tag(text(line, kind), text(line, "value"));
      case "experimentTag" -> new RunEvent.ExperimentTag(text(line, kind), text(line, "value"));
      case "artifact" -> new RunEvent.Artifact(text(line, kind), text(line, "path"));
      case "dataset" ->
          new RunEvent.Dataset(
              text(line, kind),
              text(line, "digest"),
              text(line, "sourceType"),
              text(line, "source"),
              text(line, "schema"),
              text(line, "profile"),
              text(line, "context"));
      case "started" -> new RunEvent.Started(line.get(kind).longValue());
      case "finished" ->
          new RunEvent.Finished(
              RunEvent.Status.valueOf(text(line, kind)), line.get("time").longValue());
      default -> throw new IllegalArgumentException("unknown kind of event '" + kind + "'");
    };
  }

  private static String text(JsonNode line, String member) {
    return line.get(member).textValue();
  }

  private static double number(JsonNode value) {
    return value.isTextual() ? Double.parseDouble(value.textValue()) : value.doubleValue();
  }
}
