package org.apprentice.core.execution;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.apprentice.core.config.Trial;

/**
 * A training to be carried out.
 *
 * @param source the experiment file, for the run's description
 * @param until progress at which to stop for now; empty: to the end
 * @param fresh train anew beside a run that ended
 * @param parent uid of the study's own run; empty outside a study
 */
public record Assignment(
    Trial trial, Path source, OptionalLong until, boolean fresh, Optional<String> parent) {}
