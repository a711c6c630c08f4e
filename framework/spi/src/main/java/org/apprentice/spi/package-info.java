/**
 * What a plugin implements and what it is given: small interfaces and records over plain arrays.
 */
package org.apprentice.spi;
