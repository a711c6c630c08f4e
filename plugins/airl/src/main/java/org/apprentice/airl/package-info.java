/** Adversarial inverse reinforcement learning. */
package org.apprentice.airl;
