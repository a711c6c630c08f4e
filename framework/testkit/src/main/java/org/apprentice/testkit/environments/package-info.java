/**
 * Tiny environments that tests name in experiments: {@code identity}, {@code identity-continuous},
 * {@code identity-image} and {@code recall}. Each is learned within seconds by whatever works, and
 * not by what does not.
 */
package org.apprentice.testkit.environments;
