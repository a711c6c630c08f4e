/** Micro-benchmarks, compiled with everything else and run by hand; see the README. */
package org.apprentice.benchmark;
