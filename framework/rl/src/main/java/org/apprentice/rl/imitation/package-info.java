/** What imitation algorithms share: cloning, and learning from a discriminator's rewards. */
package org.apprentice.rl.imitation;
