package org.apprentice.nn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.apprentice.spi.Network;
import org.deeplearning4j.util.ModelSerializer;

/** Models as DL4J's {@code ModelSerializer} writes them, and {@link Network#export} with it. */
public final class ModelZip {
  private static final String CONFIGURATION = "configuration.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a configuration says of how its parameters came about, and not of what they are. */
  private static final Set<String> ORIGIN =
      Set.of("seed", "iterationCount", "epochCount", "gainAndSeed", "weightInit", "weightInitFn");

  /** Floats hold whole numbers up to here. */
  private static final int MOST_PARAMETERS = 1 << 24;

  private ModelZip() {}

  /**
   * Gives a network the parameters of a model with the same architecture.
   *
   * @throws IOException if the file is no model, or another network's, with a message that says so
   */
  public static void load(Path zip, Network network) throws IOException {
    String architecture = architecture(zip);
    float[] own = network.parameters().clone();
    if (own.length > MOST_PARAMETERS) {
      throw new IOException(
          "a network of more than %d parameters cannot take them from a model; it has %d"
              .formatted(MOST_PARAMETERS, own.length));
    }
    Path numbered = Files.createTempFile("apprentice-model", ".zip");
    try {
      float[] places = exportedPlaces(network, own, numbered);
      float[] given = parameters(zip);
      if (!architecture.equals(architecture(numbered)) || given.length != places.length) {
        throw new IOException(
            "the model %s has %,d parameters and is another network's than %s, which has %,d"
                .formatted(zip, given.length, network.description(), places.length));
      }
      float[] parameters = network.parameters();
      for (int i = 0; i < given.length; i++) {
        parameters[(int) places[i]] = given[i];
      }
      network.parametersChanged();
    } finally {
      Files.deleteIfExists(numbered);
    }
  }

  /**
   * Where each of a model's parameters lies in the network's vector: what is exported when each
   * parameter is its own place.
   */
  private static float[] exportedPlaces(Network network, float[] own, Path zip) throws IOException {
    float[] parameters = network.parameters();
    try {
      for (int i = 0; i < parameters.length; i++) {
        parameters[i] = i;
      }
      network.export(zip);
    } finally {
      System.arraycopy(own, 0, parameters, 0, own.length);
    }
    return parameters(zip);
  }

  private static float[] parameters(Path zip) throws IOException {
    try {
      return ModelSerializer.restoreComputationGraph(zip.toFile(), false).params().toFloatVector();
    } catch (RuntimeException e) {
      throw new IOException("%s is damaged: %s".formatted(zip, e.getMessage()), e);
    }
  }

  private static String architecture(Path zip) throws IOException {
    try (ZipFile file = new ZipFile(zip.toFile())) {
      ZipEntry entry = file.getEntry(CONFIGURATION);
      if (entry == null) {
        throw new IOException("%s is no model of DL4J: it has no %s".formatted(zip, CONFIGURATION));
      }
      JsonNode configuration = JSON.readTree(file.getInputStream(entry).readAllBytes());
      strip(configuration);
      return configuration.toString();
    } catch (ZipException e) {
      throw new IOException("%s is no model of DL4J: %s".formatted(zip, e.getMessage()), e);
    }
  }

  private static void strip(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(ORIGIN);
    }
    node.forEach(ModelZip::strip);
  }
}
