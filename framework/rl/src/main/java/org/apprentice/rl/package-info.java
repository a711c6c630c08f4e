/**
 * What algorithms share: rollouts, advantages, action distributions, normalisers, random streams,
 * checkpoints.
 */
package org.apprentice.rl;
