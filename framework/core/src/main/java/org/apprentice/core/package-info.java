/** Configuration, plugins, trials and sweeps, and the injector that holds them together. */
package org.apprentice.core;
