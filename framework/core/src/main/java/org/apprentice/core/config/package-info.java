/**
 * From an experiment file to trials: {@link org.apprentice.core.config.Composer} includes,
 * overrides, merges and binds, and refuses what cannot work before anything runs.
 */
package org.apprentice.core.config;
