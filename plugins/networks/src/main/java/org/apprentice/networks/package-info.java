/** Network architectures that experiments name. */
package org.apprentice.networks;
