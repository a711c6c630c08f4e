/**
 * One trial: its injector, its loop, its folder with journal and checkpoints, and what comes of it.
 */
package org.apprentice.core.trial;
