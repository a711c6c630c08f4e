/** Recorded behaviour of an expert: recording, files, checks and minibatches. */
package org.apprentice.rl.demonstrations;
