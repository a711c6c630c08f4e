/** Recorded runs between a folder of results and tracking places. */
package org.apprentice.core.transfer;
