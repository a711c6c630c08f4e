/** Samplers that come with the core. */
package org.apprentice.core.sweep;
