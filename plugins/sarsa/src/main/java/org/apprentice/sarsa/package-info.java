/** SARSA(lambda) with hashed tile coding. */
package org.apprentice.sarsa;
