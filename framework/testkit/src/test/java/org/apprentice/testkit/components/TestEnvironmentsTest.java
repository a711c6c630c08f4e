package org.apprentice.testkit.components;

import org.apprentice.spi.EnvironmentPlugin;
import org.apprentice.testkit.EnvironmentContract;
import org.junit.jupiter.api.Nested;

class TestEnvironmentsTest {
  @Nested
  class IdentityTest implements EnvironmentContract<IdentityConfig> {
    @Override
    public EnvironmentPlugin<IdentityConfig> plugin() {
      return TestkitPlugin.IDENTITY;
    }

    @Override
    public IdentityConfig config() {
      return new IdentityConfig(4, 16);
    }
  }

  @Nested
  class MaskedIdentityTest implements EnvironmentContract<IdentityConfig> {
    @Override
    public EnvironmentPlugin<IdentityConfig> plugin() {
      return TestkitPlugin.IDENTITY_MASKED;
    }

    @Override
    public IdentityConfig config() {
      return new IdentityConfig(4, 16);
    }
  }

  @Nested
  class IdentityContinuousTest implements EnvironmentContract<IdentityContinuousConfig> {
    @Override
    public EnvironmentPlugin<IdentityContinuousConfig> plugin() {
      return TestkitPlugin.IDENTITY_CONTINUOUS;
    }

    @Override
    public IdentityContinuousConfig config() {
      return new IdentityContinuousConfig(16);
    }
  }

  @Nested
  class IdentityImageTest implements EnvironmentContract<IdentityImageConfig> {
    @Override
    public EnvironmentPlugin<IdentityImageConfig> plugin() {
      return TestkitPlugin.IDENTITY_IMAGE;
    }

    @Override
    public IdentityImageConfig config() {
      return new IdentityImageConfig(16);
    }
  }

  @Nested
  class RecallTest implements EnvironmentContract<RecallConfig> {
    @Override
    public EnvironmentPlugin<RecallConfig> plugin() {
      return TestkitPlugin.RECALL;
    }

    @Override
    public RecallConfig config() {
      return new RecallConfig(2, 5);
    }
  }

  @Nested
  class RecallImageTest implements EnvironmentContract<RecallImageConfig> {
    @Override
    public EnvironmentPlugin<RecallImageConfig> plugin() {
      return TestkitPlugin.RECALL_IMAGE;
    }

    @Override
    public RecallImageConfig config() {
      return new RecallImageConfig(5);
    }
  }
}
