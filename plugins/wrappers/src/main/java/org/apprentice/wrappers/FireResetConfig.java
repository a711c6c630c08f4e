package org.apprentice.wrappers;

/** Settings of {@code fire-reset}: none. */
public record FireResetConfig() {}
