package org.apprentice.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever is in a file, it composes or is refused with problems that say where. */
class BrokenFilesTest {
  private static final String WHOLE =
      """
      name = "it"   # a comment
      environment { plugin = line, copies = 4 }
      network = mlp
      network.hidden = [${training.threads}, 8]
      algorithm {
        plugin = gail
        generator { plugin = ppo, clip = 0.2, patience = 5s }
        discriminator.network = ${network}
        demonstrations { file = "it.conf", episodes = 10 }
      }
      training { steps = 1000, threads = 2 }
      evaluation.solved { mean = -1.5e2 }
      sweep { space { training.seed = [1, 2], network = [mlp, { plugin = gru, steps = 3 }] } }
      ablation { variants { a { algorithm.generator.clip = 0.1 }, b { network = gru } } }
      """;

  private static Path folder;

  /** Something put in, or something taken out, at a place in thousandths. */
  record Edit(int place, String inserted, int removed) {
    String apply(String text) {
      int start = place * text.length() / 1000;
      int end = Math.min(text.length(), start + removed);
      return text.substring(0, start) + inserted + text.substring(end);
    }
  }

  @BeforeContainer
  static void makeFolder() throws IOException {
    folder = Files.createTempDirectory("broken-files");
  }

  @AfterContainer
  static void removeFolder() throws IOException {
    Files.deleteIfExists(folder.resolve("it.conf"));
    Files.deleteIfExists(folder);
  }

  @Example
  void theWholeFileComposes() throws IOException {
    Path file = folder.resolve("it.conf");
    Files.writeString(file, WHOLE);
    assertThat(new Composer(TestPlugin.COMPONENTS).compose(file, List.of()).trials()).hasSize(12);
  }

  @Property(tries = 100, seed = "20260101", edgeCases = EdgeCasesMode.NONE)
  void composeOrAreRefused(@ForAll("edits") @Size(min = 1, max = 3) List<Edit> edits)
      throws IOException {
    String text = WHOLE;
    for (Edit edit : edits) {
      text = edit.apply(text);
    }
    Path file = folder.resolve("it.conf");
    Files.writeString(file, text);
    try {
      assertThat(new Composer(TestPlugin.COMPONENTS).compose(file, List.of()).trials())
          .isNotEmpty();
    } catch (ConfigurationException e) {
      assertThat(e.problems())
          .isNotEmpty()
          .allSatisfy(
              problem -> {
                assertThat(problem.file()).isEqualTo(file.toString());
                assertThat(problem.message()).isNotBlank().doesNotContain("\n");
              });
    }
  }

  @Provide
  Arbitrary<List<Edit>> edits() {
    Arbitrary<Integer> places = Arbitraries.integers().between(0, 999);
    Arbitrary<String> texts =
        Arbitraries.of(
            "",
            "{",
            "}",
            "[",
            "]",
            "\"",
            "\"\"\"",
            ",",
            "\n",
            "=",
            ":",
            "+=",
            "#",
            "//",
            "$",
            "${name}",
            "${?nothing}",
            "${algorithm}",
            "null",
            "true",
            " 7 ",
            ".",
            "include \"it.conf\"",
            "include",
            "plugin = ppo\n",
            "\n network { actor = mlp }\n",
            "\\",
            "\u0000",
            "é");
    Arbitrary<Integer> removed = Arbitraries.of(0, 0, 1, 2, 8, 40);
    return Combinators.combine(places, texts, removed).as(Edit::new).list();
  }
}
