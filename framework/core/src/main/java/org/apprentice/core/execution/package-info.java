/**
 * How studies are carried out: which trainings come next, the processes that do them, and the
 * record of it all on disk.
 */
package org.apprentice.core.execution;
