package org.apprentice.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeStateTest {
  private static final CodeState BEFORE =
      new CodeState("0123456789abcdef", false, Map.of("a.jar", "1", "b.jar", "2"));

  @TempDir Path plugins;

  @Test
  void saysWhatChanged() {
    assertThat(BEFORE.changesSince(BEFORE)).isEmpty();
    assertThat(new CodeState("fedcba9876543210", false, BEFORE.jars()).changesSince(BEFORE))
        .containsExactly("the git commit was 01234567 and is fedcba98 now");
    assertThat(new CodeState(BEFORE.commit(), true, BEFORE.jars()).changesSince(BEFORE))
        .containsExactly("tracked files were changed since, without a commit");
    Map<String, String> jars = Map.of("a.jar", "1", "b.jar", "3", "c.jar", "4");
    assertThat(new CodeState(BEFORE.commit(), false, jars).changesSince(BEFORE))
        .containsExactly("the code was changed since: b.jar, c.jar");
    assertThat(new CodeState(null, false, BEFORE.jars()).changesSince(BEFORE))
        .containsExactly("the git commit was 01234567 and is none now");
  }

  @Test
  void aPluginBuiltAgainFromTheSameSourcesIsTheSame() throws IOException {
    String first = pluginOf("class", 1_000_000_000_000L);
    assertThat(pluginOf("class", 1_700_000_000_000L)).isEqualTo(first);
    assertThat(pluginOf("other", 1_000_000_000_000L)).isNotEqualTo(first);
  }

  private String pluginOf(String content, long time) throws IOException {
    try (ZipOutputStream jar =
        new ZipOutputStream(Files.newOutputStream(plugins.resolve("plugin.jar")))) {
      ZipEntry entry = new ZipEntry("A.class");
      entry.setTime(time);
      jar.putNextEntry(entry);
      jar.write(content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    return CodeState.jars(Optional.of(plugins)).get("plugin.jar");
  }
}
