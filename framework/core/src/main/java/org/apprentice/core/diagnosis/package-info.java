/** What this machine offers to training, and what is wrong with it. */
package org.apprentice.core.diagnosis;
