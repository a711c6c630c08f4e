package org.apprentice.core.trial;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apprentice.core.config.Trial;
import org.apprentice.spi.ImageSpace;
import org.apprentice.spi.Network;
import org.apprentice.spi.NetworkSpec;
import org.apprentice.spi.Space;

/**
 * A run's policy network as MLflow keeps models: a folder {@value #FOLDER} with the network and a
 * file {@code MLmodel} that describes it, by which the UI knows it for a model. It has the flavour
 * {@code dl4j}, which no Python library loads: {@code ModelSerializer} of DL4J does.
 */
final class ModelFolder {
  static final String FOLDER = "model";
  static final String NETWORK = "model.zip";

  private static final String DESCRIPTION = "MLmodel";

  /** MLflow's list of a run's models, as JSON. */
  private static final String HISTORY = "mlflow.log-model.history";

  /** The version whose format this is. */
  private static final String MLFLOW_VERSION = "2.17.2";

  private static final String DL4J = "META-INF/maven/org.deeplearning4j/deeplearning4j-nn/";
  private static final String CONFIGURATION = "configuration.json";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

  private ModelFolder() {}

  /** Writes both files to the run's folder and journals them. */
  static void write(Path run, Trial trial, TrialStatus status, Network network, RunLog log)
      throws IOException {
    Path zip = run.resolve(NETWORK);
    network.export(zip);
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("run_id", status.uid());
    model.put("artifact_path", FOLDER);
    model.put("utc_time_created", TIME.format(Instant.now()));
    model.put("model_uuid", uuid(status));
    model.put("flavors", flavors(zip));
    log.tag(HISTORY, JSON.writeValueAsString(List.of(model)));
    model.put("mlflow_version", MLFLOW_VERSION);
    model.put("model_size_bytes", Files.size(zip));
    Optional<Map<String, Object>> signature = signature(zip, network);
    if (signature.isPresent()) {
      model.put("signature", signature.get());
    }
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("trial_key", trial.key());
    metadata.put("study", trial.experiment().name());
    metadata.put("environment", trial.experiment().environment().component().plugin().name());
    metadata.put("algorithm", trial.experiment().algorithm().plugin().name());
    metadata.put("network", network.description());
    model.put("metadata", metadata);
    Files.writeString(run.resolve(DESCRIPTION), yaml(model, ""), StandardCharsets.UTF_8);
    log.artifact(NETWORK, FOLDER + "/" + NETWORK);
    log.artifact(DESCRIPTION, FOLDER + "/" + DESCRIPTION);
  }

  /** The same for a run whose end is repeated. */
  private static String uuid(TrialStatus status) {
    byte[] name = (status.uid() + "/" + FOLDER).getBytes(StandardCharsets.UTF_8);
    return UUID.nameUUIDFromBytes(name).toString().replace("-", "");
  }

  /** A third party's network may write anything to its zip. */
  private static Map<String, Object> flavors(Path zip) throws IOException {
    if (graph(zip).isEmpty()) {
      return Map.of("apprentice", Map.of("data", NETWORK));
    }
    Map<String, Object> dl4j = new LinkedHashMap<>();
    dl4j.put("data", NETWORK);
    dl4j.put("model_class", "org.deeplearning4j.nn.graph.ComputationGraph");
    dl4j.put("dl4j_version", dl4jVersion());
    return Map.of("dl4j", dl4j);
  }

  private static String dl4jVersion() throws IOException {
    Properties properties = new Properties();
    try (InputStream in =
        ModelFolder.class.getClassLoader().getResourceAsStream(DL4J + "pom.properties")) {
      if (in != null) {
        properties.load(in);
      }
    }
    return properties.getProperty("version", "unknown");
  }

  /** The configuration of the DL4J graph in a zip; empty if it holds none. */
  private static Optional<JsonNode> graph(Path zip) throws IOException {
    try (ZipFile file = new ZipFile(zip.toFile())) {
      ZipEntry entry = file.getEntry(CONFIGURATION);
      if (entry == null) {
        return Optional.empty();
      }
      JsonNode configuration = JSON.readTree(file.getInputStream(entry));
      return Optional.of(configuration).filter(it -> it.has("networkInputs"));
    } catch (java.util.zip.ZipException | JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Inputs and outputs as DL4J takes and gives them, as MLflow's tensors. */
  private static Optional<Map<String, Object>> signature(Path zip, Network network)
      throws IOException {
    Optional<JsonNode> graph = graph(zip);
    NetworkSpec spec = network.spec();
    if (graph.isEmpty() || graph.get().get("networkOutputs").size() != spec.heads().size()) {
      return Optional.empty();
    }
    boolean recurrent = network.stateWidth() > 0;
    boolean images = !recurrent && graph.get().toString().contains("ConvolutionLayer");
    List<Object> inputs = new ArrayList<>();
    for (JsonNode name : graph.get().get("networkInputs")) {
      int[] shape =
          inputs.isEmpty()
              ? shape(spec.observationSpace(), images)
              : new int[] {spec.actionWidth()};
      inputs.add(tensor(name.textValue(), shape, recurrent));
    }
    List<Object> outputs = new ArrayList<>();
    for (JsonNode name : graph.get().get("networkOutputs")) {
      int width = spec.heads().get(outputs.size()).width();
      outputs.add(tensor(name.textValue(), new int[] {width}, recurrent));
    }
    Map<String, Object> signature = new LinkedHashMap<>();
    signature.put("inputs", JSON.writeValueAsString(inputs));
    signature.put("outputs", JSON.writeValueAsString(outputs));
    return Optional.of(signature);
  }

  private static int[] shape(Space observations, boolean images) {
    return images && observations instanceof ImageSpace
        ? observations.shape()
        : new int[] {observations.width()};
  }

  /** {@code [batch, shape...]}, and {@code [batch, shape..., steps]} of sequences. */
  private static Map<String, Object> tensor(String name, int[] shape, boolean sequences) {
    List<Integer> dimensions = new ArrayList<>(List.of(-1));
    Arrays.stream(shape).forEach(dimensions::add);
    if (sequences) {
      dimensions.add(-1);
    }
    Map<String, Object> specification = new LinkedHashMap<>();
    specification.put("dtype", "float32");
    specification.put("shape", dimensions);
    Map<String, Object> tensor = new LinkedHashMap<>();
    tensor.put("name", name);
    tensor.put("type", "tensor");
    tensor.put("tensor-spec", specification);
    return tensor;
  }

  /** Maps and scalars; YAML reads texts and numbers as JSON writes them. */
  private static String yaml(Map<?, ?> map, String indent) throws JsonProcessingException {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      text.append(indent).append(entry.getKey()).append(':');
      if (entry.getValue() instanceof Map<?, ?> inner) {
        text.append('\n').append(yaml(inner, indent + "  "));
      } else {
        text.append(' ').append(JSON.writeValueAsString(entry.getValue())).append('\n');
      }
    }
    return text.toString();
  }
}
