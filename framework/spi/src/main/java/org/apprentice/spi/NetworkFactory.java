package org.apprentice.spi;

/** The network that the experiment names; injectable into algorithms. */
public interface NetworkFactory {
  Network create(NetworkSpec spec);
}
