/** Dataset aggregation. */
package org.apprentice.dagger;
