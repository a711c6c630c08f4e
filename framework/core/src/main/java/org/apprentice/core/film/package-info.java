/** Episodes as animated pictures. */
package org.apprentice.core.film;
