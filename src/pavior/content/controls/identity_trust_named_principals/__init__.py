"""The control identity-trust-named-principals."""
