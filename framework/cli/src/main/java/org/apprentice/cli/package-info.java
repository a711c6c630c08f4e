/** The command line. */
package org.apprentice.cli;
