/** Wrappers that change what an environment shows, pays or takes; for any environment they fit. */
package org.apprentice.wrappers;
