package org.apprentice.wrappers;

/** Settings of {@code episodic-life}: none. */
public record EpisodicLifeConfig() {}
