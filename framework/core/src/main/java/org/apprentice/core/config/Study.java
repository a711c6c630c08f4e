package org.apprentice.core.config;

import java.nio.file.Path;
import java.util.List;

/**
 * All trials of an experiment file: its variants, times its sweep points, times its seeds.
 *
 * @param file the experiment file
 * @param name the experiment's name
 * @param trials the baseline first, then variants, points and seeds in the order of the file.
 *     Trials that turn out to be the same have the same {@link Trial#key()}: run each key once.
 */
public record Study(Path file, String name, List<Trial> trials) {}
