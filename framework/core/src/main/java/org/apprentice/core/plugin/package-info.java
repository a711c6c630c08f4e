/**
 * Finds plugins on the class path and in a folder, and looks their components up by kind and name.
 */
package org.apprentice.core.plugin;
