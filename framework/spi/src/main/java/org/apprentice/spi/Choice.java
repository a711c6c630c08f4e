package org.apprentice.spi;

/**
 * A node of a config that names another component, together with that component's bound config.
 * GAIL's record, for example, has a {@code Choice<PolicyOptimizerPlugin<?>> generator}: only policy
 * optimisers are accepted there.
 */
public record Choice<P extends Component<?>>(P plugin, Record config) {}
