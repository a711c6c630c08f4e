package org.apprentice.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apprentice.core.sweep.BuiltInSamplers;
import org.apprentice.spi.NetworkPlugin;
import org.apprentice.spi.SamplerPlugin;
import org.junit.jupiter.api.Test;

class ComponentsTest {
  private final Components components = Components.of(new BuiltInSamplers());

  @Test
  void anUnknownNameComesWithWhatThereIs() {
    assertThatThrownBy(() -> components.find(SamplerPlugin.class, "girt", "sampler"))
        .isInstanceOf(PluginException.class)
        .hasMessage(
            "unknown sweep sampler 'girt'; available: grid, random, tpe, zip; did you mean grid?");
    assertThatThrownBy(() -> components.find(NetworkPlugin.class, "mlp", "network"))
        .hasMessage("unknown network 'mlp'; available: none");
  }

  @Test
  void componentsAreFoundByNameInAnyKind() {
    assertThat(components.named("grid"))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.kind()).isEqualTo(Kind.SAMPLER);
              assertThat(entry.documentation()).isEmpty();
            });
    assertThatThrownBy(() -> components.named("gird"))
        .hasMessage(
            "no plugin offers 'gird'; available: asha, grid, median, none, random, tpe, zip; did you mean grid?");
  }

  @Test
  void aComponentKnowsWhereItCameFrom() {
    Components.Entry entry = components.all().get(0);
    assertThat(components.jarOf(entry.component())).isEqualTo(entry.jar());
    assertThat(entry.jar().name()).isEqualTo("core");
    assertThat(entry.jar().sha256()).isEmpty();
    assertThat(entry).hasToString("sweep sampler grid (core)");
  }

  @Test
  void suggestionsAreClose() {
    List<String> known = List.of("learning-rate", "clip", "mlp");
    assertThat(Suggestion.closest("learning-rte", known)).contains("learning-rate");
    assertThat(Suggestion.closest("mpl", known)).contains("mlp");
    assertThat(Suggestion.closest("entropy", known)).isEmpty();
  }
}
