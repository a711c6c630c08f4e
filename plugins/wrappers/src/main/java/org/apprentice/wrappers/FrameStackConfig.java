package org.apprentice.wrappers;

/**
 * Settings of {@code frame-stack}.
 *
 * @param frames how many observations are shown together
 */
public record FrameStackConfig(int frames) {
  public FrameStackConfig {
    Checks.atLeast("frames", 1, frames);
  }
}
