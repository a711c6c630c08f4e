/** Gymnasium's classic control tasks in pure Java: vectorised, exact and without allocation. */
package org.apprentice.classiccontrol;
