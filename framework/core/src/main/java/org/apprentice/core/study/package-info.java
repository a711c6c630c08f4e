/**
 * Studies: many runs compared. {@link org.apprentice.core.study.RunSource} finds recorded runs,
 * {@link org.apprentice.core.study.Comparison} gathers them into variants and computes their
 * statistics, and {@link org.apprentice.core.study.StudyReport} writes them down.
 */
package org.apprentice.core.study;
