package org.apprentice.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apprentice.spi.Choice;
import org.apprentice.spi.NetworkPlugin;

/** Merging in every order of strings, objects and single keys against a model of a few lines. */
class MergingPropertiesTest {
  record Root(Choice<NetworkPlugin<?>> network) {}

  /** What one layer says about the node, in the order in which it says it. */
  record Sayings(List<Saying> all) {}

  /** A name, a key with its value, or both in one object. */
  record Saying(String plugin, String key, int value) {
    String text() {
      if (plugin != null && key != null) {
        return "network { plugin = " + plugin + ", " + key + " = [" + value + "] }";
      }
      return plugin != null ? "network = " + plugin : "network." + key + " = [" + value + "]";
    }
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void aNamedLayerReplacesAnUnnamedOneMerges(@ForAll("layers") List<Sayings> layers) {
    List<Layer> read = new ArrayList<>();
    for (Sayings sayings : layers) {
      String text = sayings.all().stream().map(Saying::text).collect(Collectors.joining("\n"));
      read.add(LayerReader.defaults(text, "layer " + read.size()));
    }
    List<Problem> problems = new ArrayList<>();
    NodeMerger merger =
        new NodeMerger(
            TestPlugin.COMPONENTS,
            new Environment(Map.of()),
            new Layer("core", List.of()),
            read,
            new Position("it", java.util.Optional.empty()),
            problems);
    ConfigObject merged = merger.merge(Root.class);

    Map<String, Object> expected = model(layers);
    assertThat(problems).isEmpty();
    assertThat(merged.unwrapped()).isEqualTo(Map.of("network", expected));
  }

  private static Map<String, Object> model(List<Sayings> layers) {
    Map<String, Object> node = new HashMap<>();
    String chosen = null;
    for (Sayings layer : layers) {
      for (Saying saying : layer.all()) {
        if (saying.plugin() != null && !saying.plugin().equals(chosen)) {
          if (chosen != null) {
            node.clear();
          }
          chosen = saying.plugin();
        }
      }
      for (Saying saying : layer.all()) {
        if (saying.key() != null) {
          node.put(saying.key(), List.of(saying.value()));
        }
      }
    }
    node.put("plugin", chosen);
    node.putIfAbsent("hidden", chosen.equals("mlp") ? List.of(64, 64) : List.of(128));
    node.putIfAbsent(
        chosen.equals("mlp") ? "activation" : "steps", chosen.equals("mlp") ? "tanh" : (Object) 16);
    return node;
  }

  /** A first layer that names a component, so that one is chosen; then any. */
  @Provide
  Arbitrary<List<Sayings>> layers() {
    Arbitrary<Sayings> first = sayings(true);
    return Combinators.combine(
            first, Arbitraries.of(true, false).flatMap(this::sayings).list().ofMaxSize(4))
        .as(
            (lowest, rest) -> {
              List<Sayings> all = new ArrayList<>(List.of(lowest));
              all.addAll(rest);
              return all;
            });
  }

  /** Keys without a name, and at most one statement with a name, shuffled. */
  private Arbitrary<Sayings> sayings(boolean named) {
    Arbitrary<String> keys = Arbitraries.of("hidden", "steps");
    Arbitrary<Integer> values = Arbitraries.integers().between(1, 99);
    Arbitrary<Saying> unnamed =
        Combinators.combine(keys, values).as((key, value) -> new Saying(null, key, value));
    Arbitrary<Saying> naming =
        Combinators.combine(Arbitraries.of("mlp", "gru"), keys.injectNull(0.5), values)
            .as(Saying::new);
    Arbitrary<List<Saying>> others = unnamed.list().ofMinSize(named ? 0 : 1).ofMaxSize(3);
    if (!named) {
      return others.map(Sayings::new);
    }
    return Combinators.combine(naming, others)
        .as(
            (name, rest) -> {
              List<Saying> all = new ArrayList<>(rest);
              all.add(name);
              return all;
            })
        .flatMap(all -> Arbitraries.shuffle(all).map(Sayings::new));
  }
}
