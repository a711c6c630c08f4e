package org.apprentice.spi;

/** A picture: {@code rgb} holds {@code height x width x 3} bytes, row-major from the top left. */
public record Frame(int width, int height, byte[] rgb) {}
