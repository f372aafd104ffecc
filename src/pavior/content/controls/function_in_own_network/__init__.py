"""The control function-in-own-network."""
