/** Behavioural cloning. */
package org.apprentice.bc;
