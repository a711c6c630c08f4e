/**
 * Networks: architectures, the kernels that run them fast on one flat parameter vector, updaters,
 * and DL4J's graphs.
 */
package org.apprentice.nn;
