/**
 * Tiny components that tests name in experiments: the environments {@code identity}, {@code
 * identity-continuous}, {@code identity-image}, {@code identity-masked}, {@code recall} and {@code
 * recall-image}, and the recurrent network {@code elman}. Each environment is learned within
 * seconds by whatever works, and not by what does not.
 */
package org.apprentice.testkit.components;
