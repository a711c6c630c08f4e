package org.apprentice.core.study;

/**
 * A picture of a report.
 *
 * @param name of its file, without the ending
 * @param svg a whole SVG document
 * @param caption a sentence or two
 */
record Figure(String name, String caption, String svg) {}
