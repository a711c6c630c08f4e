/** Generative adversarial imitation learning. */
package org.apprentice.gail;
