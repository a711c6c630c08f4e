package org.apprentice.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** How many variants swaps come to, and what each changes. */
class AblationPropertiesTest {
  private static final Map<String, Integer> BASELINE =
      Map.of("algorithm.epochs", 10, "network.steps", 16, "environment.length", 4);

  private static Path file;

  @BeforeContainer
  static void makeFile() throws IOException {
    file = Files.createTempDirectory("ablation").resolve("it.conf");
  }

  @AfterContainer
  static void deleteFile() throws IOException {
    Files.deleteIfExists(file);
    Files.delete(file.getParent());
  }

  private static Study study(Map<String, Set<Integer>> axes, boolean factorial) throws IOException {
    String swaps =
        axes.entrySet().stream()
            .map(axis -> axis.getKey() + " = " + axis.getValue())
            .collect(Collectors.joining("\n"));
    Files.writeString(
        file,
        """
        environment { plugin = line, length = 4 }
        network = gru
        algorithm = ppo
        training.steps = 1000
        ablation { factorial = %s, swap {
          %s
        } }
        """
            .formatted(factorial, swaps));
    return new Composer(TestPlugin.COMPONENTS).compose(file, List.of());
  }

  private static Set<String> differing(Trial one, Trial other) {
    Set<String> keys = new LinkedHashSet<>(one.parameters().keySet());
    keys.addAll(other.parameters().keySet());
    keys.removeIf(key -> one.parameters().get(key).equals(other.parameters().get(key)));
    return keys;
  }

  @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
  void eachSwapDiffersFromTheBaselineInTheSwappedKeyOnly(
      @ForAll("axes") Map<String, Set<Integer>> axes) throws IOException {
    long expected =
        axes.entrySet().stream()
            .mapToLong(
                axis ->
                    axis.getValue().stream()
                        .filter(value -> !value.equals(BASELINE.get(axis.getKey())))
                        .count())
            .sum();
    Assume.that(expected > 0);
    List<Trial> trials = study(axes, false).trials();
    assertThat(trials).hasSize(1 + (int) expected);
    for (Trial trial : trials.subList(1, trials.size())) {
      String key = trial.variant().substring(0, trial.variant().indexOf('='));
      assertThat(differing(trials.get(0), trial)).containsExactly(key);
      assertThat(trial.variant()).isEqualTo(key + "=" + trial.parameters().get(key));
    }
  }

  @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
  void aFactorialHasEveryCombinationOnce(@ForAll("axes") Map<String, Set<Integer>> axes)
      throws IOException {
    int product = 1;
    boolean hasBaseline = true;
    for (Map.Entry<String, Set<Integer>> axis : axes.entrySet()) {
      product *= axis.getValue().size();
      hasBaseline &= axis.getValue().contains(BASELINE.get(axis.getKey()));
    }
    Assume.that(product > 1 || !hasBaseline);
    List<Trial> trials = study(axes, true).trials();
    assertThat(trials).hasSize(1 + product - (hasBaseline ? 1 : 0));
    assertThat(trials.stream().map(Trial::key)).doesNotHaveDuplicates();
    for (Trial trial : trials.subList(1, trials.size())) {
      assertThat(axes.keySet()).containsAll(differing(trials.get(0), trial));
      axes.forEach(
          (key, values) ->
              assertThat(values).contains(Integer.valueOf(trial.parameters().get(key))));
    }
  }

  @Provide
  Arbitrary<Map<String, Set<Integer>>> axes() {
    Arbitrary<Set<Integer>> epochs = Arbitraries.of(1, 5, 10).set().ofMaxSize(3);
    Arbitrary<Set<Integer>> steps = Arbitraries.of(8, 16).set().ofMaxSize(2);
    Arbitrary<Set<Integer>> length = Arbitraries.of(3, 4, 5, 6).set().ofMaxSize(4);
    return Combinators.combine(epochs, steps, length)
        .as(
            (first, second, third) -> {
              Map<String, Set<Integer>> axes = new HashMap<>();
              axes.put("algorithm.epochs", first);
              axes.put("network.steps", second);
              axes.put("environment.length", third);
              axes.values().removeIf(Set::isEmpty);
              return axes;
            })
        .filter(axes -> !axes.isEmpty());
  }
}
