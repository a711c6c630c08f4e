package org.apprentice.bc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apprentice.spi.Component;
import org.apprentice.testkit.ConfigContract;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class BcConfigTest implements ConfigContract {
  @TempDir static Path folder;

  @BeforeAll
  static void provideDemonstrations() throws IOException {
    Files.createFile(folder.resolve("expert.npz"));
  }

  @Override
  public Component<?> component() {
    return new BcPlugin();
  }

  @Override
  public String requiredSettings() {
    return "demonstrations.file = \"" + folder.resolve("expert.npz") + "\"";
  }
}
