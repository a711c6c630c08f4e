/**
 * What every plugin has to keep, as tests: a plugin's test class implements the contract of its
 * kind and says which component to hold to it.
 */
package org.apprentice.testkit;
